import { DecodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { ETH_TYPE } from './ethernet.ts';
import { decodeIpv4, IP_PROTO } from './ipv4.ts';
import { decodeExtensions, decodeIpv6, type Extension, IPV6_EXT } from './ipv6.ts';
import { fragmentOf } from './packet.ts';
import { decodeVlan, isTpid } from './vlan.ts';

/** Where the IP header of a frame and what it carries are: offsets in the frame. */
export interface Place {
  readonly version: 4 | 6;
  readonly ip: number;
  /** Behind the IP header and its extensions. */
  readonly start: number;
  /** As the header says it, but never behind the frame. */
  readonly end: number;
  readonly proto: number;
  /** All the bytes a transport checksum covers are between `start` and `end`. */
  readonly whole: boolean;
  /** Offset of the checksum of the transport header; -1 when it has none, is not here, or belongs to an unknown protocol. */
  readonly checksumAt: number;
  /** A routing header names another final destination, which the pseudo header has instead of `dst` (RFC 8200, 8.1). */
  readonly routed: boolean;
}

/** Finds the IP header; undefined in a frame without IP, or with a broken one. */
export function placeOf(frame: Uint8Array): Place | undefined {
  try {
    const r = new Reader(frame);
    r.advance(12);
    const first = r.u16();
    const type = isTpid(first) ? decodeVlan(r, first).type : first;
    if (type === ETH_TYPE.IPV4) return placeV4(r);
    return type === ETH_TYPE.IPV6 ? placeV6(r) : undefined;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function placeV4(r: Reader): Place {
  const ip = r.pos;
  const ipv4 = decodeIpv4(r);
  const announced = ip + ipv4.totalLength;
  const end = Math.min(announced, r.end);
  const fragment = fragmentOf({ ipv4 });
  const checksumAt = (fragment?.offset ?? 0) === 0 ? checksumOffset(4, ipv4.proto, r.pos, end) : -1;
  const whole = fragment === undefined && end === announced;
  return { version: 4, ip, start: r.pos, end, proto: ipv4.proto, whole, checksumAt, routed: false };
}

function placeV6(r: Reader): Place {
  const ip = r.pos;
  const ipv6 = decodeIpv6(r);
  const announced = r.pos + ipv6.payloadLength;
  const end = Math.min(announced, r.end);
  const { proto, extensions } = decodeExtensions(r.sub(end - r.pos), ipv6.proto);
  const start = extensions.reduce((at, extension) => at + extensionLength(extension), ip + 40);
  const fragment = fragmentOf({ ipv6: { ...ipv6, extensions } });
  const checksumAt = (fragment?.offset ?? 0) === 0 ? checksumOffset(6, proto, start, end) : -1;
  const whole = fragment === undefined && end === announced;
  const routed = extensions.some(
    extension => extension.proto === IPV6_EXT.ROUTING && 'data' in extension && extension.data[1] !== 0,
  );
  return { version: 6, ip, start, end, proto, whole, checksumAt, routed };
}

function extensionLength(extension: Extension): number {
  return 'data' in extension ? extension.data.length + 2 : 8;
}

function checksumOffset(version: 4 | 6, proto: number, start: number, end: number): number {
  const size = end - start;
  if (proto === IP_PROTO.TCP) return size >= 20 ? start + 16 : -1;
  if (proto === IP_PROTO.UDP) return size >= 8 ? start + 6 : -1;
  if (proto === (version === 4 ? IP_PROTO.ICMP : IP_PROTO.ICMPV6)) return size >= 4 ? start + 2 : -1;
  return -1;
}
