import { ETH_TYPE } from '../../openflow/packet/ethernet.ts';
import { IP_PROTO } from '../../openflow/packet/ipv4.ts';
import { TCP } from '../../openflow/packet/tcp.ts';

const ETHERNET = 14;
const DOT = 46;
const ZERO = 48;

/** What the invariants look at in a frame. One object is used again and again. */
export class FrameView {
  protocol: 'tcp' | 'udp' = 'tcp';
  /** IPv4 addresses as numbers. */
  src = 0;
  dst = 0;
  srcPort = 0;
  dstPort = 0;
  seq = 0;
  flags = 0;

  /** False for everything but TCP and UDP over IPv4 without fragments. */
  read(frame: Uint8Array): boolean {
    if (frame.length < ETHERNET + 28 || u16(frame, 12) !== ETH_TYPE.IPV4) return false;
    const proto = frame[ETHERNET + 9];
    if (proto !== IP_PROTO.TCP && proto !== IP_PROTO.UDP) return false;
    const at = ETHERNET + (frame[ETHERNET]! & 15) * 4;
    this.protocol = proto === IP_PROTO.TCP ? 'tcp' : 'udp';
    this.src = u32(frame, ETHERNET + 12);
    this.dst = u32(frame, ETHERNET + 16);
    this.srcPort = u16(frame, at);
    this.dstPort = u16(frame, at + 2);
    this.seq = proto === IP_PROTO.TCP ? u32(frame, at + 4) : 0;
    this.flags = proto === IP_PROTO.TCP ? frame[at + 13]! : 0;
    return true;
  }

  get opens(): boolean {
    return this.protocol === 'tcp' && (this.flags & (TCP.SYN | TCP.ACK)) === TCP.SYN;
  }
}

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** An IPv4 address as a number. */
export function ipNumber(ip: string): number {
  let number = 0;
  let octet = 0;
  for (let i = 0; i < ip.length; i++) {
    const code = ip.charCodeAt(i);
    if (code === DOT) {
      number = number * 256 + octet;
      octet = 0;
    } else octet = octet * 10 + code - ZERO;
  }
  return number * 256 + octet;
}

/** Names a client's end of a connection: protocol, address, port. */
export function keyOf(protocol: 'tcp' | 'udp', ip: number, port: number): number {
  return (ip * 0x10000 + port) * 2 + (protocol === 'udp' ? 1 : 0);
}

/** A client's end in words. */
export function nameOf(key: number): string {
  const port = Math.floor(key / 2) % 0x10000;
  return `${key % 2 === 1 ? 'udp' : 'tcp'} ${ipText(Math.floor(key / 0x20000))}:${port}`;
}

/** A number as an IPv4 address. */
export function ipText(ip: number): string {
  return [ip >>> 24, (ip >>> 16) & 255, (ip >>> 8) & 255, ip & 255].join('.');
}

/** Whether a frame is for a MAC address. */
export function startsWith(frame: Uint8Array, mac: Uint8Array): boolean {
  for (let i = 0; i < mac.length; i++) if (frame[i] !== mac[i]) return false;
  return true;
}

interface Count {
  packets: number;
  bytes: number;
}

/** A connection as the links see it. */
export interface WireConnection {
  readonly key: number;
  /** Its host's name. */
  readonly client: string;
  /** The client's initial sequence number; 0 for UDP. */
  readonly isn: number;
  readonly openedAt: number;
  /** When the client got the answer to its SYN. */
  answeredAt: number | undefined;
  /** When the client was refused. */
  refusedAt: number | undefined;
  /** The host of the server that got its packets. */
  server: string | undefined;
  lastAt: number;
  /** When its server last said something, and when before that. */
  lastOutAt: number;
  previousOutAt: number;
  /** When its server's flow last rewrote a packet that left for a host. */
  coveredAt: number;
  /** Until when its server may show its address, because its flow went while it was silent. */
  barefacedUntil: number;
  /** The address, other than the VIP's, to which its client sent last; 0: none. */
  straightTo: number;
  /** Its server answered the SYN for an earlier connection of the port, which it still holds (RFC 5961, 4). */
  challenged: boolean;
  /** The server has sent a FIN or RST. */
  closedOut: boolean;
  /** Decisions of the log for it. */
  decisions: number;
  /** Arrived at the client's switch, and left it for the client. */
  readonly in: Count;
  readonly out: Count;
}

/** The connections that clients opened, the newest of each of their ports. */
export class WireConnections {
  readonly #newest = new Map<number, WireConnection>();

  get(key: number): WireConnection | undefined {
    return this.#newest.get(key);
  }

  open(key: number, client: string, isn: number, now: number): WireConnection {
    const connection: WireConnection = {
      key,
      client,
      isn,
      openedAt: now,
      answeredAt: undefined,
      refusedAt: undefined,
      server: undefined,
      lastAt: now,
      lastOutAt: now,
      previousOutAt: now,
      coveredAt: now,
      barefacedUntil: 0,
      straightTo: 0,
      challenged: false,
      closedOut: false,
      decisions: 0,
      in: { packets: 0, bytes: 0 },
      out: { packets: 0, bytes: 0 },
    };
    this.#newest.set(key, connection);
    return connection;
  }

  close(key: number): void {
    this.#newest.delete(key);
  }
}

/** Whether a client's segment belongs to a connection, and not to an earlier one of the same port. */
export function isOf(connection: WireConnection, view: FrameView): boolean {
  return view.protocol === 'udp' || ((view.seq - connection.isn) | 0) >= 0;
}
