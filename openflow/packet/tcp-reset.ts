import { build } from './build.ts';
import { fragmentOf, type Packet } from './packet.ts';
import { replyPath } from './reply-path.ts';
import { TCP } from './tcp.ts';

/**
 * The reset that answers a segment for which there is no connection (RFC 9293, 3.5.2 and 3.10.7.1), back along the same
 * addresses, ports and tags. Undefined when nothing may be answered: the segment is a reset itself, is no TCP or a fragment,
 * or its addresses are not those of single hosts (RFC 1122, 4.2.3.10).
 */
export function tcpReset(packet: Packet): Uint8Array | undefined {
  const { tcp, payload, truncated = 0 } = packet;
  const path = replyPath(packet);
  if (path === undefined || tcp === undefined || (tcp.flags & TCP.RST) !== 0 || fragmentOf(packet) !== undefined)
    return undefined;
  const { flags, seq, srcPort, dstPort } = tcp;
  // SEG.LEN counts the data, SYN and FIN.
  const length = payload.length + truncated + ((flags & TCP.SYN) !== 0 ? 1 : 0) + ((flags & TCP.FIN) !== 0 ? 1 : 0);
  const acked = (flags & TCP.ACK) !== 0;
  const answer = acked ? { seq: tcp.ack, flags: TCP.RST } : { ack: (seq + length) >>> 0, flags: TCP.RST | TCP.ACK };
  return build({ ...path, tcp: { srcPort: dstPort, dstPort: srcPort, window: 0, ...answer } });
}
