import type { MessageOf } from '../../openflow/index.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import { TCP } from '../../openflow/packet/tcp.ts';
import type { Random } from '../core/clock.ts';
import { type Command, log } from '../core/command.ts';
import type { Dpid } from '../core/dpid.ts';
import type { DecisionEntry, Sequence } from '../core/events.ts';
import { atomically, viewOf } from '../core/flow.ts';
import type { Location } from '../core/location.ts';
import type { InstalledFlow, Switch } from '../core/switch.ts';
import { type Arrival, type Tuple, tupleOf } from './arrival.ts';
import { type Connection, connectionKey, direction } from './connection.ts';
import { Lifetimes, type PortOf } from './lifetimes.ts';
import { lineOf } from './record.ts';
import { Refusal } from './refusal.ts';
import { Room } from './room.ts';
import { eligibleServers, frontOf, isEligible, type Server, type VirtualService } from './virtual-service.ts';

/** Connections remembered at once; new ones beyond that are refused. */
export const MAX_CONNECTIONS = 200_000;

/**
 * A SYN that comes so much later shows that its client has no answer: it is its second repetition (RFC 6298: after 1 s and 3 s). The
 * first one may have crossed the answer, where messages of the switch take long.
 */
const SENT_AGAIN_MS = 2500;

/** A new connection on its way to a decision. */
interface Opening {
  readonly key: string;
  readonly arrival: Arrival;
  readonly tuple: Tuple;
  readonly service: VirtualService;
}

/** Chooses a server for each new connection; everything else of a known one goes where it went before. */
export class Balancer {
  readonly services: readonly VirtualService[];
  readonly #fronts: ReadonlyMap<string, VirtualService>;
  readonly #vips: ReadonlySet<string>;
  readonly #lifetimes: Lifetimes;
  readonly #refusal = new Refusal();
  readonly #room = new Room();
  readonly #sequence: Sequence;
  readonly #random: Random;

