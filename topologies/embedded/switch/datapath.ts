import { type Message, type MessageInput, OFP, OFPP, OFPPC, OFPPR } from '../../../openflow/index.ts';
import { compileActions } from './actions.ts';
import { Controllers } from './controllers.ts';
import { duration } from './duration.ts';
import type { Effect } from './effect.ts';
import { FlowKey } from './flow-key.ts';
import { FlowStore, type Removal } from './flow-store.ts';
import type { Group } from './group.ts';
import { GroupStore } from './group-store.ts';
import { Journal } from './journal.ts';
import { pipelineFields } from './match-of.ts';
import type { Meter } from './meter.ts';
import { MeterStore } from './meter-store.ts';
import { newScope, refusalOf } from './operation.ts';
import { Packet } from './packet.ts';
import { Pipeline } from './pipeline.ts';
import { type PortSpec, Ports, type SwitchPort } from './ports.ts';
import { refuse } from './refusal.ts';
import { Requests } from './requests.ts';
import { newRun, type Run, startRun } from './run.ts';

type PacketOut = Extract<MessageInput, { readonly type: 'packetOut' }>;

/** What a switch is made of. */
export interface DatapathOptions {
  readonly datapathId: bigint;
  readonly ports?: readonly PortSpec[];
  /** 254 unless given. */
  readonly tables?: number;
  /** Flows in one table; a million unless given. */
  readonly maxFlows?: number;
  readonly serialNum?: string;
  /** True: a switch without extensions, which knows OpenFlow 1.3 alone. Otherwise it has those of Open vSwitch. */
  readonly plain?: boolean;
  /** What the switch is called by its owner. */
  readonly dpDesc?: string;
}

/** What it calls itself, with Open vSwitch's extensions and without. */
const EMBEDDED = 'vipflow embedded switch';
const PLAIN = 'vipflow plain switch';
const NO_COOKIE = 0xffff_ffff_ffff_ffffn;
const NOTHING = new Uint8Array(0);
/** Port numbers between these and OFPP_MAX are no port's: Open vSwitch has 16 bits for them. */
const LAST_PORT = 0xfeff;
const MAX_TABLES = 254;
const MAX_FLOWS = 1_000_000;

/**
 * An OpenFlow 1.3 switch without wires: frames, messages and the time go in, frames and messages come out. Frames are never
 * written to, neither those that come in nor those that went out. `now` is in milliseconds from any start, and never goes back.
 */
export class Datapath {
  readonly datapathId: bigint;
  readonly #ports = new Ports();
  readonly #controllers: Controllers;
  readonly #flows: FlowStore;
  readonly #pipeline: Pipeline;
  readonly #requests: Requests;
  readonly #run = newRun(new Packet());
  readonly #outKey = new FlowKey();
  /** Where messages go that are caused while something is carried out. */
  #effects: Effect[] = [];
  #now: number;

  constructor(options: DatapathOptions, now: number) {
    const { datapathId, ports = [], tables = MAX_TABLES, maxFlows = MAX_FLOWS, plain = false } = options;
    const { serialNum = 'None', dpDesc = 'None' } = options;
    this.datapathId = datapathId;
    this.#now = now;
    this.#controllers = new Controllers(plain);
    for (const port of ports) this.#ports.add(port, now);
    const groups = new Map<number, Group>();
    const meters = new Map<number, Meter>();
    const pipeline = new Pipeline({
      flows: () => this.#flows.tables,
      ports: this.#ports,
      groups,
      meters,
      packetIn: (run, reason) => this.#packetIn(run, reason),
      shorten: shortening => this.#flows.shorten(shortening),
      learn: lesson => this.#flows.learn(lesson, this.#now),
    });
    this.#pipeline = pipeline;
    const journal = new Journal();
    this.#flows = new FlowStore(tables, maxFlows, pipeline, journal, removal => this.#flowRemoved(removal));
    this.#requests = new Requests({
      datapathId,
      isPlain: plain,
      controllers: this.#controllers,
      measured: {
        flows: this.#flows,
        ports: this.#ports,
        groups,
        meters,
        isPlain: plain,
        desc: { mfrDesc: 'vipflow', hwDesc: plain ? PLAIN : EMBEDDED, swDesc: 'OpenFlow 1.3', serialNum, dpDesc },
      },
      groupStore: new GroupStore(groups, pipeline, journal, groupId => this.#flows.removeUsersOf(groupId)),
      meterStore: new MeterStore(meters, meterId => this.#flows.removeMeteredBy(meterId)),
      journal,
      packetOut: message => this.#packetOut(message),
      portChanged: port => this.#portStatus(port, OFPPR.MODIFY),
    });
  }

  /** A frame came in by a port. */
  receive(portNo: number, frame: Uint8Array, now: number): Effect[] {
    const effects = this.#begin(now);
    const port = this.#ports.at(portNo);
    if (port === undefined || !port.works) return effects;
    port.rxPackets++;
    port.rxBytes += frame.length;
    if ((port.config & OFPPC.NO_RECV) !== 0) {
      port.rxDropped++;
      return effects;
    }
    this.#pipeline.process(startRun(this.#run, frame, portNo, now, effects));
    return effects;
  }

