import type { Codec } from '../wire/codec.ts';
import { EncodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { type Field, type FieldName, fieldAt, fieldFor } from './fields.ts';
import { OXM_CLASS_EXPERIMENTER } from './nxm.ts';

/** A field's header that has no name here. */
export interface RawHeader {
  readonly class: number;
  readonly field: number;
  readonly hasMask: boolean;
  readonly length: number;
  readonly experimenter?: number;
}

/** A field without a value: the name of a match field (`'ethSrc'`, `'reg0'`), or its raw header. */
export type FieldRef = FieldName | RawHeader;

/** A field in a list of what a table can match or set; `maskable` says whether it takes a mask there (7.3.5.5.2). */
export interface FieldSupport {
  readonly field: FieldName;
  readonly maskable: boolean;
}

interface Header extends RawHeader {
  readonly known: Field | undefined;
}

function readHeader(r: Reader): Header {
  const oxmClass = r.u16();
  const byte = r.u8();
  const length = r.u8();
  const header = { class: oxmClass, field: byte >>> 1, hasMask: (byte & 1) === 1, length };
  if (oxmClass !== OXM_CLASS_EXPERIMENTER) return { ...header, known: fieldAt(oxmClass, header.field) };
  const experimenter = r.u32();
  return { ...header, experimenter, known: fieldAt(oxmClass, header.field, experimenter) };
}

function raw({ known: _, ...header }: Header): RawHeader {
  return header;
}

function writeRaw(w: Writer, header: RawHeader): void {
  w.u16(header.class);
  w.u8((header.field << 1) | (header.hasMask ? 1 : 0));
  w.u8(header.length);
  if (header.class === OXM_CLASS_EXPERIMENTER) w.u32(header.experimenter ?? 0);
}

function writeField(w: Writer, field: Field, masked: boolean): void {
  w.u32(masked ? field.maskedHeader : field.header);
  if (field.experimenter !== undefined) w.u32(field.experimenter);
}

const lengthOf = (field: Field, masked: boolean): number => (masked ? field.maskedHeader : field.header) & 0xff;

/** A field's header as its name: 4 bytes, 8 for experimenter fields. */
export const fieldRef: Codec<FieldRef> = {
  shape: { kind: 'named', name: 'fieldRef' },
  read(r) {
    const header = readHeader(r);
    const { known } = header;
    return known !== undefined && !header.hasMask && header.length === lengthOf(known, false) ? known.name : raw(header);
  },
  write(w, value) {
    if (typeof value === 'string') writeField(w, fieldFor(value), false);
    else if (typeof value === 'object' && value !== null) writeRaw(w, value);
    else throw new EncodeError('needs the name of a match field');
  },
};

/** A field's header in a list of capabilities. */
export const fieldSupport: Codec<FieldSupport | RawHeader> = {
  shape: { kind: 'named', name: 'fieldSupport' },
  read(r) {
    const header = readHeader(r);
    const { known } = header;
    return known !== undefined && header.length === lengthOf(known, header.hasMask)
      ? { field: known.name, maskable: header.hasMask }
      : raw(header);
  },
  write(w, value) {
    if ('maskable' in value) writeField(w, fieldFor(value.field), value.maskable);
    else writeRaw(w, value);
  },
};
