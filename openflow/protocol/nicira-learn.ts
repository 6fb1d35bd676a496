import type { Codec, Fields } from '../wire/codec.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import { pad, u8, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, type StructInput, type StructOf, struct } from '../wire/struct.ts';
import type { Writer } from '../wire/writer.ts';
import { type FieldRef, fieldRef } from './field-ref.ts';

/** Flags of `learn` (NX_LEARN_F_*). */
export const NX_LEARN_F = { SEND_FLOW_REM: 1 << 0, DELETE_LEARNED: 1 << 1, WRITE_RESULT: 1 << 2 } as const;

/** Bits of a field from bit `ofs` on. */
export interface LearnField {
  readonly field: FieldRef;
  readonly ofs: number;
}

/**
 * One thing a learned flow gets: bits of the packet or a constant (`from`), as a match, as a value to load (`to` says
 * which field), or as the port to output to.
 */
export type LearnSpec =
  | { readonly type: 'match' | 'load'; readonly nBits: number; readonly from: LearnField | bigint; readonly to: LearnField }
  | { readonly type: 'output'; readonly nBits: number; readonly from: LearnField | bigint };

const DESTINATIONS = ['match', 'load', 'output'] as const;
const IMMEDIATE = 1 << 13;

function readField(r: Reader): LearnField {
  return { field: fieldRef.read(r), ofs: r.u16() };
}

function writeField(w: Writer, { field, ofs }: LearnField): void {
  fieldRef.write(w, field);
  w.u16(ofs);
}

/** A constant of `nBits` fills whole 16-bit words, from the right. */
function readConstant(r: Reader, nBits: number): bigint {
  let value = 0n;
  for (let bits = 0; bits < nBits; bits += 16) value = (value << 16n) | BigInt(r.u16());
  return value;
}

function writeConstant(w: Writer, value: bigint, nBits: number): void {
  const words = Math.ceil(nBits / 16);
  if (value < 0n || value >> BigInt(16 * words) !== 0n) throw new EncodeError(`${value} has more than ${nBits} bits`);
  for (let word = words - 1; word >= 0; word--) w.u16(Number((value >> BigInt(16 * word)) & 0xffffn));
}

/** The specifications of a learned flow; a zero ends them, and pads. */
export const learnSpecs: Codec<readonly LearnSpec[]> = {
  shape: { kind: 'named', name: 'learnSpecs' },
  read(r) {
    const specs: LearnSpec[] = [];
    while (r.left >= 2) {
      const at = r.pos;
      const header = r.u16();
      if (header === 0) {
        r.advance(r.left);
        break;
      }
      const type = DESTINATIONS[(header >>> 11) & 3];
      const nBits = header & 0x7ff;
      if (type === undefined || header >>> 14 !== 0 || nBits === 0)
        throw new DecodeError('BAD_VALUE', at, `a learn specification 0x${header.toString(16)}`);
      const from = header & IMMEDIATE ? readConstant(r, nBits) : readField(r);
      specs.push(type === 'output' ? { type, nBits, from } : { type, nBits, from, to: readField(r) });
    }
    return specs;
  },
  write(w, specs) {
    if (!Array.isArray(specs)) throw new EncodeError('needs a list');
    for (const spec of specs as readonly LearnSpec[]) {
      if (!(spec.nBits > 0 && spec.nBits < 0x800)) throw new EncodeError(`nBits ${spec.nBits} is not 1 to 2047`);
      const constant = typeof spec.from === 'bigint';
      w.u16((constant ? IMMEDIATE : 0) | (DESTINATIONS.indexOf(spec.type) << 11) | spec.nBits);
      if (typeof spec.from === 'bigint') writeConstant(w, spec.from, spec.nBits);
      else writeField(w, spec.from);
      if (spec.type !== 'output') writeField(w, spec.to);
    }
  },
};

const flow = {
  idleTimeout: defaulted(u16, 0),
  hardTimeout: defaulted(u16, 0),
  priority: defaulted(u16, 0x8000),
  cookie: defaulted(u64, 0n),
  flags: defaulted(u16, 0),
  tableId: defaulted(u8, 1),
  _pad: pad(1),
  finIdleTimeout: defaulted(u16, 0),
  finHardTimeout: defaulted(u16, 0),
} as const;

/** NXAST_LEARN: adds a flow made from the packet. */
export const learn = struct({ ...flow, specs: learnSpecs });

const head = { ...flow, limit: defaulted(u32, 0), resultDstOfs: defaulted(u16, 0), _pad2: pad(2) } as const;
const learn2Head = struct(head);
type Learn2 = StructOf<typeof head> & { readonly resultDst?: FieldRef; readonly specs: readonly LearnSpec[] };
type Learn2Input = StructInput<typeof head> & { readonly resultDst?: FieldRef; readonly specs: readonly LearnSpec[] };

/** NXAST_LEARN2: the same with a limit, and a field that tells whether it was kept. `resultDst` is there with its flag. */
export const learn2: Fields<Learn2, Learn2Input> = {
  shape: { kind: 'named', name: 'learn2' },
  fill(r, target) {
    learn2Head.fill(r, target);
    if ((target.flags as number) & NX_LEARN_F.WRITE_RESULT) target.resultDst = fieldRef.read(r);
    target.specs = learnSpecs.read(r);
  },
  read(r) {
    const target: Record<string, unknown> = {};
    this.fill(r, target);
    return target as unknown as Learn2;
  },
  write(w, value) {
    learn2Head.write(w, value);
    const wanted = ((value.flags ?? 0) & NX_LEARN_F.WRITE_RESULT) !== 0;
    if (wanted !== (value.resultDst !== undefined)) throw new EncodeError('resultDst and the flag WRITE_RESULT go together');
    if (value.resultDst !== undefined) fieldRef.write(w, value.resultDst);
    learnSpecs.write(w, value.specs);
  },
};
