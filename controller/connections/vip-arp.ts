import { OFPP } from '../../openflow/index.ts';
import { ARP_OP } from '../../openflow/packet/arp.ts';
import { arpReply } from '../../openflow/packet/arp-message.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Command } from '../core/command.ts';
import { packetOut } from '../core/flow.ts';
import { type Ip, ipOf } from '../core/ip.ts';
import type { Switch } from '../core/switch.ts';

/** Answers a request for a VIP, on switches that cannot answer it themselves. `vips`: the MAC address of each. */
export function answerArp(at: Switch, inPort: number, { arp }: Packet, vips: ReadonlyMap<Ip, string>): Command[] {
  const mac = arp?.op === ARP_OP.REQUEST ? vips.get(ipOf(arp.tpa)) : undefined;
  if (arp === undefined || mac === undefined) return [];
  const frame = arpReply({ senderMac: mac, senderIp: arp.tpa, targetMac: arp.sha, targetIp: arp.spa });
  return [packetOut(at.dpid, inPort, [{ type: 'output', port: OFPP.IN_PORT }], frame)];
}
