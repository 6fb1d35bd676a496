import type { AnyCodec, AnyFields, Codec, Fields, InputOf, Member, TypeOf } from '../wire/codec.ts';
import { EncodeError, within } from '../wire/errors.ts';
import { list } from '../wire/list.ts';
import type { Reader } from '../wire/reader.ts';
import { rest, u32 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { flowMonitorRequest, flowUpdate } from './flow-monitor.ts';
import { aggregateStats, flowStats, flowStatsRequest } from './flows.ts';
import { groupDesc, groupFeatures, groupStats, groupStatsRequest } from './groups.ts';
import { meterConfig, meterFeatures, meterRequest, meterStats } from './meters.ts';
import { ONF } from './nxm.ts';
import { port, portStats, portStatsRequest } from './ports.ts';
import { queueStats, queueStatsRequest } from './queues.ts';
import { desc } from './switch.ts';
import { tableFeatures, tableStats } from './tables.ts';

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
  queue: [5, defaulted(queueStatsRequest, {}), list(queueStats), '7.3.5.8'],
  group: [6, defaulted(groupStatsRequest, {}), list(groupStats), '7.3.5.9'],
  groupDesc: [7, nothing, list(groupDesc), '7.3.5.10'],
  groupFeatures: [8, nothing, groupFeatures, '7.3.5.11'],
  meter: [9, defaulted(meterRequest, {}), list(meterStats), '7.3.5.12'],
  meterConfig: [10, defaulted(meterRequest, {}), list(meterConfig), '7.3.5.13'],
  meterFeatures: [11, nothing, meterFeatures, '7.3.5.14'],
  tableFeatures: [12, defaulted(list(tableFeatures), []), list(tableFeatures), '7.3.5.5'],
  portDesc: [13, nothing, list(port), '7.3.5.7'],
  experimenter: [0xffff, experimenter, experimenter, '7.3.5.15'],
} as const satisfies Kinds;

/** Multipart kinds of ONF's extensions, with their experimenter types. */
export const ONF_MULTIPARTS = {
  flowMonitor: [1870, list(flowMonitorRequest), list(flowUpdate), 'EXT-187'],
} as const satisfies Kinds;

type AllKinds = typeof MULTIPARTS & typeof ONF_MULTIPARTS;

/** A kind that is not known here; its body is kept. */
export interface UnknownKind {
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

interface Entry extends Member {
  readonly body: Codec<unknown>;
}

const EXPERIMENTER = MULTIPARTS.experimenter[0];

function entriesOf(kinds: Kinds, side: Side, experimenter?: number): Entry[] {
  return Object.entries(kinds).map(([name, entry]) => {
    const body = entry[side] as Codec<unknown>;
    const member = { name, body, codec: struct({ body: body as AnyCodec }) as AnyFields, clause: entry[3] };
    return experimenter === undefined
      ? { ...member, code: entry[0] }
      : { ...member, code: EXPERIMENTER, experimenter, subtype: entry[0] };
  });
}

/** The body of OFPT_MULTIPART_REQUEST (side 1) or OFPT_MULTIPART_REPLY (side 2): kind, flags, and what the kind says (7.3.5). */
function multipart<S extends Side>(side: S): Fields<BodyOf<AllKinds, S> | UnknownKind, BodyInput<AllKinds, S> | UnknownKind> {
  const own = entriesOf(MULTIPARTS, side);
  const foreign = entriesOf(ONF_MULTIPARTS, side, ONF);
  const byCode = new Map(own.map(entry => [entry.code, entry]));
  const bySubtype = new Map(foreign.map(entry => [entry.subtype!, entry]));
  const byName = new Map([...own, ...foreign].map(entry => [entry.name, entry]));

  function entryAt(code: number, r: Reader): Entry | undefined {
    const extension =
      code === EXPERIMENTER && r.left >= 8 && r.peekU32(r.pos) === ONF ? bySubtype.get(r.peekU32(r.pos + 4)) : undefined;
    if (extension === undefined) return byCode.get(code);
    r.advance(8);
    return extension;
  }

  function fill(r: Reader, target: Record<string, unknown>): void {
    const code = r.u16();
    const flags = r.u16();
    r.advance(4);
    const entry = entryAt(code, r);
    target.kind = entry?.name ?? 'unknown';
    if (entry === undefined) target.code = code;
    target.flags = flags;
    try {
      target.body = entry === undefined ? r.rest() : entry.body.read(r);
    } catch (error) {
      throw within(error, String(target.kind));
    }
  }

  return {
    shape: { kind: 'union', key: 'kind', align: 1, members: [...own, ...foreign] },
    fill,
    read(r) {
      const target = {};
      fill(r, target);
      return target as BodyOf<AllKinds, S> | UnknownKind;
    },
    write(w, value) {
      const { kind, flags = 0, body } = value as { kind: string; flags?: number; body: unknown };
      const entry = byName.get(kind);
      if (entry === undefined && kind !== 'unknown') throw new EncodeError(`${JSON.stringify(kind)} is no multipart kind`);
      w.u16(entry?.code ?? (value as UnknownKind).code);
      w.u16(flags);
      w.zeros(4);
      if (entry?.experimenter !== undefined) {
        w.u32(entry.experimenter);
        w.u32(entry.subtype!);
      }
      try {
        if (entry === undefined) rest.write(w, body as Uint8Array);
        else entry.body.write(w, body);
      } catch (error) {
        throw within(error, kind);
      }
    },
  };
}

/** OFPT_MULTIPART_REQUEST (7.3.5). */
export const multipartRequest = multipart(1);
/** OFPT_MULTIPART_REPLY (7.3.5). */
export const multipartReply = multipart(2);
