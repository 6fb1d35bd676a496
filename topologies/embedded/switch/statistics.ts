import { decode, encode, type Message, type MessageInput, OFPG, OFPMPF_REPLY, OFPP } from '../../../openflow/index.ts';
import { OFPGFC } from '../../../openflow/protocol/groups.ts';
import { OFPM, OFPMF } from '../../../openflow/protocol/meters.ts';
import type { multipartReply } from '../../../openflow/protocol/multiparts.ts';
import type { InputOf } from '../../../openflow/wire/codec.ts';
import { duration } from './duration.ts';
import { aggregate, filterOf, flowStatistics } from './flow-statistics.ts';
import type { FlowStore } from './flow-store.ts';
import type { Group } from './group.ts';
import type { Meter } from './meter.ts';
import { METER_LIMITS } from './meter-store.ts';
import type { Ports } from './ports.ts';
import { refuse } from './refusal.ts';
import { tableFeatures } from './table-features.ts';

type Request = Extract<MessageInput, { readonly type: 'multipartRequest' }>;
type Reply = InputOf<typeof multipartReply>;

/** What statistics are about. */
export interface Measured {
  readonly flows: FlowStore;
  readonly ports: Ports;
  readonly groups: ReadonlyMap<number, Group>;
  readonly meters: ReadonlyMap<number, Meter>;
  readonly isPlain: boolean;
  readonly desc: Extract<Reply, { readonly kind: 'desc' }>['body'];
}

/** How many entries one reply has at most, so that no message is longer than 64 KB. */
const PART = 100;
const MAX_GROUPS = 0xffffff00;
/** Bits of the actions a bucket may have: output, VLAN tags, queue, group, TTL, set-field. */
const GROUP_ACTIONS = [0, 17, 18, 21, 22, 23, 24, 25].reduce((mask, code) => mask | (1 << code), 0);

/** The replies to a multipart request (7.3.5): one, or several of which all but the last have MORE. Throws a refusal. */
export function answer(request: Request, at: Measured, now: number): Message[] {
  const { xid = 0, flags = 0 } = request;
  if ((flags & OFPMPF_REPLY.MORE) !== 0) throw refuse.request('MULTIPART_BUFFER_OVERFLOW');
  const reply = bodyOf(request, at, now);
  return parts(reply).map(part => ({ type: 'multipartReply', xid, ...part }) as Message);
}

function parts(reply: Reply): Reply[] {
  const { body } = reply;
  if (!Array.isArray(body) || body.length <= PART) return [{ ...reply, flags: 0 } as Reply];
  const list: Reply[] = [];
  for (let i = 0; i < body.length; i += PART) {
    const more = i + PART < body.length ? OFPMPF_REPLY.MORE : 0;
    list.push({ ...reply, flags: more, body: body.slice(i, i + PART) } as unknown as Reply);
  }
  return list;
}

function bodyOf(request: Request, at: Measured, now: number): Reply {
  const { kind } = request;
  switch (kind) {
    case 'desc':
      return { kind, body: at.desc };
    case 'flow':
      return { kind, body: flowStatistics(at.flows, filterOf(request, at.flows.tables.length), now) };
    case 'aggregate':
      return { kind, body: aggregate(at.flows, filterOf(request, at.flows.tables.length)) };
    case 'table':
      return { kind, body: at.flows.tables.map(tableStats) };
    case 'tableFeatures':
      if (request.body !== undefined && request.body.length > 0) throw refuse.tableFeatures('EPERM');
      return { kind, body: tableFeatures(at.flows.tables.length, at.isPlain) };
    case 'portDesc':
      return { kind, body: [...at.ports.all].map(port => port.desc) };
    case 'portStats':
      return { kind, body: portStats(at.ports, request.body?.portNo ?? OFPP.ANY, now) };
    case 'queue':
      return { kind, body: queueStats(at.ports, request.body?.portNo ?? OFPP.ANY, request.body?.queueId) };
    case 'group':
      return {
        kind,
        body: pick(at.groups, request.body?.groupId ?? OFPG.ALL, OFPG.ALL).map(group => groupStats(group, at, now)),
      };
    case 'groupDesc':
      return { kind, body: [...at.groups.values()].map(groupDesc) };
    case 'groupFeatures':
      return { kind, body: groupFeatures };
    case 'meter':
      return { kind, body: meters(at, request.body?.meterId).map(meter => meterStats(meter, at, now)) };
    case 'meterConfig':
      return {
        kind,
        body: meters(at, request.body?.meterId).map(({ meterId, flags, specs }) => ({ meterId, flags, bands: specs })),
      };
    case 'meterFeatures':
      return { kind, body: meterFeatures };
    case 'experimenter':
      throw refuse.request('BAD_EXPERIMENTER');
    default:
      throw refuse.request('BAD_MULTIPART');
  }
}

