import type { MessageOf } from '../../../openflow/index.ts';
import { type Command, log } from '../../core/command.ts';
import { cookieOf, cookieRange } from '../../core/cookie.ts';
import type { Dpid } from '../../core/dpid.ts';
import { entryOf } from '../../core/entry-of.ts';
import type { EndReason, Sequence } from '../../core/events.ts';
import { addFlow, deleteFlow, type Flow } from '../../core/flow.ts';
import type { Ip } from '../../core/ip.ts';
import type { InstalledFlow, Switch } from '../../core/switch.ts';
import type { EndKey } from '../../core/tuple.ts';
import type { Server } from '../../pool/server.ts';
import type { Services } from '../../pool/services.ts';
import type { VirtualService } from '../../pool/virtual-service.ts';
import type { Arrival } from '../arrival.ts';
import { CUTS, type CutReason } from '../carrier.ts';
import type { Connection, Direction } from '../connection.ts';
import { ConnectionTable } from '../connection-table.ts';
import { adoptedConnections } from './adoption.ts';
import { endOf, lineOf } from './connection-line.ts';
import { connectionFlows, connectionKeys, forwardPacket } from './rewrite.ts';

/** The two directions of a connection that ends go within this time of each other. */
export const TOGETHER_MS = 2500;

/** Somebody else deletes the flows of a connection so often at most; then it is over. */
const MAX_RESTORED = 6;

const SERIALS = cookieRange('serial');

/** Where a MAC address is behind a switch. */
export type PortOf = (dpid: Dpid, mac: string) => number | undefined;

/** Keeps the two flows of each connection from its decision to its end. Who gets which server is not its concern. */
export class Lifetimes {
  readonly connections: ConnectionTable;
  readonly #restored = new Map<Dpid, Set<Connection>>();
  /**
   * Connections that lost the server's direction alone, and until when its twin may be about to go, too: then a closed one gets
   * it back; the others have it back at once, and lose it if the twin went.
   */
  readonly #lopsided = new Map<Connection, number>();
  readonly #portOf: PortOf;
  readonly #sequence: Sequence;
  #serial = 0;

  /** `isShared`: several services have a server there. */
  constructor(portOf: PortOf, sequence: Sequence, isShared: (end: EndKey) => boolean) {
    this.connections = new ConnectionTable(isShared);
    this.#portOf = portOf;
    this.#sequence = sequence;
  }

  /** Takes a connection that was just decided, with the two flows that carry it from now on. */
  begin(arrival: Arrival, connection: Connection, now: number): { commands: Command[]; flows: Flow[] } {
    const { reverse, forward } = connectionFlows(connection, arrival.at);
    const flows = [reverse, forward];
    markSent(connection.in, now);
    markSent(connection.out, now);
    this.connections.add(connection);
    const { dpid } = arrival.at;
    return { commands: [...flows.map(flow => addFlow(dpid, flow)), ...this.carry(arrival, connection, now)], flows };
  }

  /** Sends a packet to the server of its connection, with whichever of its flows the switch lacks, the reverse one first. */
  carry({ at, inPort, frame, packet }: Arrival, connection: Connection, now: number): Command[] {
    connection.lastActive = Math.max(connection.lastActive, now);
    connection.from = { mac: packet.ethernet.src, port: inPort };
    connection.in.packets += 1;
    connection.in.bytes += frame.length;
    const outPort = this.#portOf(at.dpid, connection.serverMac);
    return [...this.#install(connection, at, now), forwardPacket(connection, at, inPort, outPort, frame)];
  }

  /** Removes the flows of a connection and frees its 5-tuple; its end is logged when they report. */
  cut(connection: Connection, why: CutReason, now: number): Command[] {
    connection.ending = why;
    this.#lopsided.delete(connection);
    this.connections.release(connection);
    this.connections.close(connection, now);
    return deletesOf(connection);
  }

  /** The client came to another switch: its living connection keeps its server and its place in the log. */
  move(arrival: Arrival, old: Connection, now: number): Command[] {
    const { at } = arrival;
    this.connections.remove(old);
    this.#lopsided.delete(old);
    const moved: Connection = {
      ...old,
      dpid: at.dpid,
      cookie: this.cookie(at, old.service, old.server),
      in: { ...old.in, installed: false, leaving: false },
      out: { ...old.out, installed: false, leaving: false },
    };
    this.connections.add(moved);
    return [...deletesOf(old), ...this.carry(arrival, moved, now)];
  }

  /** A flow of a connection is gone, with its counters. */
  onFlowRemoved(at: Switch, removed: MessageOf<'flowRemoved'>, now: number): Command[] {
    const connection = this.connections.ofCookie(at.dpid, removed.cookie);
    if (connection === undefined) return [];
    const isOut = (removed.match.ipv4Dst ?? removed.match.ipv6Dst) === connection.client.ip;
    const gone = isOut ? connection.out : connection.in;
    const twin = isOut ? connection.in : connection.out;
    const { why, lastActive } = endOf(connection, removed, now);
    const isForeign = why === 'deleted' && this.#isForeign(connection, gone);
    const isBack = gone.leaving && gone.installed;
    gone.leaving = false;
    gone.installed = isBack;
    gone.bytes += Number(removed.byteCount);
    gone.packets += Number(removed.packetCount);
    gone.closed ||= why === 'fin';
    const isOurs = why === 'deleted' && (connection.ending === 'fin' || connection.ending === 'idle');
    const isSettled = isOurs || connection.ending === 'fin' || isCut(connection);
    connection.ending = isSettled || isForeign ? connection.ending : why;
    if (!isOurs) connection.lastActive = Math.max(connection.lastActive, lastActive);
    if (isBack) {
      connection.ending = undefined;
      return [];
    }
    if (isForeign) return this.#restore(connection, at, now);
    if (!twin.installed && !twin.leaving) return this.#end(connection, now);
    return isOut ? this.#onReverseGone(connection, at, why, now) : this.#onForwardGone(connection, at, now);
  }

  /** Whether somebody else deleted a flow: we did not, and the connection lives. */
  #isForeign({ ending, closedAt, restored }: Connection, { leaving }: Direction): boolean {
    return ending === undefined && closedAt === undefined && !leaving && restored < MAX_RESTORED;
  }

