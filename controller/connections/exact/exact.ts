import type { MessageOf } from '../../../openflow/index.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import type { Random } from '../../core/clock.ts';
import { type Command, log } from '../../core/command.ts';
import type { ServiceConfig } from '../../core/config.ts';
import type { Dpid } from '../../core/dpid.ts';
import type { Sequence } from '../../core/events.ts';
import { atomically, type Flow, viewOf } from '../../core/flow.ts';
import { TABLE } from '../../core/pipeline.ts';
import type { InstalledFlow, Switch } from '../../core/switch.ts';
import { endKey, type Tuple, type TupleKey, tupleKey } from '../../core/tuple.ts';
import { type Choice, choose } from '../../pool/choice.ts';
import { isReachable, type Reachable, type Server } from '../../pool/server.ts';
import { checkIdOf, type Member, type Services } from '../../pool/services.ts';
import type { VirtualService } from '../../pool/virtual-service.ts';
import type { Arrival } from '../arrival.ts';
import type { Carrier, CutReason, Outcome, ServerOutcome } from '../carrier.ts';
import { type Connection, direction } from '../connection.ts';
import type { ConnectionTable } from '../connection-table.ts';
import type { Refusal } from '../refusal.ts';
import { lineOf } from './connection-line.ts';
import { FlowBudget } from './flow-budget.ts';
import { Lifetimes, type PortOf } from './lifetimes.ts';
import { closes, firstAnswer, sightingsOf } from './observation.ts';
import { PendingResets } from './pending-resets.ts';
import { serviceFlows } from './service-flows.ts';

/** Connections remembered at once; new ones beyond that are refused. */
export const MAX_CONNECTIONS = 200_000;

/** How often it is looked at how full the switches are. */
const JUDGE_EVERY_MS = 1000;

/** A SYN that comes so much later is a repetition (RFC 6298, 2.1: after 1 s), not a copy that was on its way. */
const REPEATED_MS = 900;

/** A new connection on its way to a decision. */
interface Opening {
  readonly key: TupleKey;
  readonly arrival: Arrival;
  readonly tuple: Tuple;
  readonly service: VirtualService;
  /** The connection that has to give way to it. */
  readonly replaces?: Connection;
}

/** What this way of carrying needs of the rest. */
export interface ExactParts {
  readonly services: Services;
  readonly portOf: PortOf;
  readonly refusal: Refusal;
  readonly sequence: Sequence;
  readonly random: Random;
}

/** A decision and two flows for each new connection; everything else of a known one goes where it went before. */
export class Exact implements Carrier {
  readonly connections: ConnectionTable;
  readonly #parts: ExactParts;
  readonly #lifetimes: Lifetimes;
  readonly #pendingResets: PendingResets;
  readonly #budget = new FlowBudget(Number.POSITIVE_INFINITY);
  #judgedAt = 0;
  readonly #outcomes: ServerOutcome[] = [];

  constructor(parts: ExactParts) {
    const { services, portOf, sequence, random } = parts;
    this.#parts = parts;
    this.#lifetimes = new Lifetimes(portOf, sequence, end => services.behind(end).length > 1);
    this.connections = this.#lifetimes.connections;
    this.#pendingResets = new PendingResets(random, portOf);
  }

  flows(service: ServiceConfig, at: Switch): Flow[] {
    return serviceFlows(service, at);
  }

  takeOutcomes(): readonly ServerOutcome[] {
    return this.#outcomes.splice(0);
  }

  takeRestored(): ReadonlyMap<Dpid, number> {
    return this.#lifetimes.takeRestored();
  }

