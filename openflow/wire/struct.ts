import type { AnyCodec, Codec, Fields, Flat, InputOf, TypeOf } from './codec.ts';
import { DecodeError, EncodeError, within } from './errors.ts';
import { compileRun, RUN_FIELDS, runnable } from './fixed-run.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

type Layout = Readonly<Record<string, AnyCodec>>;
type Visible<L> = Exclude<keyof L, `_${string}`>;
type Required<L> = { [K in Visible<L>]: undefined extends InputOf<L[K]> ? never : K }[Visible<L>];
/** What a layout decodes to: its fields without the padding. */
export type StructOf<L> = { readonly [K in Visible<L>]: TypeOf<L[K]> };
/** What a layout encodes: fields with a default may be left out. */
export type StructInput<L> = Flat<
  { readonly [K in Required<L>]: InputOf<L[K]> } & { readonly [K in Exclude<Visible<L>, Required<L>>]?: InputOf<L[K]> }
>;

/**
 * Fields one after the other. A name that begins with `_` is padding and not in the value; one field may be `length`.
 * A struct of many fields that all have a fixed size is read by a compiled parser (`fixed-run.ts`), others field by field.
 */
export function struct<const L extends Layout>(layout: L): Fields<StructOf<L>, StructInput<L>> {
  const names = Object.keys(layout);
  const codecs = Object.values(layout);
  const visible = names.map(name => !name.startsWith('_'));
  const run =
    codecs.every(runnable) && visible.filter(shown => shown).length >= RUN_FIELDS
      ? compileRun(Object.entries(layout))
      : undefined;
  const write = writerOf(names, codecs, visible);
  const size = codecs.every(codec => codec.size !== undefined) ? codecs.reduce((sum, codec) => sum + codec.size!, 0) : undefined;

  function fill(r: Reader, target: Record<string, unknown>): void {
    const start = r.pos;
    const outer = r.end;
    let i = 0;
    try {
      for (; i < names.length; i++) {
        const codec = codecs[i]!;
        if (codec === length) narrow(r, start);
        else if (visible[i]) target[names[i]!] = codec.read(r);
        else codec.read(r);
      }
    } catch (error) {
      throw within(error, names[i]!);
    }
    if (r.end !== outer) {
      if (r.pos !== r.end) throw new DecodeError('BAD_LENGTH', r.pos, `${r.end - r.pos} bytes are left over`);
      r.end = outer;
    }
  }

  function read(r: Reader): StructOf<L> {
    if (run !== undefined && r.left >= run.size) return run.parse(r.bytes, r.advance(run.size)) as StructOf<L>;
    const target: Record<string, unknown> = {};
    fill(r, target);
    return target as StructOf<L>;
  }

  return { shape: { kind: 'struct', fields: layout }, size, read, fill, write: write as (w: Writer, v: StructInput<L>) => void };
}

function writerOf(names: readonly string[], codecs: readonly AnyCodec[], visible: readonly boolean[]) {
  const write = codecs.map(codec => codec.write as (w: Writer, value: unknown) => void);
  const lengthField = codecs.indexOf(length);
  return (w: Writer, value: Readonly<Record<string, unknown>>): void => {
    if (typeof value !== 'object' || value === null)
      throw new EncodeError(`needs an object with ${names.filter((_, k) => visible[k])}`);
    const start = w.pos;
    let lengthAt = -1;
    let i = 0;
    try {
      for (; i < names.length; i++) {
        if (i === lengthField) lengthAt = w.advance(2);
        else write[i]!(w, visible[i] ? value[names[i]!] : undefined);
      }
      if (lengthAt >= 0) w.patchU16(lengthAt, w.pos - start);
    } catch (error) {
      throw i < names.length ? within(error, names[i]!) : error;
    }
  };
}

/** A 16-bit length of the whole struct it stands in. Never a value: a window when reading, a patch when writing. */
export const length: Codec<undefined, unknown> = {
  shape: { kind: 'length' },
  size: undefined,
  read: () => undefined,
  write: () => undefined,
};

function narrow(r: Reader, start: number): void {
  const total = r.u16();
  if (start + total < r.pos) throw new DecodeError('BAD_LENGTH', r.pos - 2, `a length of ${total} is shorter than its own head`);
  if (start + total > r.end)
    throw new DecodeError('BAD_LENGTH', r.pos - 2, `a length of ${total}, ${r.end - start} bytes are there`);
  r.end = start + total;
}

/** A field that may be left out when encoding. */
export function defaulted<Out, In>(codec: Codec<Out, In>, value: In): Codec<Out, In | undefined> {
  return {
    shape: { kind: 'inside', of: codec as AnyCodec, fallback: value },
    size: codec.size,
    read: r => codec.read(r),
    write: (w, given) => codec.write(w, given === undefined ? value : given),
  };
}