function tableStats({ tableId, flows, lookups, matches }: FlowStore['tables'][number]) {
  return { tableId, activeCount: flows.size, lookupCount: BigInt(lookups), matchedCount: BigInt(matches) };
}

function portStats(ports: Ports, portNo: number, now: number) {
  const one = ports.at(portNo);
  if (portNo !== OFPP.ANY && one === undefined) throw refuse.request('BAD_PORT');
  return (one === undefined ? [...ports.all] : [one]).map(port => ({
    portNo: port.portNo,
    rxPackets: BigInt(port.rxPackets),
    txPackets: BigInt(port.txPackets),
    rxBytes: BigInt(port.rxBytes),
    txBytes: BigInt(port.txBytes),
    rxDropped: BigInt(port.rxDropped),
    txDropped: BigInt(port.txDropped),
    rxErrors: 0n,
    txErrors: 0n,
    rxFrameErr: 0n,
    rxOverErr: 0n,
    rxCrcErr: 0n,
    collisions: 0n,
    ...duration(now - port.since),
  }));
}

/** There are no queues. */
function queueStats(ports: Ports, portNo: number, queueId = ALL_QUEUES): [] {
  if (portNo !== OFPP.ANY && ports.at(portNo) === undefined) throw refuse.queue('BAD_PORT');
  if (queueId !== ALL_QUEUES) throw refuse.queue('BAD_QUEUE');
  return [];
}

const ALL_QUEUES = 0xffffffff;

function pick<T>(all: ReadonlyMap<number, T>, id: number, every: number): T[] {
  if (id === every) return [...all.values()];
  const one = all.get(id);
  return one === undefined ? [] : [one];
}

function meters({ meters: all }: Measured, id: number = OFPM.ALL): Meter[] {
  if (id !== OFPM.ALL && !all.has(id)) throw refuse.meter('UNKNOWN_METER');
  return pick(all, id, OFPM.ALL);
}

function groupStats({ groupId, packets, bytes, buckets, createdAt }: Group, { flows }: Measured, now: number) {
  let refCount = 0;
  for (const table of flows.tables)
    for (const { program } of table.flows.rules) refCount += program.groups.filter(used => used === groupId).length;
  return {
    groupId,
    refCount,
    packetCount: BigInt(packets),
    byteCount: BigInt(bytes),
    ...duration(now - createdAt),
    bucketStats: buckets.map(bucket => ({ packetCount: BigInt(bucket.packets), byteCount: BigInt(bucket.bytes) })),
  };
}

function groupDesc({ groupId, groupType, buckets }: Group) {
  const plain = buckets.map(({ weight, watchPort, watchGroup, actions }) => ({ weight, watchPort, watchGroup, actions }));
  const message = decode(encode({ type: 'groupMod', groupId, groupType, buckets: plain }));
  return { groupId, groupType, buckets: message.type === 'groupMod' ? message.buckets : [] };
}

const groupFeatures = {
  types: 0xf,
  capabilities: OFPGFC.SELECT_WEIGHT | OFPGFC.SELECT_LIVENESS | OFPGFC.CHAINING,
  maxGroups: [MAX_GROUPS, MAX_GROUPS, MAX_GROUPS, MAX_GROUPS],
  actions: [GROUP_ACTIONS, GROUP_ACTIONS, GROUP_ACTIONS, GROUP_ACTIONS],
};

function meterStats(meter: Meter, { flows }: Measured, now: number) {
  let flowCount = 0;
  for (const table of flows.tables) for (const flow of table.flows.rules) if (flow.program.meterId === meter.meterId) flowCount++;
  return {
    meterId: meter.meterId,
    flowCount,
    packetInCount: BigInt(meter.packets),
    byteInCount: BigInt(meter.bytes),
    ...duration(now - meter.createdAt),
    bandStats: meter.bands.map(band => ({ packetBandCount: BigInt(band.packets), byteBandCount: BigInt(band.bytes) })),
  };
}

const meterFeatures = {
  maxMeter: METER_LIMITS.maxMeter,
  bandTypes: 1 << 1,
  capabilities: OFPMF.KBPS | OFPMF.PKTPS | OFPMF.BURST | OFPMF.STATS,
  maxBands: METER_LIMITS.maxBands,
  maxColor: 0,
};
