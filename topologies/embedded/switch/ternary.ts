import { type Match, OFPVID, Writer } from '../../../openflow/index.ts';
import { fieldNamed } from '../../../openflow/protocol/fields.ts';
import { type Place, placeNamed } from './field-place.ts';
import { AT, FlowKey, FRAG, TAGGED } from './flow-key.ts';
import { Refusal, refuse } from './refusal.ts';

/** A match in the flow key's form: the bits of `mask` have to be those of `value`; other bits of `value` are zero. */
export class Ternary {
  readonly value = new FlowKey();
  readonly mask = new FlowKey();

  clear(): this {
    this.value.clear();
    this.mask.clear();
    return this;
  }
}

interface Need {
  readonly place: Place;
  readonly values: readonly number[] | 'present';
}

const scratch = new Writer(64);
const VID_BITS = 0x0fff;

/** Fills `into` with a match. Throws a refusal for a field the switch does not have, a value or mask it cannot be given. */
export function compileMatch(match: Match, into: Ternary): Ternary {
  const names = Object.keys(match).filter(name => match[name as keyof Match] !== undefined);
  try {
    return putAll(match, names, into);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Of several things that are wrong the first in the order of the wire is told.
    for (let n = 1; n <= names.length; n++) putAll(match, inWireOrder(names).slice(0, n), into);
    throw error;
  }
}

function putAll(match: Match, names: readonly string[], into: Ternary): Ternary {
  into.clear();
  for (const name of names) {
    if (name === 'vlanPcp') continue;
    const place = placeNamed(name);
    if (place === undefined && (name !== 'unknown' || match.unknown!.length > 0)) throw refuse.match('BAD_FIELD');
    if (place !== undefined) put(into, place, match[name as keyof Match]);
  }
  if (names.includes('vlanPcp')) putPcp(into, match.vlanPcp!);
  for (const name of names) if (!hasNeeds(into, name)) throw refuse.match('BAD_PREREQ');
  return into;
}

function inWireOrder(names: readonly string[]): string[] {
  const order = (name: string): number => fieldNamed(name)?.order ?? Number.POSITIVE_INFINITY;
  return [...names].sort((a, b) => order(a) - order(b));
}

function put(into: Ternary, place: Place, given: unknown): void {
  const masked = typeof given === 'object' && given !== null;
  const { value, mask } = into;
  if (place.field.name === 'vlanVid') {
    putVlan(into, given as number | { value: number; mask: number });
    return;
  }
  if (masked) {
    const pair = given as { readonly value: unknown; readonly mask: unknown };
    writeField(value, place, pair.value);
    writeField(mask, place, pair.mask);
    if (!isWithin(value, mask, place)) throw refuse.match('BAD_WILDCARDS');
  } else {
    writeField(value, place, given);
    fill(mask, place);
  }
  if (place.field.name === 'arpOp' && value.u16(AT.arpOp) > 0xff) throw refuse.match('BAD_VALUE');
}

/** `vlanPcp` needs a tag: the match has to ask for one (7.2.3.6). */
function putPcp(into: Ternary, pcp: number): void {
  if (!hasNeeds(into, 'vlanPcp')) throw refuse.match('BAD_PREREQ');
  const place = placeNamed('vlanPcp')!;
  writeField(into.value, place, pcp);
  fill(into.mask, place);
}

/** `vlanVid`: NONE matches frames without a tag, PRESENT with PRESENT as mask those with any, a number those with that tag (7.2.3.7). */
function putVlan({ value, mask }: Ternary, given: number | { value: number; mask: number }): void {
  const vid = typeof given === 'number' ? given : given.value;
  const bits = typeof given === 'number' ? OFPVID.PRESENT | VID_BITS : given.mask;
  if ((vid & ~(OFPVID.PRESENT | VID_BITS)) !== 0) throw refuse.match('BAD_VALUE');
  if ((vid & ~bits) !== 0) throw refuse.match('BAD_WILDCARDS');
  value.putU16(AT.vlanTci, value.u16(AT.vlanTci) | vid);
  mask.putU16(AT.vlanTci, mask.u16(AT.vlanTci) | (bits & (OFPVID.PRESENT | VID_BITS)));
}

/** Puts a value where its field stands; bits of other fields in the same bytes stay. */
export function writeField(key: FlowKey, place: Place, given: unknown): void {
  scratch.reset();
  place.field.codec.write(scratch, given);
  putBits(key, place, scratch.bytes);
}

function putBits(key: FlowKey, { at, size, bits, shift }: Place, raw: Uint8Array): void {
  if (bits === 8 * size) {
    for (let i = 0; i < size; i++) key.bytes[at + i] = raw[i]!;
    return;
  }
  let number = 0;
  for (let i = 0; i < size; i++) number = (number << 8) | raw[i]!;
  const mask = ((1 << bits) - 1) << shift;
  const placed = (number << shift) & mask;
  for (let i = size - 1, s = 0; i >= 0; i--, s += 8) {
    key.bytes[at + i] = (key.bytes[at + i]! & ~(mask >>> s)) | ((placed >>> s) & 0xff);
  }
}

/** Sets all bits of a field. */
export function fill(key: FlowKey, { at, size, bits, shift }: Place): void {
  if (bits === 8 * size) {
    for (let i = 0; i < size; i++) key.bytes[at + i] = 0xff;
    return;
  }
  const mask = ((1 << bits) - 1) << shift;
  for (let i = size - 1, s = 0; i >= 0; i--, s += 8) key.bytes[at + i]! |= (mask >>> s) & 0xff;
}

function isWithin(value: FlowKey, mask: FlowKey, { at, size }: Place): boolean {
  for (let i = at; i < at + size; i++) if ((value.bytes[i]! & ~mask.bytes[i]!) !== 0) return false;
  return true;
}

const needs = new Map<string, readonly Need[]>();

function needsOf(name: string): readonly Need[] {
  let list = needs.get(name);
  if (list === undefined) {
    list = Object.entries(fieldNamed(name)?.needs ?? {}).map(([other, values]) => ({ place: placeNamed(other)!, values }));
    needs.set(name, list);
  }
  return list;
}

/** Whether a match makes sure that a packet has a field (7.2.3.6). */
export function hasNeeds({ value, mask }: Ternary, name: string): boolean {
  for (const { place, values } of needsOf(name)) {
    const { at, size } = place;
    if (values === 'present') {
      if ((mask.u16(AT.vlanTci) & TAGGED) === 0 || (value.u16(AT.vlanTci) & TAGGED) === 0) return false;
      continue;
    }
    for (let i = at; i < at + size; i++) if (mask.bytes[i] !== 0xff) return false;
    const has = size === 1 ? value.bytes[at]! : value.u16(at);
    if (!values.includes(has)) return false;
  }
  // A later fragment has no transport header. Open vSwitch sees that in the fields that stand behind `ipFrag` in a match.
  return !(name.endsWith('cpFlags') && (value.bytes[AT.ipFrag]! & mask.bytes[AT.ipFrag]! & FRAG.LATER) !== 0);
}
