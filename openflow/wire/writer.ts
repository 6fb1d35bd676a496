import { EncodeError } from './errors.ts';

const FIRST_SIZE = 256;
const MAX_64 = 0xffff_ffff_ffff_ffffn;

/** Appends big-endian fields to a buffer that grows. Values out of range throw `EncodeError`, never wrap. */
export class Writer {
  bytes: Uint8Array;
  view: DataView;
  /** Number of bytes written. */
  pos = 0;
  /** How many layouts that may contain themselves stand around this place. */
  depth = 0;
  /** Where the message that is being written began: layouts that align count from there. */
  base = 0;

  constructor(size = FIRST_SIZE) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `n` bytes and gives the offset where they go. */
  advance(n: number): number {
    const start = this.pos;
    const end = start + n;
    if (end > this.bytes.length) this.#grow(end);
    this.pos = end;
    return start;
  }

  /** Makes room for `n` bytes that the next calls write. */
  reserve(n: number): void {
    if (this.pos + n > this.bytes.length) this.#grow(this.pos + n);
  }

  u8(value: number): void {
    if ((value & 0xff) !== value) throw outOfRange(value, 8);
    const at = this.advance(1);
    this.bytes[at] = value;
  }

  u16(value: number): void {
    if ((value & 0xffff) !== value) throw outOfRange(value, 16);
    const at = this.advance(2);
    this.bytes[at] = value >>> 8;
    this.bytes[at + 1] = value;
  }

  u32(value: number): void {
    if (value >>> 0 !== value) throw outOfRange(value, 32);
    const at = this.advance(4);
    const { bytes } = this;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  u64(value: bigint): void {
    if (typeof value !== 'bigint' || value < 0n || value > MAX_64) throw outOfRange(value, 64);
    const at = this.advance(8);
    this.view.setBigUint64(at, value);
  }

  put(bytes: Uint8Array): void {
    const at = this.advance(bytes.length);
    this.bytes.set(bytes, at);
  }

  /** `n` zero bytes. */
  zeros(n: number): void {
    const at = this.advance(n);
    if (n > 16) this.bytes.fill(0, at, at + n);
    else for (let i = at; i < at + n; i++) this.bytes[i] = 0;
  }

  /** Writes a length or checksum field that was left open. */
  patchU16(at: number, value: number): void {
    if ((value & 0xffff) !== value) throw outOfRange(value, 16);
    this.bytes[at] = value >>> 8;
    this.bytes[at + 1] = value;
  }

  /** Starts over in the same buffer. */
  reset(): void {
    this.pos = 0;
  }

  /** What was written, as a copy of its own. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.pos);
  }

  #grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}

function outOfRange(value: unknown, bits: number): EncodeError {
  return new EncodeError(`${String(value)} is not an unsigned ${bits}-bit ${bits === 64 ? 'bigint' : 'integer'}`);
}
