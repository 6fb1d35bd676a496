import {
  type Connection,
  connect,
  type Message,
  type MessageInput,
  type MessageOf,
  OFPBRC,
  OFPET,
  OFPFC,
  OFPFMFC,
  OFPG,
  OFPP,
  OFPTT,
  type Port,
} from '../../openflow/index.ts';
import { OFPGC, OFPGT } from '../../openflow/protocol/groups.ts';
import { OFPM, OFPMC } from '../../openflow/protocol/meters.ts';
import { Datapath } from '../../topologies/embedded/switch/datapath.ts';
import type { Effect } from '../../topologies/embedded/switch/effect.ts';
import { placeNamed } from '../../topologies/embedded/switch/field-place.ts';
import type { Case } from './differential-cases.ts';
import type { DummyOvs, Output } from './dummy-ovs.ts';

/** One of the two switches that are compared. */
export interface Subject {
  /** Carries messages out and gives everything that came back; transaction ids are the messages' places. */
  control(messages: readonly MessageInput[]): Promise<Message[]>;
  /** What left the ports since the last call. */
  outputs(): Output[];
  /** What comes late: flow-removed messages, until there are so many. */
  late(count: number): Promise<Message[]>;
}

/** The embedded switch, as a function. */
export class EmbeddedSubject implements Subject {
  readonly datapath: Datapath;
  #outputs: Output[] = [];

  constructor(ports: readonly Port[]) {
    this.datapath = new Datapath({ datapathId: 1n, ports }, 0);
    this.datapath.connect();
    this.datapath.handle({ type: 'setConfig', missSendLen: 0xffff }, 0);
  }

  control(messages: readonly MessageInput[]): Promise<Message[]> {
    return Promise.resolve(messages.flatMap((message, xid) => this.#take(this.datapath.handle({ ...message, xid }, 0))));
  }

  outputs(): Output[] {
    return this.#outputs.splice(0);
  }

  late(): Promise<Message[]> {
    return Promise.resolve([]);
  }

  #take(effects: readonly Effect[]): Message[] {
    return effects.flatMap(effect => {
      if (effect.type === 'send') return [effect.message];
      this.#outputs.push({ port: effect.port, frame: effect.frame });
      return [];
    });
  }
}

const MARK = new Uint8Array([...new Array(12).fill(0xee), 0x88, 0xff, ...new Array(46).fill(0xee)]);
const MARK_XID = 0x3fffffff;
/** Ours, so that they are not mistaken for the connection's own. */
const FIRST_XID = 0x40000000;

/** Open vSwitch, over its management socket. */
export class OvsSubject implements Subject {
  readonly #ovs: DummyOvs;
  readonly #connection: Connection;
  #heard: Message[] = [];
  #marked: (() => void) | undefined;

  private constructor(ovs: DummyOvs, connection: Connection) {
    this.#ovs = ovs;
    this.#connection = connection;
    connection.on('message', message => {
      if (message.type === 'packetIn' && isMark(message.data)) this.#marked?.();
      else this.#heard.push(message.xid >= FIRST_XID ? { ...message, xid: message.xid - FIRST_XID } : message);
    });
  }

  static async open(ovs: DummyOvs): Promise<OvsSubject> {
    const connection = await connect({ path: ovs.management });
    connection.send({ type: 'setConfig', missSendLen: 0xffff });
    await connection.barrier();
    return new OvsSubject(ovs, connection);
  }