  /** Nobody but us ends a connection: its flows come back at once. */
  #restore(connection: Connection, at: Switch, now: number): Command[] {
    connection.restored += 1;
    entryOf(this.#restored, at.dpid, () => new Set()).add(connection);
    return this.#install(connection, at, now);
  }

  /** Connections whose flows were put back since this was asked last, by switch. */
  takeRestored(): ReadonlyMap<Dpid, number> {
    const counts = new Map([...this.#restored].map(([dpid, { size }]) => [dpid, size]));
    this.#restored.clear();
    return counts;
  }

  /** The client may still be sending: the server's next answer would show the server's address. */
  #onReverseGone(connection: Connection, at: Switch, why: EndReason, now: number): Command[] {
    // Its 5-tuple may be another connection's: what is put back would overwrite that one's flow.
    if (isCut(connection)) return [];
    this.#lopsided.set(connection, now + TOGETHER_MS);
    return why === 'idle' ? this.#install(connection, at, now) : [];
  }

  /** Where the server's direction was put back for a client that has now left, nothing will use it. */
  #onForwardGone(connection: Connection, at: Switch, now: number): Command[] {
    const until = this.#lopsided.get(connection);
    const wereTogether = until !== undefined && now <= until;
    const isIdle = wereTogether || (connection.in.closed && connection.out.closed);
    if (!isIdle) return [];
    // A packet that comes before the switch reports finds a connection without flows, and brings both back.
    connection.out.installed = false;
    connection.out.leaving = true;
    return [deleteFlow(at.dpid, connectionKeys(connection).reverse)];
  }

