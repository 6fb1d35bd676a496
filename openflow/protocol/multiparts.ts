import type { AnyCodec, AnyFields, Codec, Fields, InputOf, TypeOf } from '../wire/codec.ts';
import { EncodeError, within } from '../wire/errors.ts';
import { list } from '../wire/list.ts';
import type { Reader } from '../wire/reader.ts';
import { rest, u32 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { aggregateStats, flowStats, flowStatsRequest } from './flows.ts';
import { port, portStats, portStatsRequest } from './ports.ts';
import { desc } from './switch.ts';
import { tableStats } from './tables.ts';

/** Flag of a request that more of it follows (7.3.5). */
export const OFPMPF_REQ = { MORE: 1 << 0 } as const;
/** Flag of a reply that more of it follows (7.3.5). */
export const OFPMPF_REPLY = { MORE: 1 << 0 } as const;

type Kinds = Readonly<Record<string, readonly [code: number, request: AnyCodec, reply: AnyCodec, clause?: string]>>;

const nothing = defaulted(struct({}), {});
const experimenter = struct({ experimenter: u32, expType: u32, data: rest });

/** The multipart kinds of OpenFlow 1.3.5: `name: [code, request body, reply body, clause]`. */
export const MULTIPARTS = {
  desc: [0, nothing, desc, '7.3.5.1'],
  flow: [1, defaulted(flowStatsRequest, {}), list(flowStats), '7.3.5.2'],
  aggregate: [2, defaulted(flowStatsRequest, {}), aggregateStats, '7.3.5.3'],
  table: [3, nothing, list(tableStats), '7.3.5.4'],
  portStats: [4, defaulted(portStatsRequest, {}), list(portStats), '7.3.5.6'],
  portDesc: [13, nothing, list(port), '7.3.5.7'],
  experimenter: [0xffff, experimenter, experimenter, '7.3.5.15'],
} as const satisfies Kinds;

/** A kind that is not known here; its body is kept. */
interface UnknownKind {
  readonly kind: 'unknown';
  readonly code: number;
  readonly flags: number;
  readonly body: Uint8Array;
}

type Side = 1 | 2;
type BodyOf<K, S extends Side> = {
  [N in keyof K & string]: K[N] extends Kinds[string]
    ? { readonly kind: N; readonly flags: number; readonly body: TypeOf<K[N][S]> }
    : never;
}[keyof K & string];
type Given<N, B> = undefined extends B
  ? { readonly kind: N; readonly flags?: number; readonly body?: B }
  : { readonly kind: N; readonly flags?: number; readonly body: B };
type BodyInput<K, S extends Side> = {
  [N in keyof K & string]: K[N] extends Kinds[string] ? Given<N, InputOf<K[N][S]>> : never;
}[keyof K & string];

/** The body of OFPT_MULTIPART_REQUEST (side 1) or OFPT_MULTIPART_REPLY (side 2): kind, flags, and what the kind says (7.3.5). */
function multipart<const K extends Kinds, S extends Side>(
  kinds: K,
  side: S,
): Fields<BodyOf<K, S> | UnknownKind, BodyInput<K, S> | UnknownKind> {
  const entries = Object.entries(kinds).map(([name, entry]) => ({ name, code: entry[0], codec: entry[side] as Codec<unknown> }));
  const byCode = new Map(entries.map(entry => [entry.code, entry]));
  const byName = new Map(entries.map(entry => [entry.name, entry]));

  function fill(r: Reader, target: Record<string, unknown>): void {
    const code = r.u16();
    const entry = byCode.get(code);
    target.kind = entry?.name ?? 'unknown';
    if (entry === undefined) target.code = code;
    target.flags = r.u16();
    r.advance(4);
    try {
      target.body = entry === undefined ? r.rest() : entry.codec.read(r);
    } catch (error) {
      throw within(error, String(target.kind));
    }
  }

  type Any = BodyInput<K, S> | UnknownKind;
  return {
    shape: {
      kind: 'union',
      key: 'kind',
      align: 1,
      members: entries.map(({ name, code, codec }) => ({
        name,
        code,
        codec: struct({ body: codec }) as AnyFields,
        clause: kinds[name]![3],
      })),
    },
    fill,
    read(r) {
      const target = {};
      fill(r, target);
      return target as BodyOf<K, S> | UnknownKind;
    },
    write(w, value) {
      const given = value as Exclude<Any, UnknownKind> & { kind: string; flags?: number; body: unknown };
      const entry = byName.get(given.kind);
      if (entry === undefined && given.kind !== 'unknown')
        throw new EncodeError(`${JSON.stringify(given.kind)} is no multipart kind`);
      w.u16(entry?.code ?? (value as UnknownKind).code);
      w.u16(given.flags ?? 0);
      w.zeros(4);
      try {
        if (entry === undefined) rest.write(w, given.body as Uint8Array);
        else entry.codec.write(w, given.body);
      } catch (error) {
        throw within(error, given.kind);
      }
    },
  };
}

/** OFPT_MULTIPART_REQUEST (7.3.5). */
export const multipartRequest = multipart(MULTIPARTS, 1);
/** OFPT_MULTIPART_REPLY (7.3.5). */
export const multipartReply = multipart(MULTIPARTS, 2);
