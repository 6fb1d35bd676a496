import { putIpv4, putMac } from '../wire/addresses.ts';
import type { AnyCodec, Codec } from '../wire/codec.ts';
import { DecodeError, EncodeError, within } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import { u32 } from '../wire/scalars.ts';
import type { Writer } from '../wire/writer.ts';
import { REPLY } from './errors.ts';
import {
  NXM_CLASS_NX,
  NXM_CLASS_OF,
  NXM_NX,
  NXM_OF,
  ONF,
  ONF_FIELDS,
  OXM_CLASS_EXPERIMENTER,
  OXM_CLASS_PACKET_REGS,
  PACKET_REGS,
} from './nxm.ts';
import { OXM, OXM_CLASS_BASIC } from './oxm.ts';
import type { FieldEntries, FieldsOf, Masked, Prerequisites } from './oxm-table.ts';

/** Every match field that is known here, with the value it has. */
export type KnownFields = FieldsOf<typeof OXM> &
  FieldsOf<typeof NXM_OF> &
  FieldsOf<typeof NXM_NX> &
  FieldsOf<typeof PACKET_REGS> &
  FieldsOf<typeof ONF_FIELDS>;

/** The name of a match field. */
export type FieldName = keyof KnownFields & string;

/** A field that is not known here: its header and the bytes behind it (with the experimenter id, for class 0xffff). */
export interface UnknownOxm {
  readonly class: number;
  readonly field: number;
  readonly hasMask: boolean;
  readonly body: Uint8Array;
}

/** A match field with all its table says. */
export interface Field {
  readonly name: FieldName;
  readonly class: number;
  readonly id: number;
  readonly experimenter: number | undefined;
  readonly codec: Codec<unknown>;
  /** Bytes of the value, without mask. */
  readonly size: number;
  readonly mask: boolean;
  readonly needs: Prerequisites;
  /** Place in a match: OXM number order satisfies every prerequisite (7.2.3.6). */
  readonly order: number;
  /** The largest number that it can be; -1 when it is no number. */
  readonly max: number;
  /** How its text becomes bytes, when there is a shorter way than its codec. */
  readonly put: ((text: string, into: Uint8Array, at: number) => boolean) | undefined;
  /** The 32-bit header without and with a mask. */
  readonly header: number;
  readonly maskedHeader: number;
}

const TABLES: readonly (readonly [oxmClass: number, entries: FieldEntries, experimenter?: number])[] = [
  [OXM_CLASS_BASIC, OXM],
  [NXM_CLASS_OF, NXM_OF],
  [NXM_CLASS_NX, NXM_NX],
  [OXM_CLASS_PACKET_REGS, PACKET_REGS],
  [OXM_CLASS_EXPERIMENTER, ONF_FIELDS, ONF],
];

/** All fields, in the order in which a match writes them. */
export const FIELDS: readonly Field[] = TABLES.flatMap(([oxmClass, entries, experimenter], t) =>
  Object.entries(entries).map(([name, [id, codec, mask, needs]]): Field => {
    const size = codec.size!;
    const extra = experimenter === undefined ? 0 : 4;
    const head = oxmClass * 0x10000 + id * 0x200;
    return {
      name: name as FieldName,
      class: oxmClass,
      id,
      experimenter,
      codec: codec as AnyCodec as Codec<unknown>,
      size,
      mask,
      needs: needs ?? {},
      order: t * 0x100 + id,
      max: codec.shape.kind === 'uint' ? codec.shape.max : -1,
      put: codec.shape.kind === 'mac' ? putMac : codec.shape.kind === 'ipv4' ? putIpv4 : undefined,
      header: head + extra + size,
      maskedHeader: head + 0x100 + extra + 2 * size,
    };
  }),
);

/** Without a prototype: a lookup costs half of a Map's. */
const BY_NAME: Readonly<Record<string, Field>> = Object.assign(
  Object.create(null),
  Object.fromEntries(FIELDS.map(field => [field.name, field])),
);
const BASIC = FIELDS.filter(field => field.class === OXM_CLASS_BASIC);
const BY_HEAD: ReadonlyMap<number, Field> = new Map(
  FIELDS.filter(field => field.experimenter === undefined).map(field => [field.class * 0x80 + field.id, field]),
);
const BY_EXPERIMENTER: ReadonlyMap<number, Field> = new Map(
  FIELDS.filter(field => field.experimenter !== undefined).map(field => [field.experimenter! * 0x80 + field.id, field]),
);

/** The field of a name, or undefined. */
export function fieldNamed(name: string): Field | undefined {
  return BY_NAME[name];
}

/** The field a header names, or undefined; for class 0xffff the experimenter id says whose. */
export function fieldAt(oxmClass: number, id: number, experimenter?: number): Field | undefined {
  if (oxmClass === OXM_CLASS_BASIC) return BASIC[id];
  if (oxmClass === OXM_CLASS_EXPERIMENTER) return BY_EXPERIMENTER.get((experimenter ?? 0) * 0x80 + id);
  return BY_HEAD.get(oxmClass * 0x80 + id);
}

