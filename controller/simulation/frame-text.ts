import { dissect } from '../../openflow/packet/dissect.ts';
import { TCP } from '../../openflow/packet/tcp.ts';

/** A frame in one line, for people. */
export function frameText(frame: Uint8Array): string {
  const { ethernet, arp, ipv4, tcp, udp, icmp } = dissect(frame);
  const way = `${ethernet.src} > ${ethernet.dst}`;
  if (arp !== undefined) return `${way} arp op ${arp.op} ${arp.spa} (${arp.sha}) > ${arp.tpa}`;
  if (ipv4 === undefined) return `${way} ${frame.length} bytes`;
  const ports = tcp ?? udp;
  const ends = ports ? `${ipv4.src}:${ports.srcPort} > ${ipv4.dst}:${ports.dstPort}` : `${ipv4.src} > ${ipv4.dst}`;
  if (tcp !== undefined) return `${way} tcp ${ends} ${flagsText(tcp.flags)} seq ${tcp.seq} ack ${tcp.ack} ${frame.length} bytes`;
  return `${way} ${udp ? 'udp' : icmp ? `icmp ${icmp.type}` : 'ip'} ${ends} ${frame.length} bytes`;
}

function flagsText(flags: number): string {
  const names = (['SYN', 'ACK', 'FIN', 'RST', 'PSH'] as const).filter(name => (flags & TCP[name]) !== 0);
  return `[${names.join(' ')}]`;
}