  /** The switch did not take a flow of a connection: what it has of it goes, and the client begins anew. */
  onFlowRefused(at: Switch, cookie: bigint, now: number): Command[] {
    const connection = this.connections.ofCookie(at.dpid, cookie);
    if (connection === undefined) return [];
    connection.ending = 'no-room';
    // With a bundle the deletion of its predecessor's flows was refused as well.
    const { replaces: before } = connection;
    const isLeft = before !== undefined && this.connections.ofCookie(before.dpid, before.cookie) === before;
    return [...(isLeft ? deletesOf(before) : []), ...this.#drop(connection, now)];
  }

  #drop(connection: Connection, now: number): Command[] {
    return [...deletesOf(connection), ...this.#end(connection, now)];
  }

  /** Puts the server's direction of closed connections back where the client's alone is still used. */
  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[] {
    const commands: Command[] = [];
    for (const [connection, due] of this.#lopsided) {
      if (due > now) continue;
      this.#lopsided.delete(connection);
      const at = switches.get(connection.dpid);
      if (at === undefined || connection.out.installed || !connection.in.installed) continue;
      commands.push(...this.#install(connection, at, now));
    }
    return commands;
  }

  /** Takes over what the switch still carries, and gives back what it lost. */
  onSwitchReady(at: Switch, installed: readonly InstalledFlow[], services: Services, now: number): Command[] {
    // Their 5-tuples are free for others; whether the switch has deleted their flows was lost with the session.
    const cut = this.connections.of(at.dpid).filter(isCut);
    const commands: Command[] = cut.flatMap(connection => this.#drop(connection, now));
    // Nor are they to be adopted from a dump that was made before they were deleted.
    const over = new Set(cut.map(({ cookie }) => cookie));
    const left = installed.filter(({ cookie }) => !over.has(cookie));
    const remembered = this.connections.of(at.dpid);
    for (const { in: into, out } of remembered) {
      into.installed = false;
      out.installed = false;
      out.leaving = false;
    }
    for (const connection of adoptedConnections(at, left, services, now)) {
      const known = this.connections.ofCookie(at.dpid, connection.cookie);
      if (known !== undefined) {
        known.in.installed = connection.in.installed;
        known.out.installed = connection.out.installed;
      } else if (this.#isFree(connection)) {
        const entry = { ...this.#sequence.next('adopted', now), ...lineOf(connection) };
        const adopted = { ...connection, of: entry.seq };
        this.connections.add(adopted);
        const { client, server, service } = adopted;
        service.affinity.keep(client.ip, client.port, server, now);
        commands.push(log(entry), ...this.#complete(adopted, at, now));
      } else {
        // Its flows are no use beside those of the connection that has its ports.
        commands.push(...deletesOf(connection));
      }
    }
    return [...commands, ...remembered.flatMap(connection => this.#install(connection, at, now))];
  }

  /** What a switch held when it was asked: who had no flow twice, without a report of it, is over. */
  onDump(at: Switch, installed: readonly InstalledFlow[], askedAt: number, now: number): Command[] {
    const found = new Set(installed.map(({ cookie, match }) => `${cookie} ${match.ipv4Dst ?? match.ipv6Dst}`));
    return this.connections.of(at.dpid).flatMap(connection => {
      const { in: into, out, cookie, client, service } = connection;
      const isGone = (direction: Direction, to: Ip) => {
        // Open vSwitch reports an expired flow only when all of its threads have let go of it: a dump may be faster.
        const wasMissed = direction.isMissed;
        direction.isMissed = direction.installed && direction.sentAt < askedAt && !found.has(`${cookie} ${to}`);
        return direction.isMissed && wasMissed;
      };
      if (isGone(into, service.config.vip)) into.installed = false;
      if (isGone(out, client.ip)) out.installed = false;
      if (!into.installed && !out.installed && !into.leaving && !out.leaving) return this.#end(connection, now);
      return into.installed && !out.installed && !isCut(connection) && !this.#lopsided.has(connection)
        ? this.#install(connection, at, now)
        : [];
    });
  }

  #isFree({ key, server, client }: Connection): boolean {
    return this.connections.get(key) === undefined && this.connections.ofEnds(server.end, client.ip, client.port) === undefined;
  }

  /** The server's direction went while nobody was there to put it back. Its twin may have been closed before. */
  #complete(connection: Connection, at: Switch, now: number): Command[] {
    if (connection.out.installed) return [];
    this.#lopsided.set(connection, now + connection.service.config.finTimeoutMs + TOGETHER_MS);
    return this.#install(connection, at, now);
  }

  /** A cookie that no living connection of the switch has. */
  cookie(at: Switch, service: VirtualService, server: Server): bigint {
    const first = at.round * SERIALS;
    do this.#serial = (this.#serial + 1) % SERIALS;
    while (this.connections.hasNumber(at.dpid, first + this.#serial));
    const { round } = at;
    return cookieOf({ round, owner: 'connection', service: service.id, server: server.id, serial: this.#serial });
  }

  #install(connection: Connection, at: Switch, now: number): Command[] {
    if (connection.in.installed && connection.out.installed) return [];
    const { reverse, forward } = connectionFlows(connection, at);
    const missing = [...(connection.out.installed ? [] : [reverse]), ...(connection.in.installed ? [] : [forward])];
    if (!connection.out.installed) markSent(connection.out, now);
    if (!connection.in.installed) markSent(connection.in, now);
    return missing.map(flow => addFlow(at.dpid, flow));
  }

  #end(connection: Connection, now: number): Command[] {
    this.connections.remove(connection);
    this.#lopsided.delete(connection);
    const { of, service, server, client, in: into, out, answered, closedAt, since } = connection;
    return [
      // Not spread: see the decision.
      log(
        Object.assign(this.#sequence.next('end', now), {
          of,
          service: service.config.name,
          server: server.config.name,
          client,
          bytes: { in: into.bytes, out: out.bytes },
          packets: { in: into.packets, out: out.packets },
          durationMs: Math.max(0, Math.round((closedAt ?? connection.lastActive) - since)),
          ...(answered && { responseMs: answered.at - since }),
          why: connection.ending ?? 'idle',
        }),
      ),
    ];
  }
}

function deletesOf(connection: Connection): Command[] {
  const { forward, reverse } = connectionKeys(connection);
  return [deleteFlow(connection.dpid, forward), deleteFlow(connection.dpid, reverse)];
}

function isCut({ ending }: Connection): boolean {
  return (CUTS as readonly (EndReason | undefined)[]).includes(ending);
}

function markSent(direction: Direction, now: number): void {
  direction.installed = true;
  direction.isMissed = false;
  direction.sentAt = now;
}
