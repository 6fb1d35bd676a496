import { build } from './build.ts';
import { datagramOf } from './datagram.ts';
import { ICMPV6 } from './icmpv6.ts';
import { IP_PROTO } from './ipv4.ts';
import { fragmentOf, type Packet } from './packet.ts';
import { replyPath } from './reply-path.ts';

/** An ICMPv6 error is at most as long as the smallest MTU (RFC 4443, 2.4 c). */
const MAX_ERROR = 1280;
const HEADERS = 48;
const FIRST_INFORMATIONAL = 128;

/** The answer to an ICMPv6 echo request (RFC 4443, 4.2); undefined for everything else, and for a request that is not here whole. */
export function icmpv6EchoReply(packet: Packet): Uint8Array | undefined {
  const { icmpv6, payload, truncated } = packet;
  const path = replyPath(packet);
  if (path?.ipv6 === undefined || icmpv6?.type !== ICMPV6.ECHO_REQUEST) return undefined;
  if (truncated !== undefined || fragmentOf(packet) !== undefined) return undefined;
  const { id = 0, seq = 0 } = icmpv6;
  return build({ ...path, icmpv6: { type: ICMPV6.ECHO_REPLY, code: 0, id, seq }, payload });
}

/** Tells the sender of an IPv6 packet that it goes nowhere (RFC 4443, 3.1); undefined when it must not be answered with an error (2.4 e). */
export function icmpv6Unreachable(packet: Packet, code: number): Uint8Array | undefined {
  const { ipv6, icmpv6 } = packet;
  const path = replyPath(packet);
  if (path === undefined || ipv6 === undefined) return undefined;
  if (ipv6.proto === IP_PROTO.ICMPV6 && (icmpv6 === undefined || icmpv6.type < FIRST_INFORMATIONAL)) return undefined;
  return build({ ...path, icmpv6: { type: ICMPV6.UNREACHABLE, code }, payload: datagramOf(packet, MAX_ERROR - HEADERS) });
}