  async ports(): Promise<readonly Port[]> {
    return (await this.#connection.request({ type: 'multipartRequest', kind: 'portDesc' })).body;
  }

  /** A packet that comes back to us is behind everything that was caused before it. */
  async control(messages: readonly MessageInput[]): Promise<Message[]> {
    const marked = new Promise<void>(resolve => {
      this.#marked = resolve;
    });
    for (const [xid, message] of messages.entries()) this.#connection.send({ ...message, xid: FIRST_XID + xid });
    const actions = [{ type: 'output' as const, port: OFPP.CONTROLLER }];
    this.#connection.send({ type: 'packetOut', xid: MARK_XID, actions, data: MARK });
    await Promise.all([marked, this.#connection.barrier()]);
    return this.#heard.splice(0);
  }

  outputs(): Output[] {
    return this.#ovs.outputs();
  }

  /** Open vSwitch removes rules, and tells so, when all its threads have let go of them. */
  async late(count: number): Promise<Message[]> {
    for (let i = 0; i < 500 && this.#heard.length < count; i++) await new Promise(resolve => setTimeout(resolve, 2));
    return this.#heard.splice(0);
  }

  close(): void {
    this.#connection.close();
  }
}

function isMark(data: Uint8Array): boolean {
  return data.length === MARK.length && data.every((byte, i) => byte === MARK[i]);
}

/** What a switch did with a case, in words that can be compared: every list is sorted. */
export interface Outcome {
  readonly errors: readonly string[];
  readonly packets: readonly (readonly string[])[];
  readonly flows: readonly string[];
  readonly groups: readonly string[];
  readonly removed: readonly string[];
}

const CLEAN: readonly MessageInput[] = [
  { type: 'flowMod', command: OFPFC.DELETE, tableId: OFPTT.ALL },
  { type: 'groupMod', command: OFPGC.DELETE, groupId: OFPG.ALL },
  { type: 'meterMod', command: OFPMC.DELETE, meterId: OFPM.ALL },
];

/** Puts a case through a switch, and leaves the switch empty. */
export async function outcomeOf(subject: Subject, { mods, packets, later }: Case, removals = 0): Promise<Outcome> {
  const words = resizesBeforeSelect(mods) ? leavingOut(BYTE_COUNT) : asItIs;
  // Taken in again, a packet is of no table-miss entry any more.
  const reasonless = selects({ mods }) ? leavingOut(REASON) : asItIs;
  const tellerless = writesBesideSelect(mods) ? leavingOut(TELLER) : asItIs;
  const all: Message[] = [];
  const control = async (messages: readonly MessageInput[]): Promise<Message[]> => {
    const heard = await subject.control(messages);
    all.push(...heard);
    return heard.filter(({ type }) => type !== 'flowRemoved');
  };
  const first = await control(mods);
  const perPacket: string[][] = [];
  for (const { port, frame } of packets) {
    const out = { type: 'packetOut', inPort: port, actions: [{ type: 'output', port: OFPP.TABLE }], data: frame } as const;
    const heard = await control([out]);
    perPacket.push([...heard.map(told).map(reasonless).map(tellerless), ...subject.outputs().map(sent)].sort());
  }
  const second = await control(later);
  const stats = await control([
    { type: 'multipartRequest', kind: 'flow' },
    { type: 'multipartRequest', kind: 'group' },
    { type: 'multipartRequest', kind: 'groupDesc' },
  ]);
  await control(CLEAN);
  const soon = all.filter(({ type }) => type === 'flowRemoved');
  const removed = [...soon, ...(await subject.late(removals - soon.length))];
  return {
    errors: [...first.filter(notOfHidden(mods)), ...second.filter(notOfHidden(later))].map(told).sort(),
    packets: perPacket,
    flows: stats
      .flatMap(message => (message.type === 'multipartReply' && message.kind === 'flow' ? message.body : []))
      .map(flowText)
      .map(words)
      .sort(),
    groups: groupTexts(stats).map(words),
    removed: removed.map(told).map(words).sort(),
  };
}

/** Whether a case has select groups. */
export function selects({ mods }: Pick<Case, 'mods'>): boolean {
  return mods.some(mod => mod.type === 'groupMod' && mod.groupType === OFPGT.SELECT);
}

/**
 * Whether a case may take a packet through the tables again from a bucket of the action set, with select groups about. When it takes
 * a packet in again, Open vSwitch forgets that it was carrying out the action set, and carries out what those tables add to it.
 */
export function returnsFromActionSet({ mods }: Pick<Case, 'mods'>): boolean {
  const returns = mods.some(
    mod => mod.type === 'groupMod' && mod.buckets?.some(({ actions }) => actions.some(({ type }) => type === 'resubmit')),
  );
  return returns && writesBesideSelect(mods);
}

/** Whether a packet found no end. */
export function loops({ packets }: Outcome): boolean {
  return packets.flat().includes(`error of message 0: ${OFPET.FLOW_MOD_FAILED}/${OFPFMFC.UNKNOWN}`);
}

const EVERY_BIT = 0xffff_ffff_ffff_ffffn;

/**
 * Open vSwitch looks an exact cookie up among all flows, with those of its hidden table, whose cookie is 0. Where it finds none but
 * these it refuses (EPERM); OpenFlow has no error for a deletion that meets nothing (1.3.5, 6.4).
 */
function notOfHidden(sent: readonly MessageInput[]): (heard: Message) => boolean {
  return heard => {
    if (heard.type !== 'error' || heard.errType !== OFPET.BAD_REQUEST || heard.code !== OFPBRC.EPERM) return true;
    const cause = sent[heard.xid];
    return cause?.type !== 'flowMod' || cause.tableId !== OFPTT.ALL || cause.cookie !== 0n || cause.cookieMask !== EVERY_BIT;
  };
}

const BYTE_COUNT = /"byteCount":"\d+",/g;
const TELLER = /"(cookie|tableId)":"?\d+"?,/g;
const REASON = /"reason":\d+,/g;
const asItIs = (line: string): string => line;
const leavingOut =
  (what: RegExp) =>
  (line: string): string =>
    line.replaceAll(what, '');

/**
 * Open vSwitch takes a packet in a second time to find a select group's bucket, and from there counts its bytes as they are then:
 * with the tag that was pushed meanwhile. Nothing says which length counts.
 */
function resizesBeforeSelect(mods: readonly MessageInput[]): boolean {
  return selects({ mods }) && /pushVlan|popVlan|vlanTci|vlanVid/.test(text(mods));
}

/**
 * Which flow sends up what the action set sends up: OpenFlow says none (7.4.1), Open vSwitch the first one, unless a select group was
 * met: it then forgets, when it takes the packet in again, that it was inside a flow.
 */
function writesBesideSelect(mods: readonly MessageInput[]): boolean {
  return (
    selects({ mods }) && mods.some(mod => mod.type === 'flowMod' && mod.instructions?.some(one => one.type === 'writeActions'))
  );
}

/** Groups and their counters. Which bucket of a select group counts a packet is a switch's own business: there the sum counts. */
function groupTexts(messages: readonly Message[]): string[] {
  const desc = messages.flatMap(message =>
    message.type === 'multipartReply' && message.kind === 'groupDesc' ? message.body : [],
  );
  const stats = messages.flatMap(message => (message.type === 'multipartReply' && message.kind === 'group' ? message.body : []));
  const selects = new Set(desc.filter(({ groupType }) => groupType === OFPGT.SELECT).map(({ groupId }) => groupId));
  const summed = stats.map(one => {
    if (!selects.has(one.groupId)) return one;
    return { ...one, bucketStats: one.bucketStats.reduce((sum, { packetCount }) => sum + packetCount, 0n) };
  });
  return [...desc, ...summed].map(text).sort();
}

const sent = ({ port, frame }: Output): string => `port ${port}: ${frameText(frame)}`;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Behind two tags, of which it pushed one, Open vSwitch rewrites an IP header at the wrong place: there only the tags count. */
function frameText(frame: Uint8Array): string {
  const isTag = (at: number): boolean =>
    (frame[at] === 0x81 && frame[at + 1] === 0) || (frame[at] === 0x88 && frame[at + 1] === 0xa8);
  return isTag(12) && isTag(16) ? `${hex(frame.subarray(0, 22))} of ${frame.length} bytes` : hex(frame);
}

function told(message: Message): string {
  if (message.type === 'error') return `error of message ${message.xid}: ${message.errType}/${message.code}`;
  if (message.type === 'packetIn') return `packet-in ${text({ ...without(message, 'xid'), data: frameText(message.data) })}`;
  if (message.type === 'flowRemoved') return `flow-removed ${text(without(message, 'xid', 'durationSec', 'durationNsec'))}`;
  return text(message);
}

type FlowStats = Extract<MessageOf<'multipartReply'>, { kind: 'flow' }>['body'][number];
const flowText = (flow: FlowStats): string => text(without(flow, 'durationSec', 'durationNsec'));

function without(value: object, ...names: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** Where actions name fields: Open vSwitch gives some of them their older names. */
const NAMING: ReadonlySet<string> = new Set(['src', 'dst']);

/** Open vSwitch keeps some actions in another form than it was given, with the same meaning. */
function sameWords(value: object): object {
  const { type } = value as { type?: unknown };
  if (type === 'setTunnel64') return { type: 'setField', field: { tunnelId: (value as { tunId: bigint }).tunId } };
  if (type === 'resubmit') return without(value, 'tableId');
  if (type !== 'regLoad2') return value;
  const { field } = value as { field: object };
  return {
    type,
    field: Object.fromEntries(Object.entries(field).map(([name, one]) => [placeNamed(name)?.field.name ?? name, one])),
  };
}

/** JSON with sorted keys; durations are left out, bytes are hexadecimal. */
function text(value: unknown): string {
  return JSON.stringify(value, (key, one: unknown) => {
    if (typeof one === 'bigint') return one.toString();
    if (one instanceof Uint8Array) return hex(one);
    if (NAMING.has(key) && typeof one === 'string') return placeNamed(one)?.field.name ?? one;
    if (key === 'durationSec' || key === 'durationNsec') return undefined;
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(sameWords(one)).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