/**
 * Reads one OXM TLV (7.2.3.2) into `target`: under its field's name, or in `unknown`. The window ends with the list of fields.
 */
export function readOxm(r: Reader, target: Record<string, unknown>): void {
  const start = r.pos;
  const header = u32.read(r);
  const length = header & 0xff;
  if (length > r.left)
    throw new DecodeError('BAD_LENGTH', start + 3, `a field of ${length} bytes, ${r.left} are left`, REPLY.match);
  const oxmClass = header >>> 16;
  let field: Field | undefined;
  if (oxmClass === OXM_CLASS_BASIC) field = BASIC[(header >>> 9) & 0x7f];
  else if (oxmClass !== OXM_CLASS_EXPERIMENTER) field = BY_HEAD.get(header >>> 9);
  else if (length >= 4) field = BY_EXPERIMENTER.get(r.peekU32(r.pos) * 0x80 + ((header >>> 9) & 0x7f));
  if (field === undefined) {
    const unknown = { class: oxmClass, field: (header >>> 9) & 0x7f, hasMask: (header & 0x100) !== 0, body: r.take(length) };
    if (target.unknown === undefined) target.unknown = [unknown];
    else (target.unknown as UnknownOxm[]).push(unknown);
    return;
  }
  readKnown(r, field, header, start, target);
}

function readKnown(r: Reader, field: Field, header: number, start: number, target: Record<string, unknown>): void {
  const { name, codec } = field;
  try {
    if (target[name] !== undefined) throw new DecodeError('BAD_VALUE', start, 'a field that was there before', REPLY.duplicate);
    if (field.experimenter !== undefined) r.advance(4);
    if (header === field.header) target[name] = codec.read(r);
    else if (header !== field.maskedHeader)
      throw new DecodeError('BAD_LENGTH', start + 3, `a length of ${header & 0xff}`, REPLY.match);
    else if (!field.mask) throw new DecodeError('BAD_VALUE', start, 'a mask on a field that takes none', REPLY.mask);
    else target[name] = { value: codec.read(r), mask: codec.read(r) };
  } catch (error) {
    if (error instanceof DecodeError) error.reply ??= REPLY.value;
    throw within(error, name);
  }
}

/** Writes one field's OXM TLV. */
export function writeOxm(w: Writer, field: Field, value: unknown): void {
  if (field.experimenter !== undefined || !writePlain(w, field, value)) writeChecked(w, field, value);
}

/** Numbers and short addresses without a mask, which nearly all fields are; false for all else, and for what is wrong. */
function writePlain(w: Writer, field: Field, value: unknown): boolean {
  const { size } = field;
  if (typeof value === 'number') {
    if (value >>> 0 !== value || value > field.max) return false;
    const at = header(w, field.header, size);
    for (let i = size - 1, rest = value; i >= 0; i--, rest >>>= 8) w.bytes[at + i] = rest;
    return true;
  }
  if (typeof value !== 'string' || field.put === undefined) return false;
  const start = w.pos;
  const at = header(w, field.header, size);
  if (field.put(value, w.bytes, at)) return true;
  w.pos = start;
  return false;
}

/** Writes a header with room for a value behind it; gives where the value goes. */
function header(w: Writer, head: number, size: number): number {
  const at = w.advance(4 + size);
  const { bytes } = w;
  bytes[at] = head >>> 24;
  bytes[at + 1] = head >>> 16;
  bytes[at + 2] = head >>> 8;
  bytes[at + 3] = head;
  return at + 4;
}

function writeChecked(w: Writer, field: Field, value: unknown): void {
  try {
    if (typeof value === 'object' && value !== null) {
      if (!field.mask) throw new EncodeError('takes no mask');
      w.u32(field.maskedHeader);
      if (field.experimenter !== undefined) w.u32(field.experimenter);
      field.codec.write(w, (value as Masked<unknown>).value);
      field.codec.write(w, (value as Masked<unknown>).mask);
    } else {
      w.u32(field.header);
      if (field.experimenter !== undefined) w.u32(field.experimenter);
      field.codec.write(w, value);
    }
  } catch (error) {
    throw within(error, field.name);
  }
}

/** Writes a field that is not known here. */
export function writeUnknownOxm(w: Writer, oxm: UnknownOxm): void {
  w.u16(oxm.class);
  w.u8((oxm.field << 1) | (oxm.hasMask ? 1 : 0));
  w.u8(oxm.body.length);
  w.put(oxm.body);
}

/** The field of a name, for encoding. */
export function fieldFor(name: string): Field {
  const field = BY_NAME[name];
  if (field === undefined) throw new EncodeError(`${JSON.stringify(name)} is no match field`);
  return field;
}
