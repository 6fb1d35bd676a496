import { isGroupMac, isUnicastIp } from './address.ts';
import { build } from './build.ts';
import { fragmentOf, type Packet, type PacketInput } from './packet.ts';
import { TCP } from './tcp.ts';

/**
 * The reset that answers a segment for which there is no connection (RFC 9293, 3.5.2 and 3.10.7.1), back along the same
 * addresses, ports and tags. Undefined when nothing may be answered: the segment is a reset itself, is no TCP or a fragment, or its
 * addresses are not those of single hosts (RFC 1122, 4.2.3.10).
 */
export function tcpReset(packet: Packet): Uint8Array | undefined {
  const { ethernet, ipv4, ipv6, tcp, payload, truncated = 0 } = packet;
  const ip = ipv4 ?? ipv6;
  if (ip === undefined || tcp === undefined || (tcp.flags & TCP.RST) !== 0) return undefined;
  if (
    fragmentOf(packet) !== undefined ||
    isGroupMac(ethernet.dst) ||
    isGroupMac(ethernet.src) ||
    !isUnicastIp(ip.src) ||
    !isUnicastIp(ip.dst)
  )
    return undefined;
  const { flags, seq, srcPort, dstPort } = tcp;
  const acked = (flags & TCP.ACK) !== 0;
  // SEG.LEN counts the data, SYN and FIN.
  const length = payload.length + truncated + ((flags & TCP.SYN) !== 0 ? 1 : 0) + ((flags & TCP.FIN) !== 0 ? 1 : 0);
  const answer = acked
    ? { seq: tcp.ack, ack: 0, flags: TCP.RST }
    : { seq: 0, ack: (seq + length) >>> 0, flags: TCP.RST | TCP.ACK };
  const back: PacketInput = {
    ethernet: { ...ethernet, dst: ethernet.src, src: ethernet.dst },
    tcp: { srcPort: dstPort, dstPort: srcPort, window: 0, ...answer },
  };
  const addresses = { src: ip.dst, dst: ip.src };
  return build(ipv4 === undefined ? { ...back, ipv6: addresses } : { ...back, ipv4: addresses });
}
