import { build } from './build.ts';
import { datagramOf } from './datagram.ts';
import { ICMP, isIcmpError } from './icmp.ts';
import { IP_PROTO } from './ipv4.ts';
import { fragmentOf, type Packet } from './packet.ts';
import { replyPath } from './reply-path.ts';

/** An ICMP error is at most this long, IP header and all (RFC 1812, 4.3.2.3). */
const MAX_ERROR = 576;
const HEADERS = 28;

/** The answer to an ICMP echo request (RFC 792); undefined for everything else, and for a request that is not here whole. */
export function icmpEchoReply(packet: Packet): Uint8Array | undefined {
  const { icmp, payload, truncated, ipv4 } = packet;
  const path = replyPath(packet);
  if (path === undefined || ipv4 === undefined || icmp?.type !== ICMP.ECHO_REQUEST) return undefined;
  if (truncated !== undefined || fragmentOf(packet) !== undefined) return undefined;
  const { id = 0, seq = 0 } = icmp;
  return build({ ...path, icmp: { type: ICMP.ECHO_REPLY, code: 0, id, seq }, payload });
}

/**
 * Tells the sender of an IPv4 packet that it goes nowhere, in the name of its destination (RFC 792; RFC 1812, 4.3.2 and
 * 5.2.7.1). The packet is quoted as far as 576 bytes allow. `mtu`: the next hop's, for `ICMP_UNREACHABLE.FRAGMENTATION_NEEDED`
 * (RFC 1191, 4). Undefined when the packet must not be answered with an error, of which another ICMP error is one.
 */
export function icmpUnreachable(packet: Packet, code: number, mtu = 0): Uint8Array | undefined {
  const { ipv4, icmp } = packet;
  const path = replyPath(packet);
  if (path === undefined || ipv4 === undefined) return undefined;
  if (ipv4.proto === IP_PROTO.ICMP && (icmp === undefined || isIcmpError(icmp.type))) return undefined;
  const payload = datagramOf(packet, MAX_ERROR - HEADERS);
  return build({ ...path, icmp: { type: ICMP.UNREACHABLE, code, rest: mtu }, payload });
}
