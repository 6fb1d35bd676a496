import { isGroupMac, isUnicastIp } from './address.ts';
import { fragmentOf, type Packet, type PacketInput } from './packet.ts';

/**
 * The way back to the sender: MAC and IP addresses swapped, tags kept. Undefined where no answer may go: the frame or the
 * datagram was for many, the source is not a single host, or it is a later fragment (RFC 1122, 3.2.2; RFC 4443, 2.4 e).
 */
export function replyPath(packet: Packet): Pick<PacketInput, 'ethernet' | 'ipv4' | 'ipv6'> | undefined {
  const { ethernet, ipv4, ipv6 } = packet;
  const ip = ipv4 ?? ipv6;
  if (ip === undefined || (fragmentOf(packet)?.offset ?? 0) !== 0) return undefined;
  if (isGroupMac(ethernet.dst) || isGroupMac(ethernet.src) || !isUnicastIp(ip.src) || !isUnicastIp(ip.dst)) return undefined;
  const back = { ...ethernet, dst: ethernet.src, src: ethernet.dst };
  const addresses = { src: ip.dst, dst: ip.src };
  return ipv4 === undefined ? { ethernet: back, ipv6: addresses } : { ethernet: back, ipv4: addresses };
}
