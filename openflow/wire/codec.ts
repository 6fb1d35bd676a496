import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** A layout: reads a value, writes a value. `Out` is what decoding gives, `In` what encoding takes. */
export interface Codec<Out, In = Out> {
  /** What the layout looks like; generators, documents and compilers walk it. */
  readonly shape: Shape;
  /** Bytes on the wire when always the same. */
  readonly size?: number | undefined;
  read(reader: Reader): Out;
  write(writer: Writer, value: In): void;
}

/** A layout of named fields, which can also be read into an object that already has some (the `type`, the `xid`). */
export interface Fields<Out, In = Out> extends Codec<Out, In> {
  /** Reads the fields into `target`. */
  fill(reader: Reader, target: Record<string, unknown>): void;
}

/** Any layout, when only walking it matters. */
export type AnyCodec = Codec<unknown, never>;
/** Any layout of named fields. */
export type AnyFields = Fields<unknown, never>;

/** The value a layout decodes to. */
export type TypeOf<C> = C extends Codec<infer Out, never> ? Out : never;
/** The value a layout encodes. */
export type InputOf<C> = C extends { write(writer: Writer, value: infer In): void } ? In : never;

/** Flattens an intersection, member by member of a union, so that editors show fields. */
export type Flat<T> = T extends unknown ? { [K in keyof T]: T[K] } : never;

/** A member of a union as its table says it. */
export interface Member {
  readonly name: string;
  readonly code: number;
  readonly codec: AnyFields;
  readonly clause: string | undefined;
  /** Set for the members of an experimenter's table. */
  readonly experimenter?: number | undefined;
  readonly subtype?: number | undefined;
}

/** The description of a layout. */
export type Shape =
  | { readonly kind: 'uint'; readonly bytes: 1 | 2 | 3 | 4; readonly max: number }
  | { readonly kind: 'bigint'; readonly bytes: 8 | 16 }
  | { readonly kind: 'mac' | 'ipv4' | 'ipv6' }
  | { readonly kind: 'text'; readonly length: number }
  | { readonly kind: 'bytes'; readonly length: number | undefined }
  | { readonly kind: 'pad'; readonly length: number }
  | { readonly kind: 'length' }
  | { readonly kind: 'struct'; readonly fields: Readonly<Record<string, AnyCodec>> }
  | { readonly kind: 'list'; readonly item: AnyCodec; readonly max: number }
  | { readonly kind: 'times'; readonly item: AnyCodec; readonly count: number }
  | { readonly kind: 'inside'; readonly of: AnyCodec; readonly fallback?: unknown }
  | { readonly kind: 'union'; readonly key: string; readonly members: readonly Member[]; readonly align: number }
  | { readonly kind: 'named'; readonly name: string };

/** The layout a wrapper adds something to. */
export function unwrapped(codec: AnyCodec): AnyCodec {
  return codec.shape.kind === 'inside' ? unwrapped(codec.shape.of) : codec;
}