  /** A controller says something. Messages of one controller are carried out in their order. */
  handle(message: MessageInput, now: number, from = 0): Effect[] {
    const effects = this.#begin(now);
    this.#requests.carryOut(message, from, now, effects);
    return effects;
  }

  /** A controller connects, under a number of its own. Until it asks for another role it is EQUAL. */
  connect(id = 0): void {
    this.#controllers.connect(id);
  }

  /** A controller goes. Flows, groups and meters stay (6.3.2, fail secure mode). */
  disconnect(id = 0): void {
    this.#controllers.disconnect(id);
    this.#requests.forget(id);
  }

  /** Does what is due: removes flows whose time is over. */
  tick(now: number): Effect[] {
    const effects = this.#begin(now);
    this.#flows.expire(now);
    return effects;
  }

  /** When `tick` has to be called next; undefined: there is nothing to wait for. It may come to nothing. */
  nextDeadline(): number | undefined {
    return this.#flows.nextDeadline;
  }

  /** The cable of a port is plugged in or pulled out. */
  setLink(portNo: number, up: boolean, now: number): Effect[] {
    const effects = this.#begin(now);
    const port = this.#ports.at(portNo);
    if (port === undefined || port.linkUp === up) return effects;
    port.linkUp = up;
    this.#portStatus(port, OFPPR.MODIFY);
    return effects;
  }

  addPort(spec: PortSpec, now: number): Effect[] {
    const effects = this.#begin(now);
    this.#portStatus(this.#ports.add(spec, now), OFPPR.ADD);
    return effects;
  }

  removePort(portNo: number, now: number): Effect[] {
    const effects = this.#begin(now);
    const port = this.#ports.remove(portNo);
    if (port !== undefined) this.#portStatus(port, OFPPR.DELETE);
    return effects;
  }

  /** How many flows there are, in one table or in all. */
  flowCount(tableId?: number): number {
    const tables = this.#flows.tables.filter(table => tableId === undefined || table.tableId === tableId);
    return tables.reduce((sum, { flows }) => sum + flows.size, 0);
  }

  #begin(now: number): Effect[] {
    this.#now = now;
    this.#effects = [];
    return this.#effects;
  }

  #packetOut(message: PacketOut): void {
    const { inPort = OFPP.CONTROLLER, bufferId = OFP.NO_BUFFER, data = NOTHING } = message;
    if (inPort >= OFPP.MAX && inPort !== OFPP.LOCAL && inPort !== OFPP.CONTROLLER && inPort !== OFPP.ANY)
      throw refuse.request('BAD_PORT');
    if (inPort > LAST_PORT && inPort < OFPP.MAX) throw refuse.request('BAD_PORT');
    const run = startRun(this.#run, data, inPort, this.#now, this.#effects);
    const key = this.#outKey.set(run.packet.key);
    const scope = newScope(this.#pipeline, key);
    const ops = compileActions(message.actions, scope);
    const refusal = refusalOf(scope);
    if (refusal !== undefined) throw refusal;
    if (bufferId !== OFP.NO_BUFFER) throw refuse.request('BUFFER_UNKNOWN');
    if (!this.#pipeline.carryOut(run, ops)) throw refuse.flow('UNKNOWN');
  }

  #packetIn(run: Run, reason: number): void {
    this.#controllers.tell('packetIn', reason, () => packetInOf(run, reason), run.effects);
  }

  #flowRemoved({ flow, match, reason }: Removal): void {
    const { cookie, priority, tableId, idleTimeout, hardTimeout } = flow;
    const message = (): Message => ({
      type: 'flowRemoved',
      xid: 0,
      cookie,
      priority,
      reason,
      tableId,
      ...duration(this.#now - flow.createdAt),
      idleTimeout,
      hardTimeout,
      packetCount: BigInt(flow.packets),
      byteCount: BigInt(flow.bytes),
      match,
    });
    this.#controllers.tell('flowRemoved', reason, message, this.#effects);
  }

  #portStatus(port: SwitchPort, reason: number): void {
    const message = (): Message => ({ type: 'portStatus', xid: 0, reason, desc: port.desc });
    this.#controllers.tell('portStatus', reason, message, this.#effects);
  }
}

/** The whole packet, as rewritten so far: the switch keeps no buffers (7.4.1). */
function packetInOf(run: Run, reason: number): Message {
  const data = run.packet.bytes();
  return {
    type: 'packetIn',
    xid: 0,
    bufferId: OFP.NO_BUFFER,
    totalLen: data.length,
    reason,
    tableId: run.tableId,
    cookie: run.flow?.cookie ?? NO_COOKIE,
    match: pipelineFields(run.packet.key),
    data,
  };
}
