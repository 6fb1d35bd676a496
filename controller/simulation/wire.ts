import { ETH_TYPE } from '../../openflow/packet/ethernet.ts';
import { IP_PROTO } from '../../openflow/packet/ipv4.ts';
import { TCP } from '../../openflow/packet/tcp.ts';
import { ipv4Bytes } from '../../openflow/wire/addresses.ts';
import { u16, u32 } from '../../topologies/embedded/tcp/segment.ts';

const ETHERNET = 14;

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

/** An IPv4 address as a number. */
export function ipNumber(ip: string): number {
  return u32(ipv4Bytes(ip)!, 0);
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
export function isFor(frame: Uint8Array, mac: Uint8Array): boolean {
  return mac.every((byte, i) => frame[i] === byte);
}

/** A connection as the links see it. */
export class WireConnection {
  /** The client's end, as `keyOf` names it. */
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
  barefacedUntil = 0;
  /** The address, other than the VIP's, to which its client sent last; 0: none. */
  straightTo = 0;
  /** Its server answered the SYN for an earlier connection of the port, which it still holds (RFC 5961, 4). */
  challenged = false;
  /** The server has sent a FIN or RST. */
  closedOut = false;
  /** Decisions of the log for it. */
  decisions = 0;
  /** Arrived at the client's switch, and left it for the client. */
  readonly in = { packets: 0, bytes: 0 };
  readonly out = { packets: 0, bytes: 0 };

  constructor(key: number, client: string, isn: number, now: number) {
    this.key = key;
    this.client = client;
    this.isn = isn;
    this.openedAt = now;
    this.lastAt = now;
    this.lastOutAt = now;
    this.previousOutAt = now;
    this.coveredAt = now;
  }

  /** Whether a client's segment belongs to it, and not to an earlier connection of the same port. */
  owns(view: FrameView): boolean {
    return view.protocol === 'udp' || ((view.seq - this.isn) | 0) >= 0;
  }
}
