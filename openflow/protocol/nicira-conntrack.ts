import { ipv4, ipv6 } from '../wire/addresses.ts';
import type { Codec, Fields } from '../wire/codec.ts';
import { EncodeError } from '../wire/errors.ts';
import { u16 } from '../wire/scalars.ts';
import { type FieldRef, fieldRef } from './field-ref.ts';
import { type BitRange, bits } from './nicira-actions.ts';

/** Flags of `ct` (NX_CT_F_*). */
export const NX_CT_F = { COMMIT: 1 << 0, FORCE: 1 << 1 } as const;

/** A table number of `ct` that means: do not go on in a table (NX_CT_RECIRC_NONE). */
export const NX_CT_RECIRC_NONE = 0xff;

/** Flags of `nat` (NX_NAT_F_*). */
export const NX_NAT_F = { SRC: 1 << 0, DST: 1 << 1, PERSISTENT: 1 << 2, PROTO_HASH: 1 << 3, PROTO_RANDOM: 1 << 4 } as const;

/** A connection tracking zone: a number, or bits of a field. */
export type CtZone = number | ({ readonly field: FieldRef } & BitRange);

export const ctZone: Codec<CtZone> = {
  shape: { kind: 'named', name: 'ctZone' },
  read(r) {
    if (r.left >= 4 && r.peekU32(r.pos) === 0) {
      r.advance(4);
      return r.u16();
    }
    return { field: fieldRef.read(r), ...bits.read(r) };
  },
  write(w, value) {
    if (typeof value === 'object' && value !== null) {
      fieldRef.write(w, value.field);
      bits.write(w, value);
    } else {
      w.u32(0);
      w.u16(value);
    }
  },
};

/** A range of addresses and ports for NAT. */
export interface NatRange {
  readonly ipv4Min?: string;
  readonly ipv4Max?: string;
  readonly ipv6Min?: string;
  readonly ipv6Max?: string;
  readonly protoMin?: number;
  readonly protoMax?: number;
}

/** Each with its bit in `range_present`, in the order they are written. */
const RANGE: readonly (readonly [name: keyof NatRange, bit: number, codec: Codec<string> | Codec<number>])[] = [
  ['ipv4Min', 1 << 0, ipv4],
  ['ipv4Max', 1 << 1, ipv4],
  ['ipv6Min', 1 << 2, ipv6],
  ['ipv6Max', 1 << 3, ipv6],
  ['protoMin', 1 << 4, u16],
  ['protoMax', 1 << 5, u16],
];

/** NXAST_NAT: translates addresses, inside a `ct` that commits or alone in one that looks up. */
export const nat: Fields<NatRange & { readonly flags: number }, NatRange & { readonly flags?: number | undefined }> = {
  shape: { kind: 'named', name: 'nat' },
  fill(r, target) {
    r.advance(2);
    target.flags = r.u16();
    const present = r.u16();
    for (const [name, bit, codec] of RANGE) if (present & bit) target[name] = codec.read(r);
  },
  read(r) {
    const target: Record<string, unknown> = {};
    this.fill(r, target);
    return target as unknown as NatRange & { flags: number };
  },
  write(w, value) {
    w.zeros(2);
    w.u16(value.flags ?? 0);
    w.u16(RANGE.reduce((sum, [name, bit]) => (value[name] === undefined ? sum : sum | bit), 0));
    for (const [name, , codec] of RANGE) {
      const given = value[name];
      if (given === undefined) continue;
      try {
        (codec as Codec<unknown>).write(w, given);
      } catch (error) {
        throw error instanceof EncodeError ? error.within(name) : error;
      }
    }
  },
};
