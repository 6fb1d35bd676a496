import type { Codec } from './codec.ts';
import { DecodeError, EncodeError } from './errors.ts';
import type { Reader } from './reader.ts';

/** An unsigned 8-bit integer. */
export const u8: Codec<number> = {
  shape: { kind: 'uint', bytes: 1, max: 0xff },
  size: 1,
  read: r => r.u8(),
  write: (w, value) => w.u8(value),
};

/** An unsigned 16-bit integer. */
export const u16: Codec<number> = {
  shape: { kind: 'uint', bytes: 2, max: 0xffff },
  size: 2,
  read: r => r.u16(),
  write: (w, value) => w.u16(value),
};

/** An unsigned 24-bit integer. */
export const u24: Codec<number> = {
  shape: { kind: 'uint', bytes: 3, max: 0xffffff },
  size: 3,
  read: r => (r.u8() << 16) | r.u16(),
  write(w, value) {
    w.u8(value >>> 16);
    w.u16(value & 0xffff);
  },
};

/** An unsigned 32-bit integer. */
export const u32: Codec<number> = {
  shape: { kind: 'uint', bytes: 4, max: 0xffffffff },
  size: 4,
  read: r => r.u32(),
  write: (w, value) => w.u32(value),
};

/** An unsigned 64-bit integer. */
export const u64: Codec<bigint> = {
  shape: { kind: 'bigint', bytes: 8 },
  size: 8,
  read: r => r.u64(),
  write: (w, value) => w.u64(value),
};

/** An unsigned 128-bit integer. */
export const u128: Codec<bigint> = {
  shape: { kind: 'bigint', bytes: 16 },
  size: 16,
  read: r => (r.u64() << 64n) | r.u64(),
  write(w, value) {
    if (typeof value !== 'bigint' || value < 0n || value >> 128n !== 0n) {
      throw new EncodeError(`${String(value)} is not an unsigned 128-bit bigint`);
    }
    w.u64(value >> 64n);
    w.u64(value & 0xffff_ffff_ffff_ffffn);
  },
};

/** An integer that may not use all the values its bytes could hold: `upTo(u8, 7)` for three bits. */
export function upTo(codec: Codec<number>, max: number): Codec<number> {
  if (codec.shape.kind !== 'uint') throw new TypeError('upTo limits integers');
  return {
    shape: { ...codec.shape, max },
    size: codec.size,
    read(r) {
      const value = codec.read(r);
      if (value > max) throw new DecodeError('BAD_VALUE', r.pos - (codec.size ?? 0), `${value} is larger than ${max}`);
      return value;
    },
    write(w, value) {
      if (value > max) throw new EncodeError(`${value} is larger than ${max}`);
      codec.write(w, value);
    },
  };
}

/** Exactly `n` bytes. */
export function bytes(n: number): Codec<Uint8Array> {
  return {
    shape: { kind: 'bytes', length: n },
    size: n,
    read: r => r.take(n),
    write(w, value) {
      if (!(value instanceof Uint8Array) || value.length !== n) throw new EncodeError(`needs ${n} bytes`);
      w.put(value);
    },
  };
}

/** All bytes that are left. */
export const rest: Codec<Uint8Array> = {
  shape: { kind: 'bytes', length: undefined },
  read: (r: Reader) => r.rest(),
  write(w, value) {
    if (!(value instanceof Uint8Array)) throw new EncodeError('needs bytes (a Uint8Array)');
    w.put(value);
  },
};

/** `n` bytes without meaning: zeros when writing, ignored when reading. */
export function pad(n: number): Codec<undefined, unknown> {
  return {
    shape: { kind: 'pad', length: n },
    size: n,
    read(r) {
      r.advance(n);
      return undefined;
    },
    write: w => w.zeros(n),
  };
}
