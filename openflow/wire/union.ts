import type { AnyCodec, AnyFields, Codec, Flat, InputOf, Member, TypeOf } from './codec.ts';
import { DecodeError, EncodeError, type ErrorReply, within } from './errors.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** A table of kinds: `name: [code, layout, clause of OpenFlow 1.3.5, a note of the table's own]`. */
export type Entries = Readonly<Record<string, readonly [code: number, codec: AnyFields, clause?: string, note?: string]>>;

/** An experimenter's kinds, which share one code and are told apart by a subtype behind the experimenter id. */
export interface Vendor<E extends Entries> {
  readonly code: number;
  readonly experimenter: number;
  /** Bytes of the subtype. */
  readonly subtype: 2 | 4;
  readonly entries: E;
}
export type AnyVendor = Vendor<Entries>;

/** What a table decodes to: one object type for each entry, told apart by `Key`. */
export type Tagged<E, Key extends string = 'type'> = {
  [K in keyof E & string]: E[K] extends readonly [number, infer C, ...unknown[]]
    ? Flat<{ readonly [P in Key]: K } & TypeOf<C>>
    : never;
}[keyof E & string];
/** What a table encodes. */
export type TaggedInput<E, Key extends string = 'type'> = {
  [K in keyof E & string]: E[K] extends readonly [number, infer C, ...unknown[]]
    ? Flat<{ readonly [P in Key]: K } & InputOf<C>>
    : never;
}[keyof E & string];
type VendorOf<V> = V extends Vendor<infer E> ? Tagged<E> : never;
type VendorInput<V> = V extends Vendor<infer E> ? TaggedInput<E> : never;

/** A kind this library has no entry for; its bytes are kept and written back. */
export interface Unknown {
  readonly type: 'unknown';
  readonly code: number;
  readonly body: Uint8Array;
}

/** Finds the entry for what stands on the wire, and for what a value says. */
export class Dispatch {
  readonly members: readonly Member[];
  readonly #byCode = new Map<number, Member>();
  readonly #byName = new Map<string, Member>();
  readonly #vendors: readonly AnyVendor[];
  readonly #bySubtype: readonly ReadonlyMap<number, Member>[];

  constructor(entries: Entries, vendors: readonly AnyVendor[] = []) {
    const own = Object.entries(entries).map(([name, [code, codec, clause]]): Member => ({ name, code, codec, clause }));
    for (const member of own) this.#byCode.set(member.code, member);
    this.#vendors = vendors;
    const foreign = vendors.map(({ code, experimenter, entries: table }) =>
      Object.entries(table).map(
        ([name, [subtype, codec, clause]]): Member => ({ name, code, codec, clause, experimenter, subtype }),
      ),
    );
    this.#bySubtype = foreign.map(table => new Map(table.map(member => [member.subtype!, member])));
    this.members = [...own, ...foreign.flat()];
    for (const member of this.members) {
      if (this.#byName.has(member.name)) throw new TypeError(`two entries are named ${member.name}`);
      this.#byName.set(member.name, member);
    }
  }

  /** The entry for a code; moves the reader over experimenter and subtype when an experimenter's table knows them. */
  at(code: number, r: Reader): Member | undefined {
    for (let i = 0; i < this.#vendors.length; i++) {
      const vendor = this.#vendors[i]!;
      if (vendor.code !== code) continue;
      const at = r.pos;
      if (r.left < 4 + vendor.subtype) break;
      if (r.u32() === vendor.experimenter) {
        const member = this.#bySubtype[i]!.get(vendor.subtype === 2 ? r.u16() : r.u32());
        if (member !== undefined) return member;
      }
      r.pos = at;
    }
    return this.#byCode.get(code);
  }

  /** The entry for a value's kind. */
  named(name: unknown, key: string): Member {
    const member = this.#byName.get(name as string);
    if (member === undefined) throw new EncodeError(`${JSON.stringify(name)} is no ${key} that is known here`);
    return member;
  }

  /** Writes what stands between the code's head and the body: experimenter and subtype, if any. */
  head(w: Writer, member: Member): void {
    if (member.experimenter === undefined) return;
    w.u32(member.experimenter);
    if (this.#vendors.find(vendor => vendor.experimenter === member.experimenter && vendor.code === member.code)!.subtype === 2) {
      w.u16(member.subtype!);
    } else w.u32(member.subtype!);
  }
}

/** How elements of type and length are framed. */
export interface Framing<V extends readonly AnyVendor[]> {
  /** `inside`: the length counts the padding (actions, instructions); `outside`: it does not (hello elements, properties). */
  readonly padding: 'inside' | 'outside';
  /** The OpenFlow error for a bad length. */
  readonly badLength: ErrorReply;
  readonly vendors?: V;
  /** The length stands before the type. */
  readonly lengthFirst?: boolean;
}

type TlvOf<E, V> = Tagged<E> | VendorOf<V> | Unknown;
type TlvInput<E, V> = TaggedInput<E> | VendorInput<V> | Unknown;

const ALIGN = 8;

/** Elements with a 16-bit type and a 16-bit length, aligned to 8 bytes. An unknown type is kept as bytes. */
export function tlv<const E extends Entries, const V extends readonly AnyVendor[] = []>(
  entries: E,
  framing: Framing<V>,
): Codec<TlvOf<E, V[number]>, TlvInput<E, V[number]>> {
  const dispatch = new Dispatch(entries, framing.vendors);
  const inside = framing.padding === 'inside';
  const { lengthFirst = false } = framing;

  function read(r: Reader): TlvOf<E, V[number]> {
    const start = r.pos;
    let name = '';
    try {
      const first = r.u16();
      const second = r.u16();
      const [code, length] = lengthFirst ? [second, first] : [first, second];
      const outer = r.end;
      if (length < 4) throw new DecodeError('BAD_LENGTH', start + 2, `a length of ${length} is shorter than its own head`);
      if (start + length > outer)
        throw new DecodeError('BAD_LENGTH', start + 2, `a length of ${length}, ${outer - start} bytes are there`);
      if (inside && length % ALIGN !== 0)
        throw new DecodeError('BAD_LENGTH', start + 2, `a length of ${length} is no multiple of 8`);
      r.end = start + length;
      const value = dispatched(r, code);
      name = value.type;
      if (r.end - r.pos >= (inside ? ALIGN : 1))
        throw new DecodeError('BAD_LENGTH', r.pos, `${r.end - r.pos} bytes are left over`);
      r.end = outer;
      r.pos = Math.min(outer, start + (inside ? length : (length + ALIGN - 1) & -ALIGN));
      return value as TlvOf<E, V[number]>;
    } catch (error) {
      if (error instanceof DecodeError) error.reply ??= framing.badLength;
      throw name === '' ? error : within(error, name);
    }
  }

  function dispatched(r: Reader, code: number): { type: string } {
    const member = dispatch.at(code, r);
    if (member === undefined) return { type: 'unknown', code, body: r.rest() } as Unknown;
    const value = { type: member.name };
    try {
      member.codec.fill(r, value);
    } catch (error) {
      throw within(error, member.name);
    }
    return value;
  }

  function writeHead(w: Writer, code: number): void {
    if (lengthFirst) w.advance(2);
    w.u16(code);
    if (!lengthFirst) w.advance(2);
  }

  function write(w: Writer, value: { readonly type: string }): void {
    const start = w.pos;
    const name = value?.type;
    if (name === 'unknown') {
      const { code, body } = value as Unknown;
      writeHead(w, code);
      w.put(body);
    } else {
      const member = dispatch.named(name, 'type');
      writeHead(w, member.code);
      dispatch.head(w, member);
      try {
        (member.codec as AnyCodec as Codec<unknown>).write(w, value);
      } catch (error) {
        throw within(error, name);
      }
    }
    const used = w.pos - start;
    w.zeros(-used & (ALIGN - 1));
    w.patchU16(lengthFirst ? start : start + 2, inside ? w.pos - start : used);
  }

  return {
    shape: { kind: 'union', key: 'type', members: dispatch.members, align: inside ? ALIGN : 1 },
    read,
    write: write as (w: Writer, value: TlvInput<E, V[number]>) => void,
  };
}

/** The kinds of a `tlv` as a list of names alone (table features, 7.3.5.5.2): type and length, no body. */
export interface UnknownId {
  readonly code: number;
  readonly body: Uint8Array;
}

export function tlvIds<const E extends Entries>(
  entries: E,
  badLength: ErrorReply,
): Codec<(keyof E & string) | UnknownId, (keyof E & string) | UnknownId> {
  const dispatch = new Dispatch(entries);
  return {
    shape: { kind: 'named', name: 'id' },
    read(r) {
      const start = r.pos;
      const code = r.u16();
      const length = r.u16();
      if (length < 4 || start + length > r.end)
        throw new DecodeError('BAD_LENGTH', start + 2, `a length of ${length}`, badLength);
      const body = r.take(length - 4);
      const member = body.length === 0 ? dispatch.at(code, r) : undefined;
      return member === undefined ? { code, body } : (member.name as keyof E & string);
    },
    write(w, value) {
      if (typeof value === 'object') {
        w.u16(value.code);
        w.u16(4 + value.body.length);
        w.put(value.body);
      } else {
        w.u16(dispatch.named(value, 'type').code);
        w.u16(4);
      }
    },
  };
}
