import type { Dpid } from '../core/dpid.ts';
import { entryOf } from '../core/entry-of.ts';
import type { EndReason } from '../core/events.ts';
import { connectionNumber } from '../core/pipeline.ts';
import type { Server } from '../pool/server.ts';
import type { VirtualService } from '../pool/virtual-service.ts';

/** One direction of a connection: whether its flow is in the switch, and what passed: its flows' counters and what we carried. */
export interface Direction {
  installed: boolean;
  /** We asked the switch to remove the flow, and it has not reported yet. */
  leaving: boolean;
  /** A FIN or RST was seen: the flow left with the short timeout. */
  closed: boolean;
  bytes: number;
  packets: number;
}

/** One client to server mapping of one 5-tuple. */
export interface Connection {
  readonly key: string;
  readonly service: VirtualService;
  readonly server: Server;
  readonly serverMac: string;
  /** The switch that rewrites: the client's edge. */
  readonly dpid: Dpid;
  readonly client: { readonly ip: string; readonly port: number };
  /** Where the client's last packet came from; undefined for an adopted connection until then. */
  from: { readonly mac: string; readonly port: number } | undefined;
  /** Of both flows; names this connection among all of the switch. */
  readonly cookie: bigint;
  /** `seq` of its decision or adoption. */
  readonly of: number;
  /** Of its flows; the configuration may have another one by now. */
  readonly idleTimeoutMs: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  lastActive: number;
  /** The client's initial sequence number; undefined for UDP and for adopted connections. */
  isn: number | undefined;
  /** When the server's SYN-ACK was seen, and its initial sequence number. */
  answered: { readonly at: number; readonly isn: number } | undefined;
  /** When the server was seen to be done with it; it does not count as living from then on. */
  closedAt: number | undefined;
  /** Adopted before the client's first packet behind its SYN: the next SYN is the one it was opened with, sent again. */
  isOpening: boolean;
  /** Client to server. */
  readonly in: Direction;
  /** Server to client. */
  readonly out: Direction;
  ending: EndReason | undefined;
  /** The one of the same 5-tuple that gave way to it, in the same bundle. */
  readonly replaces: Connection | undefined;
}

export function direction(installed: boolean): Direction {
  return { installed, leaving: false, closed: false, bytes: 0, packets: 0 };
}

export function connectionKey(front: string, clientIp: string, clientPort: number): string {
  return `${clientIp}:${clientPort} ${front}`;
}

/** Every living connection, found by its 5-tuple or by the cookie of its flows. */
export class Connections {
  readonly #byKey = new Map<string, Connection>();
  /** By the number in the cookie: a bigint would be hashed digit by digit. */
  readonly #byNumber = new Map<Dpid, Map<number, Connection>>();
  readonly #byServer = new Map<Server, Set<Connection>>();

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Connection | undefined {
    return this.#byKey.get(key);
  }

  ofCookie(dpid: Dpid, cookie: bigint): Connection | undefined {
    const connection = this.#byNumber.get(dpid)?.get(connectionNumber(cookie));
    return connection?.cookie === cookie ? connection : undefined;
  }

  /** Whether a connection of the switch has this number in its cookie. */
  hasNumber(dpid: Dpid, number: number): boolean {
    return this.#byNumber.get(dpid)?.has(number) ?? false;
  }

  countOf(dpid: Dpid): number {
    return this.#byNumber.get(dpid)?.size ?? 0;
  }

  of(dpid: Dpid): Connection[] {
    return [...(this.#byNumber.get(dpid)?.values() ?? [])];
  }

  /** Those that have flows for a server, closed ones included. */
  ofServer(server: Server): Connection[] {
    return [...(this.#byServer.get(server) ?? [])];
  }

  /** The one that a server has for longest of those it has not closed. */
  oldestOf(server: Server): Connection | undefined {
    for (const connection of this.#byServer.get(server) ?? []) if (connection.closedAt === undefined) return connection;
    return undefined;
  }

  /** Every one that has its 5-tuple. */
  all(): IterableIterator<Connection> {
    return this.#byKey.values();
  }

  add(connection: Connection): void {
    this.#byKey.set(connection.key, connection);
    entryOf(this.#byNumber, connection.dpid, () => new Map()).set(connectionNumber(connection.cookie), connection);
    entryOf(this.#byServer, connection.server, () => new Set()).add(connection);
    if (connection.closedAt === undefined) connection.service.opened(connection.server);
  }

  /** The server is done with it. */
  close(connection: Connection, now: number): void {
    if (connection.closedAt !== undefined) return;
    connection.closedAt = now;
    connection.service.closed(connection.server);
  }

  /** Its 5-tuple is free for a new connection, its flows still report. */
  release(connection: Connection): void {
    if (this.#byKey.get(connection.key) === connection) this.#byKey.delete(connection.key);
  }

  remove(connection: Connection): void {
    this.release(connection);
    if (!this.#byNumber.get(connection.dpid)?.delete(connectionNumber(connection.cookie))) return;
    const { server, service } = connection;
    const ofServer = this.#byServer.get(server);
    ofServer?.delete(connection);
    if (ofServer?.size === 0) this.#byServer.delete(server);
    if (connection.closedAt === undefined) service.closed(server);
  }
}