  constructor(services: readonly VirtualService[], portOf: PortOf, sequence: Sequence, random: Random) {
    this.services = services;
    this.#fronts = new Map(
      services.map(service => [frontOf(service.config.protocol, service.config.vip, service.config.port), service]),
    );
    this.#vips = new Set(services.map(({ config }) => config.vip));
    this.#lifetimes = new Lifetimes(portOf, sequence);
    this.#sequence = sequence;
    this.#random = random;
  }

  /** Living connections. */
  get size(): number {
    return this.#lifetimes.connections.size;
  }

  /** Whether a packet is for one of the VIPs. */
  isForVip({ ipv4 }: Packet): boolean {
    return ipv4 !== undefined && this.#vips.has(ipv4.dst);
  }

  /** A packet for a VIP that no flow carried. */
  onPacket(arrival: Arrival, now: number): Command[] {
    const { at, inPort, packet } = arrival;
    const { tcp, icmp } = packet;
    if (icmp !== undefined) return this.#refusal.echo(at, inPort, packet, now);
    const tuple = tupleOf(packet);
    if (tuple === undefined) return [];
    const front = frontOf(tcp ? 'tcp' : 'udp', tuple.dst, tuple.dstPort);
    const service = this.#fronts.get(front);
    if (service === undefined) return this.#refusal.refuse(at, inPort, packet, now);
    const key = connectionKey(front, tuple.src, tuple.srcPort);
    const opening = { key, arrival, tuple, service };
    const known = this.#lifetimes.connections.get(key);
    const begins = tcp === undefined || (tcp.flags & (TCP.SYN | TCP.ACK)) === TCP.SYN;
    if (known === undefined) return begins ? this.#begin(opening, now) : this.#refusal.refuse(at, inPort, packet, now);
    if (begins && known.isOpening) {
      known.isn = tcp?.seq;
      known.isOpening = false;
    }
    // A SYN with another initial sequence number is no retransmission: the client uses its port again (RFC 9293, 3.4.1).
    if (begins && tcp !== undefined && (tcp.seq !== known.isn || isStranded(known, now)))
      return this.#beginAgain(opening, known, now);
    return known.dpid === at.dpid ? this.#lifetimes.carry(arrival, known, now) : this.#lifetimes.move(arrival, known, now);
  }

  /** A flow of a connection is gone, with its counters. */
  onFlowRemoved(at: Switch, removed: MessageOf<'flowRemoved'>, now: number): Command[] {
    return this.#lifetimes.onFlowRemoved(at, removed, now);
  }

  /** A switch refused a flow of a connection, mostly because its table is full: it cannot be carried there. */
  onFlowRefused(at: Switch, cookie: bigint, explained: string, now: number): Command[] {
    const dropped = this.#lifetimes.onFlowRefused(at, cookie, now);
    if (dropped.length === 0) return [];
    const count = this.#lifetimes.connections.countOf(at.dpid);
    if (!this.#room.refused(at.dpid, count, now)) return dropped;
    const message = `switch ${at.dpid} refused the flows of a connection (${explained}): it takes new ones while it carries less than ${count}`;
    return [...dropped, log({ ...this.#sequence.next('warning', now), message })];
  }

  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[] {
    return this.#lifetimes.onTick(switches, now);
  }

  /** Takes over what the switch still carries, and gives back what it lost. */
  onSwitchReady(at: Switch, installed: readonly InstalledFlow[], now: number): Command[] {
    this.#room.forget(at.dpid);
    return this.#lifetimes.onSwitchReady(at, installed, this.services, now);
  }

  #begin(opening: Opening, now: number): Command[] {
    const { tuple, service } = opening;
    if (this.size >= MAX_CONNECTIONS) return this.#refuse(opening, `${MAX_CONNECTIONS} connections are open`, now);
    const { at } = opening.arrival;
    if (!this.#room.has(at.dpid, this.#lifetimes.connections.countOf(at.dpid), now))
      return this.#refuse(opening, 'the switch has no room for more flows', now);
    const { src, dst, srcPort, dstPort } = tuple;
    const { protocol } = service.config;
    const key = { protocol, clientIp: src, clientPort: srcPort, vip: dst, port: dstPort };
    const candidates = eligibleServers(service);
    const pick = service.strategy.pick(key, candidates, { now, random: this.#random });
    if (pick === undefined) return this.#refuse(opening, 'no server is up', now);
    const scores = candidates.map(({ name }, i) => ({ name, score: pick.scores[i]! }));
    const { server, location } = pick.candidate;
    return this.#decide(opening, server, location, { rule: pick.rule, candidates: scores }, now);
  }

  /** The client closed a connection and opens the next one from the same port before the flows of the first are gone. */
  #beginAgain(opening: Opening, old: Connection, now: number): Command[] {
    const { at } = opening.arrival;
    const cleared = this.#lifetimes.replace(old, at);
    const begun = isEligible(old.server) ? this.#keep(opening, old.server, now) : this.#begin(opening, now);
    // In a moment without flows Open vSwitch's cache would learn to let the server's replies pass unchanged.
    return at.hasBundles ? atomically(at.dpid, old.of, [...cleared, ...begun]) : [...cleared, ...begun];
  }

  /** Another server could still get packets of this 5-tuple from Open vSwitch's cache, so the port keeps its server. */
  #keep(opening: Opening, server: Server & { location: Location }, now: number): Command[] {
    const rule = 'same client port as a connection just closed';
    const reason = { rule, candidates: [{ name: server.config.name, score: 0 }] };
    return this.#decide(opening, server, server.location, reason, now);
  }

  #decide(opening: Opening, server: Server, location: Location, reason: DecisionEntry['reason'], now: number): Command[] {
    const { key, arrival, tuple, service } = opening;
    const { at, packet } = arrival;
    const head = this.#sequence.next('decision', now);
    const connection: Connection = {
      key,
      service,
      server,
      serverMac: location.mac,
      dpid: at.dpid,
      client: { ip: tuple.src, port: tuple.srcPort },
      cookie: this.#lifetimes.cookie(at, service, server),
      of: head.seq,
      since: now,
      lastActive: now,
      isn: packet.tcp?.seq,
      isOpening: false,
      in: direction(false),
      out: direction(false),
      ending: undefined,
    };
    const { commands, flows } = this.#lifetimes.begin(arrival, connection, now);
    const { strategy } = service.config;
    return [...commands, log({ ...head, ...lineOf(connection), strategy, reason, flows: flows.map(viewOf) })];
  }

  #refuse({ arrival, tuple, service }: Opening, rule: string, now: number): Command[] {
    const { at, inPort, packet } = arrival;
    const { name, protocol } = service.config;
    const servers = service.servers.map(({ config, health, reason }) => ({ name: config.name, state: `${health}: ${reason}` }));
    const entry = {
      ...this.#sequence.next('refused', now),
      service: name,
      dpid: at.dpid,
      protocol,
      client: { ip: tuple.src, port: tuple.srcPort },
      vip: { ip: tuple.dst, port: tuple.dstPort },
      reason: { rule, servers },
    };
    return [log(entry), ...this.#refusal.refuse(at, inPort, packet, now)];
  }
}

/** The client still asks for its first answer, from a server that will not give it. */
function isStranded({ server, since }: Connection, now: number): boolean {
  return server.health === 'down' && now - since >= SENT_AGAIN_MS;
}
