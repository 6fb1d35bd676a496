import { fold, sumWords } from '../../../openflow/packet/checksum.ts';
import { IP_PROTO } from '../../../openflow/packet/ipv4.ts';
import { UDP_HEADER } from '../../../openflow/packet/udp.ts';
import { putU16, u16 } from '../tcp/segment.ts';
import type { Path } from './path.ts';

const FIRST_EPHEMERAL = 32768;
const EPHEMERAL = 28232;

export interface Datagram {
  readonly bytes: Uint8Array;
  readonly ip: string;
  readonly port: number;
  reply(bytes: Uint8Array): void;
}

export interface UdpHandlers {
  datagram(datagram: Datagram): void;
  /** An ICMP error told that nobody listens there. */
  refused?(ip: string, port: number): void;
}

export interface UdpCounters {
  in: number;
  out: number;
  /** Broken headers and wrong checksums: dropped. */
  bad: number;
  /** For a port nobody listens on. */
  refused: number;
}

/** A bound port. */
export class UdpSocket {
  readonly port: number;
  readonly handlers: UdpHandlers;
  readonly #udp: Udp;

  constructor(udp: Udp, port: number, handlers: UdpHandlers) {
    this.#udp = udp;
    this.port = port;
    this.handlers = handlers;
  }

  send(path: Path, port: number, bytes: Uint8Array): void {
    this.#udp.send(path, this.port, port, bytes);
  }

  close(): void {
    this.#udp.release(this);
  }
}

/** The UDP of a host (RFC 768). */
export class Udp {
  readonly counters: UdpCounters = { in: 0, out: 0, bad: 0, refused: 0 };
  readonly #sockets = new Map<number, UdpSocket>();
  #lastPort = 0;

  /** Binds a port, a free one unless given; undefined when it is taken. */
  bind(handlers: UdpHandlers, port = this.#freePort()): UdpSocket | undefined {
    if (this.#sockets.has(port)) return undefined;
    const socket = new UdpSocket(this, port, handlers);
    this.#sockets.set(port, socket);
    return socket;
  }

  release(socket: UdpSocket): void {
    if (this.#sockets.get(socket.port) === socket) this.#sockets.delete(socket.port);
  }

  crash(): void {
    this.#sockets.clear();
  }

  send(path: Path, srcPort: number, dstPort: number, bytes: Uint8Array): void {
    const size = UDP_HEADER + bytes.length;
    const frame = path.frame(IP_PROTO.UDP, size);
    const at = path.headers;
    putU16(frame, at, srcPort);
    putU16(frame, at + 2, dstPort);
    putU16(frame, at + 4, size);
    frame.set(bytes, at + UDP_HEADER);
    // RFC 768: a computed 0 is sent as all ones, 0 means that there is no checksum.
    putU16(frame, at + 6, fold(sumWords(frame, at, at + size, path.addressSum + IP_PROTO.UDP + size)) || 0xffff);
    this.counters.out++;
    path.send(frame);
  }

  /** The datagram at `frame[start, end)`. False when nobody listens, which its sender is to be told. */
  receive(path: Path, frame: Uint8Array, start: number, end: number): boolean {
    const size = end - start < UDP_HEADER ? 0 : u16(frame, start + 4);
    if (size < UDP_HEADER || size > end - start || !this.#isWhole(path, frame, start, size)) {
      this.counters.bad++;
      return true;
    }
    const socket = this.#sockets.get(u16(frame, start + 2));
    if (socket === undefined) {
      this.counters.refused++;
      return false;
    }
    this.counters.in++;
    const port = u16(frame, start);
    socket.handlers.datagram({
      bytes: frame.subarray(start + UDP_HEADER, start + size),
      ip: path.remoteIp,
      port,
      reply: bytes => this.send(path, socket.port, port, bytes),
    });
    return true;
  }

  /** An ICMP error about a datagram from `localPort`. */
  refused(localPort: number, ip: string, port: number): void {
    this.#sockets.get(localPort)?.handlers.refused?.(ip, port);
  }

  #isWhole(path: Path, frame: Uint8Array, start: number, size: number): boolean {
    if (u16(frame, start + 6) === 0) return true;
    return fold(sumWords(frame, start, start + size, path.addressSum + IP_PROTO.UDP + size)) === 0;
  }

  #freePort(): number {
    for (let tries = 0; tries < EPHEMERAL; tries++) {
      this.#lastPort = (this.#lastPort + 1) % EPHEMERAL;
      if (!this.#sockets.has(FIRST_EPHEMERAL + this.#lastPort)) break;
    }
    return FIRST_EPHEMERAL + this.#lastPort;
  }
}
