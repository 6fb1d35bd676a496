import type { MessageOf } from '../../openflow/index.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import { TCP } from '../../openflow/packet/tcp.ts';
import type { Random } from '../core/clock.ts';
import { type Command, log } from '../core/command.ts';
import type { Sequence } from '../core/events.ts';
import { addFlow, deleteFlow, viewOf } from '../core/flow.ts';
import type { Location } from '../core/location.ts';
import { cookieOf, cookieRange } from '../core/pipeline.ts';
import type { InstalledFlow, Switch } from '../core/switch.ts';
import { adoptedConnections } from './adoption.ts';
import { type Connection, Connections, connectionKey, direction } from './connection.ts';
import { endOf, lineOf } from './record.ts';
import { Refusal } from './refusal.ts';
import { connectionFlows, forwardPacket } from './rewrite.ts';
import { eligibleServers, frontOf, isEligible, type Server, type VirtualService } from './virtual-service.ts';

/** Connections remembered at once; new ones beyond that are refused. */
export const MAX_CONNECTIONS = 200_000;
/** Time after which one missing direction of a living connection is put back: its twin may be about to go, too. */
const RESTORE_AFTER_MS = 2500;

/** A packet for a VIP, as its switch sent it to us. */
export interface Arrival {
  readonly at: Switch;
  readonly inPort: number;
  readonly frame: Uint8Array;
  readonly packet: Packet;
}

/** Where a MAC address is behind a switch. */
export type PortOf = (dpid: Switch['dpid'], mac: string) => number | undefined;

/** Chooses a server for each new connection and keeps the two flows of each living one. */
export class Balancer {
  readonly services: readonly VirtualService[];
  readonly #fronts: ReadonlyMap<string, VirtualService>;
  readonly #vips: ReadonlySet<string>;
  readonly #connections = new Connections();
  /** Connections that lost the server's direction alone, with the time to look again. */
  readonly #lopsided = new Map<Connection, number>();
  readonly #refusal = new Refusal();
  readonly #portOf: PortOf;
  readonly #sequence: Sequence;
  readonly #random: Random;
  #serial = 0;