  onPacket(arrival: Arrival, tuple: Tuple, service: VirtualService | undefined, now: number): Command[] {
    const { at, inPort, packet } = arrival;
    const { tcp } = packet;
    const key = tupleKey(service?.end ?? endKey(tuple.protocol, tuple.dst, tuple.dstPort), tuple.src, tuple.srcPort);
    const known = this.connections.get(key);
    const begins = tcp === undefined || (tcp.flags & (TCP.SYN | TCP.ACK)) === TCP.SYN;
    if (known === undefined) {
      if (service === undefined || !begins)
        return [...this.#parts.refusal.refuse(at, inPort, packet, now), ...this.#pendingResets.onSegment(key, packet)];
      if (this.#pendingResets.isStale(key, packet)) return [];
      return this.#begin({ key, arrival, tuple, service }, now);
    }
    if (begins && known.isOpening) {
      known.isn = tcp?.seq;
      known.isOpening = false;
    } else if (begins && tcp !== undefined) {
      // A SYN with another initial sequence number is no retransmission: the client uses its port again (RFC 9293, 3.4.1).
      if (tcp.seq !== known.isn && service !== undefined) return this.#beginAgain({ key, arrival, tuple, service }, known, now);
      if (known.answered === undefined && now - known.since >= REPEATED_MS) this.#learn(known, 'silent');
    }
    return known.dpid === at.dpid ? this.#lifetimes.carry(arrival, known, now) : this.#lifetimes.move(arrival, known, now);
  }

  /** It reports how a server answers, and when a connection is over. */
  onObserved(arrival: Arrival, now: number): Command[] {
    for (const sighting of sightingsOf(arrival, this.#parts.services, this.connections)) {
      const { connection, tcp } = sighting;
      const answer = firstAnswer(sighting);
      if (answer === 'answered') {
        connection.answered = { at: now, isn: tcp.seq };
        connection.service.answered(connection.server, now - connection.since, now);
      }
      if (answer !== undefined) this.#learn(connection, answer);
      if (closes(sighting)) this.connections.close(connection, now);
    }
    return [];
  }

  onFlowRemoved(at: Switch, removed: MessageOf<'flowRemoved'>, now: number): Command[] {
    return this.#lifetimes.onFlowRemoved(at, removed, now);
  }

  /** Mostly because its table is full: the connection cannot be carried there. */
  onFlowRefused(at: Switch, cookie: bigint, explained: string, now: number): Command[] {
    const dropped = this.#lifetimes.onFlowRefused(at, cookie, now);
    if (dropped.length === 0) return [];
    const count = this.connections.countOf(at.dpid);
    if (!this.#budget.refused(at.dpid, count, now)) return dropped;
    const message = `switch ${at.dpid} refused the flows of a connection (${explained}): it takes new ones while it carries less than ${count}`;
    return [...dropped, log({ ...this.#parts.sequence.next('warning', now), message }), ...this.#judge(at.dpid, now)];
  }

  set maxFlows(maxFlows: number) {
    this.#budget.maxFlows = maxFlows;
  }

  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[] {
    return [...this.#lifetimes.onTick(switches, now), ...this.#pendingResets.onTick(now), ...this.#judgeAll(switches, now)];
  }

  onSwitchReady(at: Switch, installed: readonly InstalledFlow[], now: number): Command[] {
    this.#budget.forget(at.dpid);
    return this.#lifetimes.onSwitchReady(at, installed, this.#parts.services, now);
  }

  onDump(at: Switch, installed: readonly InstalledFlow[], askedAt: number, now: number): Command[] {
    return this.#lifetimes.onDump(at, installed, askedAt, now);
  }

  /** Ends what a server carries: its flows and bonds go, clients are reset, and those of UDP get another server with their next packet. */
  release({ service, server }: Member, why: CutReason, now: number): Command[] {
    service.affinity.release(server);
    return this.connections
      .ofServer(server)
      .filter(({ ending }) => ending === undefined)
      .flatMap(connection => {
        const isOver = connection.closedAt !== undefined;
        return [...this.#lifetimes.cut(connection, why, now), ...this.#pendingResets.add(connection, isOver, now)];
      });
  }

  #judgeAll(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[] {
    if (now - this.#judgedAt < JUDGE_EVERY_MS) return [];
    this.#judgedAt = now;
    return [...switches.keys()].flatMap(dpid => this.#judge(dpid, now));
  }

  /** Says when a switch gets full, and when it has room again. */
  #judge(dpid: Dpid, now: number): Command[] {
    const change = this.#budget.judge(dpid, this.connections.countOf(dpid));
    if (change === undefined) return [];
    return [log({ ...this.#parts.sequence.next('table', now), dpid, table: TABLE.service, ...change })];
  }

  #learn({ service, server }: Connection, outcome: Outcome): void {
    this.#outcomes.push({ id: checkIdOf(service, server), outcome });
  }

  #begin(opening: Opening, now: number): Command[] {
    const { tuple, service } = opening;
    if (this.connections.size >= MAX_CONNECTIONS) return this.#refuse(opening, `${MAX_CONNECTIONS} connections are open`, now);
    const { at } = opening.arrival;
    if (!this.#budget.has(at.dpid, this.connections.countOf(at.dpid), now))
      return this.#refuse(opening, 'the switch has no room for more flows', now);
    const { src, dst, srcPort, dstPort } = tuple;
    const { protocol } = service.config;
    const key = { protocol, clientIp: src, clientPort: srcPort, vip: dst, port: dstPort };
    // Neither the server nor the switch could tell the answers of two connections apart; they are of two services, then.
    const isTaken = ({ end }: Server) => this.connections.ofEnds(end, src, srcPort) !== undefined;
    const choice = choose(service, key, { now, random: this.#parts.random }, isTaken);
    if (typeof choice !== 'string') return this.#decide(opening, choice, now);
    return this.#refuse(opening, choice === 'taken' ? PORT_TAKEN : whyNone(service), now);
  }

  /** The client closed a connection and opens the next one from the same port before the flows of the first are gone. */
  #beginAgain(opening: Opening, old: Connection, now: number): Command[] {
    const { at } = opening.arrival;
    const cleared = this.#lifetimes.cut(old, 'replaced', now);
    const next = { ...opening, replaces: old };
    const begun = isReachable(old.server) ? this.#keep(next, old.server, now) : this.#begin(next, now);
    // In a moment without flows Open vSwitch's cache would learn to let the server's replies pass unchanged.
    return at.can.bundles ? atomically(at.dpid, old.of, [...cleared, ...begun]) : [...cleared, ...begun];
  }

  /** Another server could still get packets of this 5-tuple from Open vSwitch's cache, so the port keeps its server. */
  #keep(opening: Opening, server: Reachable, now: number): Command[] {
    const reason = { rule: 'same client port as a connection just closed', candidates: [{ name: server.name }] };
    return this.#decide(opening, { server, reason }, now);
  }

  #decide({ key, arrival, tuple, service, replaces }: Opening, { server, reason, shadow }: Choice, now: number): Command[] {
    const { at, packet } = arrival;
    const head = this.#parts.sequence.next('decision', now);
    const connection: Connection = {
      key,
      service,
      server,
      serverMac: server.place.mac,
      dpid: at.dpid,
      client: { ip: tuple.src, port: tuple.srcPort },
      from: undefined,
      cookie: this.#lifetimes.cookie(at, service, server),
      of: head.seq,
      idleTimeoutMs: service.config.idleTimeoutMs,
      since: now,
      lastActive: now,
      isn: packet.tcp?.seq,
      answered: undefined,
      closedAt: undefined,
      isOpening: false,
      in: direction(false, now),
      out: direction(false, now),
      ending: undefined,
      restored: 0,
      replaces,
    };
    server.chosen += 1;
    service.begun += 1;
    this.#pendingResets.forget(key);
    const { commands, flows } = this.#lifetimes.begin(arrival, connection, now);
    const strategy = service.config.strategy.name;
    const why = { strategy, reason, ...(shadow && { shadow }), flows: flows.map(viewOf) };
    // Not spread: on Node 20 each property behind the first spread costs half a microsecond, and this is made for every connection.
    return [...commands, log(Object.assign(head, lineOf(connection), why))];
  }

  #refuse({ arrival, tuple, service }: Opening, rule: string, now: number): Command[] {
    const { at, inPort, packet } = arrival;
    const { name, protocol } = service.config;
    const servers = service.servers.map(server => ({ name: server.name, state: `${stateOf(server)}: ${server.reason}` }));
    const entry = {
      ...this.#parts.sequence.next('refused', now),
      service: name,
      dpid: at.dpid,
      protocol,
      client: { ip: tuple.src, port: tuple.srcPort },
      vip: { ip: tuple.dst, port: tuple.dstPort },
      reason: { rule, servers },
    };
    return [log(entry), ...this.#parts.refusal.refuse(at, inPort, packet, now)];
  }
}

const PORT_TAKEN = 'the client port is in use with every server that takes connections, for another service';

function whyNone({ servers }: VirtualService): string {
  return servers.some(({ health }) => health === 'up') ? 'no server that is up takes new connections' : 'no server is up';
}

/** What keeps a server from taking connections: the operator's word, or its health. */
function stateOf({ config: { state }, health }: Server): string {
  return state === 'ready' ? health : state;
}
