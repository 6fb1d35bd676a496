import { connectionNumber } from '../core/cookie.ts';
import type { Dpid } from '../core/dpid.ts';
import { entryOf } from '../core/entry-of.ts';
import type { Ip } from '../core/ip.ts';
import { type EndKey, type TupleKey, tupleKey } from '../core/tuple.ts';
import type { Server } from '../pool/server.ts';
import type { Connection } from './connection.ts';

/** Every living connection, found by its 5-tuple at either end, by the cookie of its flows, or by its server. */
export class ConnectionTable {
  readonly #byKey = new Map<TupleKey, Connection>();
  /** Of servers that several services share: there, two connections of one client port could meet. */
  readonly #byBack = new Map<TupleKey, Connection>();
  /** By the number in the cookie: a bigint would be hashed digit by digit. */
  readonly #byNumber = new Map<Dpid, Map<number, Connection>>();
  readonly #byServer = new Map<Server, Set<Connection>>();
  readonly #isShared: (end: EndKey) => boolean;

  /** `isShared`: several services have a server there. `reindex` follows when that changes. */
  constructor(isShared: (end: EndKey) => boolean) {
    this.#isShared = isShared;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: TupleKey): Connection | undefined {
    return this.#byKey.get(key);
  }

  /** The one that a server has with a client under these ports, where it may be of another service than is thought. */
  ofEnds(server: EndKey, client: Ip, port: number): Connection | undefined {
    return this.#isShared(server) ? this.#byBack.get(tupleKey(server, client, port)) : undefined;
  }

  /** Other servers are shared than before. */
  reindex(): void {
    this.#byBack.clear();
    for (const connection of this.#byKey.values()) this.#indexBack(connection);
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

  /** Flows that a switch should hold for its connections. */
  flowsOf(dpid: Dpid): number {
    return this.of(dpid).reduce((sum, { in: into, out }) => sum + Number(into.installed) + Number(out.installed), 0);
  }

  /** Whether a host takes part in a connection of a switch, as its client or as its server. */
  isUsed(dpid: Dpid, mac: string): boolean {
    return this.of(dpid).some(({ from, serverMac }) => serverMac === mac || from?.mac === mac);
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
    this.#indexBack(connection);
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

  /** Its 5-tuples are free for a new connection, its flows still report. */
  release(connection: Connection): void {
    if (this.#byKey.get(connection.key) === connection) this.#byKey.delete(connection.key);
    if (this.#byBack.size === 0) return;
    const key = backKeyOf(connection);
    if (this.#byBack.get(key) === connection) this.#byBack.delete(key);
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

  #indexBack(connection: Connection): void {
    if (this.#isShared(connection.server.end)) this.#byBack.set(backKeyOf(connection), connection);
  }
}

function backKeyOf({ server, client }: Connection): TupleKey {
  return tupleKey(server.end, client.ip, client.port);
}
