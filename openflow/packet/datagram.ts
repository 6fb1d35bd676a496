import { build } from './build.ts';
import { closeIpv4 } from './ipv4.ts';
import { closeIpv6 } from './ipv6.ts';
import type { Packet } from './packet.ts';

const ETHERNET_HEADER = 14;

/** The IP datagram of a packet as it was received, of which at most `limit` bytes; for quoting it in an ICMP error. */
export function datagramOf({ trailer: _, ...packet }: Packet, limit: number): Uint8Array {
  const { dst, src } = packet.ethernet;
  const datagram = build({ ...packet, ethernet: { dst, src } }).slice(ETHERNET_HEADER);
  // A packet-in that was cut is shorter than its header says, and the header is quoted as it was.
  if (packet.ipv4 !== undefined) closeIpv4(datagram, 0, packet.ipv4.totalLength);
  else if (packet.ipv6 !== undefined) closeIpv6(datagram, 0, packet.ipv6.payloadLength);
  return datagram.subarray(0, limit);
}
