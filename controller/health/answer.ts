import { ARP_OP } from '../../openflow/packet/arp.ts';
import { ICMP, isIcmpError } from '../../openflow/packet/icmp.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import { quoteOf } from '../../openflow/packet/quote.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';

/** Whether a packet answers ARP that was sent under our own address. */
export function isArpAnswer({ ethernet, arp }: Packet): boolean {
  return arp?.op === ARP_OP.REPLY && ethernet.dst === PROBE_MAC;
}

/**
 * The port of the VIP that a packet would answer, and the port of the server it comes from or is about: TCP, pings (by their
 * identifier), and ICMP errors (by what they quote). Undefined for all others.
 */
export function numberOf(packet: Packet): { readonly local: number; readonly remote?: number } | undefined {
  const { tcp, icmp, ipv4 } = packet;
  if (tcp !== undefined) return { local: tcp.dstPort, remote: tcp.srcPort };
  if (icmp === undefined) return undefined;
  if (icmp.type === ICMP.ECHO_REPLY) return { local: icmp.id! };
  const quote = isIcmpError(icmp.type) ? quoteOf(packet) : undefined;
  if (quote?.srcPort === undefined || quote.src !== ipv4?.dst || quote.dst !== ipv4.src) return undefined;
  return { local: quote.srcPort, remote: quote.dstPort! };
}
