import type { Action, ActionInput } from '../../../openflow/index.ts';
import type { FieldRef } from '../../../openflow/protocol/field-ref.ts';
import type { BitRange } from '../../../openflow/protocol/nicira-actions.ts';
import { writeBits } from './bits.ts';
import { bitsOf, type Place, placeNamed } from './field-place.ts';
import { AT, FlowKey, TAGGED } from './flow-key.ts';
import { hasField, type Scope } from './operation.ts';
import { refuse } from './refusal.ts';
import type { Op } from './run.ts';
import { fill, writeField } from './ternary.ts';

type Given<T extends Action['type']> = Extract<ActionInput, { readonly type: T }>;

const value = new FlowKey();
const mask = new FlowKey();

/** `setField` (7.2.5.7), and Open vSwitch's form of it with a mask. */
export function setField({ field }: Given<'setField'> | Given<'regLoad2'>, scope: Scope, mayMask: boolean): Op {
  const [name, given] = Object.entries(field)[0]!;
  const place = name === 'unknown' ? undefined : placeNamed(name);
  if (place === undefined) throw refuse.action('BAD_SET_TYPE');
  if (!place.writable) throw refuse.action('BAD_SET_ARGUMENT');
  const masked = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (masked && !mayMask) throw refuse.action('BAD_SET_TYPE');
  if (name === 'vlanVid' && !masked && ((given as number) & TAGGED) === 0) throw refuse.action('BAD_SET_ARGUMENT');
  value.clear();
  mask.clear();
  const pair = masked ? (given as { value: unknown; mask: unknown }) : undefined;
  writeField(value, place, pair === undefined ? given : pair.value);
  if (pair === undefined) fill(mask, place);
  else writeField(mask, place, pair.mask);
  need(place, scope);
  if (place.field.name === 'vlanVid' && (scope.key.u16(AT.vlanTci) & TAGGED) === 0)
    scope.bad ??= refuse.action('MATCH_INCONSISTENT');
  return guarded(place, scope, store(place));
}

/** `load:VALUE->FIELD[OFS..]`. */
export function regLoad({ bits, dst, value: number }: Given<'regLoad'>, scope: Scope): Op {
  const place = rangeOf(dst, bits);
  if (!place.writable) throw refuse.action('BAD_SET_ARGUMENT');
  if (BigInt.asUintN(bits.nBits, number) !== number) throw refuse.action('BAD_ARGUMENT');
  need(place, scope);
  value.clear();
  mask.clear();
  writeBits(value, place, bits, number);
  writeBits(mask, place, bits, BigInt.asUintN(bits.nBits, -1n));
  // The tag may come or go: what follows is judged by what the packet is then.
  if (place.field.name === 'vlanTci') scope.key.putU16(AT.vlanTci, value.u16(AT.vlanTci));
  return guarded(place, scope, store(place));
}

/** `move:SRC[]->DST[]`. */
export function regMove({ nBits, srcOfs = 0, dstOfs = 0, src, dst }: Given<'regMove'>, scope: Scope): Op {
  const from = rangeOf(src, { ofs: srcOfs, nBits });
  const to = rangeOf(dst, { ofs: dstOfs, nBits });
  if (!to.writable) throw refuse.action('BAD_SET_ARGUMENT');
  need(from, scope);
  need(to, scope);
  const move = moveBits(from, from.shift + srcOfs, to, to.shift + dstOfs, nBits);
  return guarded(to, scope, guarded(from, scope, move));
}

/** The place of a field of which some bits are used. Throws when there is no such field, or it has fewer bits. */
export function rangeOf(ref: FieldRef, { ofs, nBits }: BitRange): Place {
  const place = typeof ref === 'string' ? placeNamed(ref) : undefined;
  if (place === undefined) throw refuse.action('BAD_SET_TYPE');
  if (nBits < 1 || ofs + nBits > bitsOf(place)) throw refuse.action('BAD_SET_LEN');
  return place;
}

function need(place: Place, scope: Scope): void {
  if (!hasField(scope.key, place.field.name)) scope.bad ??= refuse.action('MATCH_INCONSISTENT');
}

/**
 * Leaves packets alone that do not have the field. The match tells it for most flows; what a bucket gets, and whether there is
 * still a tag when an action set is carried out, is known only then.
 */
function guarded(place: Place, scope: Scope, op: Op): Op {
  const { name, needs } = place.field;
  if (needs.vlanVid === undefined && hasField(scope.key, name)) return op;
  return run => !hasField(run.packet.key, name) || op(run);
}

/** Writes the scratch value's bits where the scratch mask has them. */
function store(place: Place): Op {
  const { at, size, isHeader } = place;
  // Plain arrays of the size that is needed: a switch with many flows holds many of them.
  const values = new Array<number>(size);
  let isWhole = true;
  for (let i = 0; i < size; i++) {
    values[i] = value.bytes[at + i]!;
    isWhole &&= mask.bytes[at + i] === 0xff;
  }
  return isWhole ? storeWhole(at, values, isHeader) : storeMasked(at, values, isHeader);
}

function storeWhole(at: number, values: readonly number[], isHeader: boolean): Op {
  return ({ packet }) => {
    const { bytes } = packet.key;
    for (let i = 0; i < values.length; i++) bytes[at + i] = values[i]!;
    if (isHeader) packet.changed = true;
    return true;
  };
}

function storeMasked(at: number, values: readonly number[], isHeader: boolean): Op {
  const keeps = values.map((_, i) => ~mask.bytes[at + i]! & 0xff);
  return ({ packet }) => {
    const { bytes } = packet.key;
    for (let i = 0; i < values.length; i++) bytes[at + i] = (bytes[at + i]! & keeps[i]!) | values[i]!;
    if (isHeader) packet.changed = true;
    return true;
  };
}

/** Copies `nBits` bits; whole bytes where both ends allow it. */
function moveBits(from: Place, fromBit: number, to: Place, toBit: number, nBits: number): Op {
  const { isHeader } = to;
  const whole = ((fromBit | toBit | nBits) & 7) === 0;
  const length = nBits >> 3;
  const source = from.at + from.size - (fromBit >> 3) - length;
  const target = to.at + to.size - (toBit >> 3) - length;
  return ({ packet }) => {
    const { bytes } = packet.key;
    if (whole) bytes.copyWithin(target, source, source + length);
    else {
      for (let n = 0; n < nBits; n++) {
        const read = fromBit + n;
        const write = toBit + n;
        const bit = (bytes[from.at + from.size - 1 - (read >> 3)]! >> (read & 7)) & 1;
        const byte = to.at + to.size - 1 - (write >> 3);
        bytes[byte] = (bytes[byte]! & ~(1 << (write & 7))) | (bit << (write & 7));
      }
    }
    if (isHeader) packet.changed = true;
    return true;
  };
}
