import type { AnyCodec, TypeOf } from '../wire/codec.ts';

/** What a field needs in the same match: other fields with one of some values, or merely present. */
export type Prerequisites = Readonly<Record<string, readonly number[] | 'present'>>;

/** A table of match fields: `name: [number, layout, whether a mask may be given, prerequisites]`. */
export type FieldEntries = Readonly<Record<string, readonly [id: number, codec: AnyCodec, mask: boolean, needs?: Prerequisites]>>;

/** A value of which only the bits set in `mask` are compared. */
export interface Masked<T> {
  readonly value: T;
  readonly mask: T;
}

/** The value a table entry's field has in a match. */
export type FieldValue<E> = E extends readonly [number, infer C, infer M, ...unknown[]]
  ? M extends true
    ? TypeOf<C> | Masked<TypeOf<C>>
    : TypeOf<C>
  : never;

/** The fields of a table as a match has them. */
export type FieldsOf<E> = { readonly [K in keyof E]?: FieldValue<E[K]> };
