import { TCP } from '../../../openflow/packet/tcp.ts';
import type { Scheduler } from '../clock.ts';
import type { Path } from '../host/path.ts';
import type { Random } from '../random.ts';
import { TcpConnection } from './connection.ts';
import { type Accept, TcpListener } from './listener.ts';
import { newTcpCounters, TCP_OPTIONS, type TcpCounters, type TcpOptions } from './options.ts';
import { readSegment, resetFor, type Segment, sendSegment } from './segment.ts';
import type { TcpHandlers } from './stream.ts';
import type { TcpEnds, TcpSurroundings } from './surroundings.ts';

/** Linux's ip_local_port_range. */
const FIRST_EPHEMERAL = 32768;
const EPHEMERAL = 28232;
const DEFAULT_BACKLOG = 1024;
const ISN_TICKS_PER_MS = 250; // a number every 4 microseconds (RFC 9293, 3.4.1)

/** The TCP of a host: finds the connection of each segment. */
export class Tcp {
  readonly counters: TcpCounters = newTcpCounters();
  readonly options: TcpOptions;
  readonly #clock: Scheduler;
  readonly #secret: number;
  readonly #connections = new Map<number, TcpConnection>();
  readonly #listeners = new Map<number, TcpListener>();
  /** Passive connections that no application has yet, with their listeners. */
  readonly #expected = new Map<TcpConnection, { readonly listener: TcpListener; halfOpen: boolean }>();
  readonly #around: TcpSurroundings<TcpConnection>;
  #lastPort: number;

  constructor(clock: Scheduler, random: Random, options: Partial<TcpOptions> = {}) {
    this.#clock = clock;
    this.options = { ...TCP_OPTIONS, ...options };
    this.#secret = random.uint32();
    this.#lastPort = random.integer(EPHEMERAL);
    this.#around = {
      clock,
      options: this.options,
      counters: this.counters,
      accepted: connection => this.#accepted(connection),
      release: connection => this.#release(connection),
    };
  }

  /** Every connection that is not CLOSED, those in TIME-WAIT among them. */
  get connections(): Iterable<TcpConnection> {
    return this.#connections.values();
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Opens a connection. The handlers are never called before this returns. Without a local port it takes a free one. */
  connect(path: Path, remotePort: number, handlers: TcpHandlers, localPort?: number): TcpConnection | undefined {
    const port = localPort ?? this.#freePort(path, remotePort);
    if (port === undefined) return undefined;
    const old = this.#connections.get(keyOf(path, remotePort, port));
    if (old !== undefined && old.state !== 'TIME-WAIT') return undefined;
    old?.yield();
    this.counters.opened++;
    const connection = new TcpConnection(this.#around, this.#ends(path, remotePort, port), handlers);
    this.#connections.set(keyOf(path, remotePort, port), connection);
    if (!path.routed) this.#clock.after(0, () => connection.drop('unreachable'));
    return connection;
  }

  /** Takes connections on a port; undefined when somebody does already. */
  listen(port: number, accept: Accept, backlog = DEFAULT_BACKLOG): TcpListener | undefined {
    if (this.#listeners.has(port)) return undefined;
    const listener = new TcpListener(port, backlog, accept, () => this.#listeners.delete(port));
    this.#listeners.set(port, listener);
    return listener;
  }

  /** A datagram with protocol 6 from the path's remote address: the segment is at `frame[start, end)`. */
  receive(path: Path, frame: Uint8Array, start: number, end: number): void {
    const segment = readSegment(frame, start, end, path.addressSum);
    if (segment === undefined) {
      this.counters.bad++;
      return;
    }
    this.counters.segmentsIn++;
    const connection = this.#connections.get(keyOf(path, segment.srcPort, segment.dstPort));
    if (connection === undefined) {
      this.#unknown(path, segment);
      return;
    }
    if (!connection.yieldsTo(segment) || !this.#listeners.has(segment.dstPort)) {
      connection.receive(segment);
      return;
    }
    connection.yield();
    this.#unknown(path, segment);
  }

  /** Nobody answers for the path's address. */
  unreachable(path: Path): void {
    for (const connection of [...this.#connections.values()])
      if (connection.path === path && connection.state === 'SYN-SENT') connection.drop('unreachable');
  }

  /** The host crashed: nothing of it is left, and nobody is told by a frame. */
  crash(): void {
    this.#listeners.clear();
    for (const connection of [...this.#connections.values()]) connection.drop('crashed');
  }

  /** LISTEN and CLOSED (RFC 9293, 3.10.7.1 and 3.10.7.2). */
  #unknown(path: Path, segment: Segment): void {
    const { flags, srcPort, dstPort } = segment;
    if ((flags & TCP.RST) !== 0) return;
    const listener = this.#listeners.get(dstPort);
    if (listener === undefined || (flags & TCP.ACK) !== 0) {
      this.counters.resetsOut++;
      sendSegment(path, resetFor(segment));
      return;
    }
    if ((flags & TCP.SYN) === 0) return;
    if (listener.full) {
      this.counters.overflows++;
      return;
    }
    const connection = new TcpConnection(this.#around, this.#ends(path, srcPort, dstPort), {}, segment);
    this.#connections.set(keyOf(path, srcPort, dstPort), connection);
    this.#expected.set(connection, { listener, halfOpen: true });
    listener.opened();
  }

  #accepted(connection: TcpConnection): void {
    const expected = this.#expected.get(connection);
    if (expected === undefined) return;
    this.counters.accepted++;
    expected.halfOpen = false;
    if (expected.listener.accepting) this.#expected.delete(connection);
    expected.listener.established(connection);
  }

  #release(connection: TcpConnection): void {
    const key = keyOf(connection.path, connection.remotePort, connection.localPort);
    if (this.#connections.get(key) === connection) this.#connections.delete(key);
    const expected = this.#expected.get(connection);
    if (expected === undefined) return;
    this.#expected.delete(connection);
    expected.listener.lost(connection, expected.halfOpen);
  }

  #ends(path: Path, remotePort: number, localPort: number): TcpEnds {
    return { path, remotePort, localPort, iss: this.#initialSequence(path, remotePort, localPort) };
  }

  /** A clock, and a keyed hash of addresses and ports (RFC 9293, 3.4.1): a later connection of the same four starts higher. */
  #initialSequence(path: Path, remotePort: number, localPort: number): number {
    let hash = Math.imul(this.#secret ^ (remotePort * 0x10000 + localPort), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ path.number, 0xc2b2ae35);
    hash ^= hash >>> 16;
    const ticks = Math.floor(this.#clock.now() * ISN_TICKS_PER_MS) % 0x100000000;
    return (hash + ticks) >>> 0;
  }

  #freePort(path: Path, remotePort: number): number | undefined {
    for (let tries = 0; tries < EPHEMERAL; tries++) {
      this.#lastPort = (this.#lastPort + 1) % EPHEMERAL;
      const port = FIRST_EPHEMERAL + this.#lastPort;
      if (!this.#connections.has(keyOf(path, remotePort, port))) return port;
    }
    return undefined;
  }
}

/** One number for path and ports: exact below 2^53, which leaves 2^21 paths. */
function keyOf(path: Path, remotePort: number, localPort: number): number {
  return (path.number * 0x10000 + remotePort) * 0x10000 + localPort;
}
