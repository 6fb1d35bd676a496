import type { Codec, Fields } from '../wire/codec.ts';
import { EncodeError } from '../wire/errors.ts';
import { pad, u16 } from '../wire/scalars.ts';
import { struct } from '../wire/struct.ts';
import { type FieldRef, fieldRef } from './field-ref.ts';
import { type BitRange, bits } from './nicira-actions.ts';

/** A number of values, padding, and that many 16-bit values. */
function counted(gap: number): Codec<readonly number[]> {
  return {
    shape: { kind: 'list', item: u16, max: 0xffff },
    read(r) {
      const count = r.u16();
      r.advance(gap);
      const values: number[] = [];
      while (values.length < count) values.push(r.u16());
      return values;
    },
    write(w, values) {
      if (!Array.isArray(values)) throw new EncodeError('needs a list');
      w.u16(values.length);
      w.zeros(gap);
      for (const value of values) w.u16(value);
    },
  };
}

/** NXAST_DEC_TTL_CNT_IDS: decrements the TTL, and tells these controllers when it runs out. */
export const decTtlCntIds = struct({ controllerIds: counted(4) });

const choice = { algorithm: u16, fields: u16, basis: u16, slaveType: fieldRef } as const;
const head = struct(choice);

/** Which of several ports a packet leaves by. */
export interface Bundle {
  readonly algorithm: number;
  readonly fields: number;
  readonly basis: number;
  /** What the slaves are: ports, `nxmInPort`. */
  readonly slaveType: FieldRef;
  /** Where `bundleLoad` puts the chosen port; zeros for `bundle`. */
  readonly bits: BitRange;
  readonly dst: FieldRef;
  readonly slaves: readonly number[];
}

/** NXAST_BUNDLE, NXAST_BUNDLE_LOAD: chooses a live port by a hash. The count stands before fields that come before the ports. */
export const bundle: Fields<Bundle> = {
  shape: { kind: 'named', name: 'bundle' },
  fill(r, target) {
    head.fill(r, target);
    const count = r.u16();
    target.bits = bits.read(r);
    target.dst = fieldRef.read(r);
    pad(4).read(r);
    const slaves: number[] = [];
    while (slaves.length < count) slaves.push(r.u16());
    target.slaves = slaves;
  },
  read(r) {
    const target: Record<string, unknown> = {};
    this.fill(r, target);
    return target as unknown as Bundle;
  },
  write(w, value) {
    head.write(w, value);
    if (!Array.isArray(value.slaves)) throw new EncodeError('needs a list of slaves');
    w.u16(value.slaves.length);
    bits.write(w, value.bits);
    fieldRef.write(w, value.dst);
    w.zeros(4);
    for (const slave of value.slaves) w.u16(slave);
  },
};