  constructor(services: readonly VirtualService[], portOf: PortOf, sequence: Sequence, random: Random) {
    this.services = services;
    this.#fronts = new Map(
      services.map(service => [frontOf(service.config.protocol, service.config.vip, service.config.port), service]),
    );
    this.#vips = new Set(services.map(({ config }) => config.vip));
    this.#portOf = portOf;
    this.#sequence = sequence;
    this.#random = random;
  }

  /** Living connections. */
  get size(): number {
    return this.#connections.size;
  }

  /** Whether a packet is for one of the VIPs. */
  isForVip({ ipv4 }: Packet): boolean {
    return ipv4 !== undefined && this.#vips.has(ipv4.dst);
  }

  /** A packet for a VIP that no flow carried. */
  onPacket(arrival: Arrival, now: number): Command[] {
    const { at, inPort, packet } = arrival;
    const { ipv4, tcp, udp, icmp } = packet;
    const ports = tcp ?? udp;
    if (icmp !== undefined) return this.#refusal.echo(at, inPort, packet, now);
    if (ipv4 === undefined || ports === undefined) return [];
    const front = frontOf(tcp ? 'tcp' : 'udp', ipv4.dst, ports.dstPort);
    const service = this.#fronts.get(front);
    if (service === undefined) return this.#refusal.refuse(at, inPort, packet, now);
    const known = this.#connections.get(connectionKey(front, ipv4.src, ports.srcPort));
    const begins = tcp === undefined || (tcp.flags & (TCP.SYN | TCP.ACK)) === TCP.SYN;
    if (known === undefined) return begins ? this.#begin(arrival, service, now) : this.#refusal.refuse(at, inPort, packet, now);
    // A SYN with another initial sequence number is no retransmission: the client uses its port again (RFC 9293, 3.4.1).
    if (begins && tcp !== undefined && tcp.seq !== known.isn) return this.#beginAgain(arrival, known, now);
    return known.dpid === at.dpid ? this.#carry(arrival, known, now) : this.#move(arrival, known, now);
  }

  /** A flow of a connection is gone, with its counters. */
  onFlowRemoved(at: Switch, removed: MessageOf<'flowRemoved'>, now: number): Command[] {
    const connection = this.#connections.ofCookie(at.dpid, removed.cookie);
    if (connection === undefined) return [];
    const isOut = removed.match.ipv4Dst === connection.client.ip;
    const gone = isOut ? connection.out : connection.in;
    const twin = isOut ? connection.in : connection.out;
    const ends = endOf(connection, removed, now);
    gone.installed = false;
    gone.bytes += Number(removed.byteCount);
    gone.packets += Number(removed.packetCount);
    gone.closed ||= ends.why === 'fin';
    connection.ending = connection.ending === 'fin' || connection.ending === 'replaced' ? connection.ending : ends.why;
    connection.lastActive = Math.max(connection.lastActive, ends.lastActive);
    if (!twin.installed) return this.#end(connection, now);
    if (isOut) this.#lopsided.set(connection, now + RESTORE_AFTER_MS);
    // The server's direction had been put back for a client that has now left: nothing will use it.
    const idle = !isOut && gone.closed && connection.out.closed;
    return idle ? [deleteFlow(at.dpid, connectionFlows(connection, at).reverse)] : [];
  }

  /** Puts the server's direction back where the client's alone is still used. */
  onTick(switches: ReadonlyMap<Switch['dpid'], Switch>, now: number): Command[] {
    const commands: Command[] = [];
    for (const [connection, due] of this.#lopsided) {
      if (due > now) continue;
      this.#lopsided.delete(connection);
      const at = switches.get(connection.dpid);
      if (at === undefined || connection.out.installed || !connection.in.installed) continue;
      connection.out.installed = true;
      commands.push(addFlow(at.dpid, connectionFlows(connection, at).reverse));
    }
    return commands;
  }

  /** Takes over what the switch still carries, and gives back what it lost. */
  onSwitchReady(at: Switch, installed: readonly InstalledFlow[], now: number): Command[] {
    const commands: Command[] = [];
    const remembered = this.#connections.of(at.dpid);
    for (const connection of remembered) connection.in.installed = connection.out.installed = false;
    for (const { connection, flows } of adoptedConnections(at, installed, this.services, now)) {
      const known = this.#connections.ofCookie(at.dpid, connection.cookie);
      if (known !== undefined) {
        known.in.installed = flows.in;
        known.out.installed = flows.out;
      } else if (this.#connections.get(connection.key) === undefined) {
        const entry = { ...this.#sequence.next('adopted', now), ...lineOf(connection) };
        this.#connections.add({ ...connection, of: entry.seq });
        commands.push(log(entry));
      }
    }
    return [...commands, ...remembered.flatMap(connection => this.#install(connection, at))];
  }

  #begin(arrival: Arrival, service: VirtualService, now: number): Command[] {
    const { at, inPort, packet } = arrival;
    const { src, dst, srcPort, dstPort } = tupleOf(packet);
    const { config, strategy } = service;
    const key = { protocol: config.protocol, clientIp: src, clientPort: srcPort, vip: dst, port: dstPort };
    const candidates = eligibleServers(service);
    const full = this.#connections.size >= MAX_CONNECTIONS;
    const pick = full ? undefined : strategy.pick(key, candidates, { now, random: this.#random });
    if (pick !== undefined) {
      const reason = { rule: pick.rule, candidates: candidates.map(({ name }, i) => ({ name, score: pick.scores[i]! })) };
      return this.#decide(arrival, service, pick.candidate.server, pick.candidate.location, reason, now);
    }
    const rule = full ? `${MAX_CONNECTIONS} connections are open` : 'no server is up';
    const servers = service.servers.map(({ config: { name }, health, reason }) => ({ name, state: `${health}: ${reason}` }));
    const head = this.#sequence.next('refused', now);
    const client = { ip: src, port: srcPort };
    const line = { service: config.name, dpid: at.dpid, protocol: config.protocol, client, vip: { ip: dst, port: dstPort } };
    return [log({ ...head, ...line, reason: { rule, servers } }), ...this.#refusal.refuse(at, inPort, packet, now)];
  }

  /** The client closed a connection and opens the next one from the same port before the flows of the first are gone. */
  #beginAgain(arrival: Arrival, old: Connection, now: number): Command[] {
    const flows = connectionFlows(old, arrival.at);
    const cleared =
      old.dpid === arrival.at.dpid ? [deleteFlow(old.dpid, flows.forward), deleteFlow(old.dpid, flows.reverse)] : [];
    old.ending = 'replaced';
    this.#connections.release(old);
    const { service, server } = old;
    if (!isEligible(server)) return [...cleared, ...this.#begin(arrival, service, now)];
    // Another server could still get packets of this 5-tuple from Open vSwitch's cache, so the port keeps its server.
    const reason = { rule: 'same client port as a connection just closed', candidates: [{ name: server.config.name, score: 0 }] };
    return [...cleared, ...this.#decide(arrival, service, server, server.location, reason, now)];
  }

  #decide(
    arrival: Arrival,
    service: VirtualService,
    server: Server,
    location: Location,
    reason: { rule: string; candidates: { name: string; score: number }[] },
    now: number,
  ): Command[] {
    const { at, packet } = arrival;
    const { src, dst, srcPort, dstPort } = tupleOf(packet);
    const head = this.#sequence.next('decision', now);
    const connection: Connection = {
      key: connectionKey(frontOf(service.config.protocol, dst, dstPort), src, srcPort),
      service,
      server,
      serverMac: location.mac,
      dpid: at.dpid,
      client: { ip: src, port: srcPort },
      cookie: this.#cookie(at, service, server),
      of: head.seq,
      since: now,
      lastActive: now,
      isn: packet.tcp?.seq,
      in: direction(false),
      out: direction(false),
      ending: undefined,
    };
    this.#connections.add(connection);
    const { reverse, forward } = connectionFlows(connection, at);
    const flows = [reverse, forward].map(viewOf);
    const entry = { ...head, ...lineOf(connection), strategy: service.config.strategy, reason, flows };
    return [...this.#carry(arrival, connection, now), log(entry)];
  }

  /** The client came to another switch: its living connection keeps its server and its place in the log. */
  #move(arrival: Arrival, old: Connection, now: number): Command[] {
    const { at } = arrival;
    const { forward, reverse } = connectionFlows(old, at);
    this.#connections.remove(old);
    this.#lopsided.delete(old);
    const moved: Connection = {
      ...old,
      dpid: at.dpid,
      cookie: this.#cookie(at, old.service, old.server),
      in: { ...old.in, installed: false },
      out: { ...old.out, installed: false },
    };
    this.#connections.add(moved);
    return [deleteFlow(old.dpid, forward), deleteFlow(old.dpid, reverse), ...this.#carry(arrival, moved, now)];
  }

  /** A packet of a connection that is decided already: the same server, however often it is asked. */
  #carry({ at, inPort, frame }: Arrival, connection: Connection, now: number): Command[] {
    connection.lastActive = Math.max(connection.lastActive, now);
    connection.in.packets += 1;
    connection.in.bytes += frame.length;
    const outPort = this.#portOf(at.dpid, connection.serverMac);
    return [...this.#install(connection, at), forwardPacket(connection, at, inPort, outPort, frame)];
  }

  /** The flows of a connection that are not in the switch, the reverse one first. */
  #install(connection: Connection, at: Switch): Command[] {
    const { reverse, forward } = connectionFlows(connection, at);
    const missing = [...(connection.out.installed ? [] : [reverse]), ...(connection.in.installed ? [] : [forward])];
    connection.out.installed = true;
    connection.in.installed = true;
    return missing.map(flow => addFlow(at.dpid, flow));
  }

  #end(connection: Connection, now: number): Command[] {
    this.#connections.remove(connection);
    this.#lopsided.delete(connection);
    const { of, service, server, client, in: into, out } = connection;
    return [
      log({
        ...this.#sequence.next('end', now),
        of,
        service: service.config.name,
        server: server.config.name,
        client,
        bytes: { in: into.bytes, out: out.bytes },
        packets: { in: into.packets, out: out.packets },
        durationMs: Math.max(0, Math.round(connection.lastActive - connection.since)),
        why: connection.ending ?? 'idle',
      }),
    ];
  }

  /** A cookie that no living connection of the switch has. */
  #cookie(at: Switch, service: VirtualService, server: Server): bigint {
    for (;;) {
      this.#serial = (this.#serial + 1) % cookieRange('serial');
      const cookie = cookieOf({
        generation: at.generation,
        owner: 'connection',
        service: service.id,
        server: server.id,
        serial: this.#serial,
      });
      if (this.#connections.ofCookie(at.dpid, cookie) === undefined) return cookie;
    }
  }
}

interface Tuple {
  src: string;
  dst: string;
  srcPort: number;
  dstPort: number;
}

function tupleOf({ ipv4, tcp, udp }: Packet): Tuple {
  const { srcPort, dstPort } = (tcp ?? udp)!;
  return { src: ipv4!.src, dst: ipv4!.dst, srcPort, dstPort };
}
