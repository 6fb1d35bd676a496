import type { Codec } from '../wire/codec.ts';
import { DecodeError, EncodeError, within } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { REPLY } from './errors.ts';
import {
  type Field,
  type FieldName,
  fieldFor,
  fieldNamed,
  type KnownFields,
  readOxm,
  type UnknownOxm,
  writeOxm,
  writeUnknownOxm,
} from './fields.ts';

/** What a packet has to look like (7.2.3): fields by name. The empty match takes every packet. */
export type Match = KnownFields & {
  /** Fields that are not known here, in the order they came. */
  readonly unknown?: readonly UnknownOxm[];
};

/** Exactly one field with its value. */
export type OneField =
  | { [K in FieldName]: { readonly [P in K]: NonNullable<KnownFields[P]> } }[FieldName]
  | { readonly unknown: readonly [UnknownOxm] };

/** OFPMT_OXM, the one type of match in 1.3 (7.2.3.1). */
const OFPMT_OXM = 1;

/** Fields up to the end of the window, without a header: in a match, and bare in Open vSwitch's extensions. */
export const oxmFields: Codec<Match> = {
  shape: { kind: 'named', name: 'match' },
  read(r) {
    const match: Record<string, unknown> = {};
    while (r.pos < r.end) readOxm(r, match);
    return match as Match;
  },
  write: writeFields,
};

/** `ofp_match`: type, length without the padding, fields, padding to 8 bytes (7.2.3.1). */
export const match: Codec<Match> = {
  shape: { kind: 'named', name: 'match' },
  read(r: Reader): Match {
    const start = r.pos;
    const type = r.u16();
    if (type !== OFPMT_OXM) throw new DecodeError('BAD_VALUE', start, `match type ${type} is not OXM`, REPLY.matchType);
    const length = r.u16();
    const padded = (length + 7) & ~7;
    if (length < 4 || start + padded > r.end) {
      throw new DecodeError('BAD_LENGTH', start + 2, `a match of ${length} bytes, ${r.end - start} are there`, REPLY.match);
    }
    const outer = r.end;
    r.end = start + length;
    const found: Record<string, unknown> = {};
    try {
      while (r.pos < r.end) readOxm(r, found);
    } catch (error) {
      if (error instanceof DecodeError) error.reply ??= REPLY.match;
      throw error;
    }
    r.end = outer;
    r.pos = start + padded;
    return found as Match;
  },
  write(w: Writer, value: Match): void {
    const start = w.pos;
    w.u16(OFPMT_OXM);
    w.advance(2);
    writeFields(w, value);
    const length = w.pos - start;
    w.patchU16(start + 2, length);
    w.zeros(-length & 7);
  },
};

/** The names of the match before, as they came, and their fields: most matches have the names of the one before. */
const names: string[] = [];
const known: Field[] = [];
/** The fields of the match that is being written, in order. Writing one never leads to another. */
const fields: Field[] = [];
const values: unknown[] = [];

/** Writes the fields in OXM number order, whatever the order of the keys: equal matches give equal bytes. */
function writeFields(w: Writer, value: Match): void {
  if (typeof value !== 'object' || value === null) throw new EncodeError('needs an object with match fields');
  let count = 0;
  for (const name in value) {
    const given = value[name as FieldName];
    if (given === undefined || name === 'unknown') continue;
    let i = count++;
    if (names[i] !== name) {
      known[i] = fieldFor(name);
      names[i] = name;
    }
    const field = known[i]!;
    for (; i > 0 && fields[i - 1]!.order > field.order; i--) {
      fields[i] = fields[i - 1]!;
      values[i] = values[i - 1];
    }
    fields[i] = field;
    values[i] = given;
  }
  for (let i = 0; i < count; i++) writeOxm(w, fields[i]!, values[i]);
  if (value.unknown !== undefined) for (const oxm of value.unknown) writeUnknownOxm(w, oxm);
}

/** One field and its value: what `setField` sets. */
export const oneField: Codec<OneField> = {
  shape: { kind: 'named', name: 'oneField' },
  read(r) {
    const field: Record<string, unknown> = {};
    try {
      readOxm(r, field);
    } catch (error) {
      if (error instanceof DecodeError && error.code !== 'BAD_VALUE') error.reply = REPLY.setField;
      throw error;
    }
    return field as OneField;
  },
  write(w, value) {
    const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    const name = names[0];
    if (names.length !== 1 || name === undefined) throw new EncodeError(`needs exactly one field, has ${names.length}`);
    try {
      if ('unknown' in value && value.unknown !== undefined) writeUnknownOxm(w, (value.unknown as readonly [UnknownOxm])[0]);
      else writeOxm(w, fieldFor(name), (value as KnownFields)[name as FieldName]);
    } catch (error) {
      throw within(error, name);
    }
  },
};

/** The first field whose prerequisite the match lacks, with what it needs (7.2.3.6); undefined when all are there. */
export function missingPrerequisite(match: Match): { readonly field: FieldName; readonly needs: string } | undefined {
  for (const name of Object.keys(match)) {
    const field = fieldNamed(name);
    for (const [other, values] of Object.entries(field?.needs ?? {})) {
      const given = match[other as FieldName];
      if (values === 'present' ? given !== undefined : values.includes(given as number)) continue;
      const wanted = values === 'present' ? '' : ` ${values.map(value => `0x${value.toString(16)}`).join(' or ')}`;
      return { field: name as FieldName, needs: `${other}${wanted}` };
    }
  }
  return undefined;
}
