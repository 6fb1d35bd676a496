import { ANY_IPV4, BROADCAST_MAC, ZERO_MAC } from './address.ts';
import { ARP_OP } from './arp.ts';
import { build } from './build.ts';
import type { VlanInput } from './vlan.ts';

export interface ArpRequest {
  readonly senderMac: string;
  /** `0.0.0.0`, the default, makes it a probe (RFC 5227, 2.1.1): nobody learns anything from it. */
  readonly senderIp?: string;
  /** The same as `senderIp` makes it an announcement (RFC 5227, 2.3). */
  readonly targetIp: string;
  /** Broadcast unless given; a unicast request asks one host whether it is still there. */
  readonly ethDst?: string;
  readonly vlan?: readonly VlanInput[];
}

export interface ArpReply {
  readonly senderMac: string;
  readonly senderIp: string;
  readonly targetMac: string;
  readonly targetIp: string;
  readonly vlan?: readonly VlanInput[];
}

/** Asks who has `targetIp` (RFC 826). */
export function arpRequest({ senderMac, senderIp = ANY_IPV4, targetIp, ethDst = BROADCAST_MAC, vlan }: ArpRequest): Uint8Array {
  return build({
    ethernet: { dst: ethDst, src: senderMac, ...(vlan && { vlan }) },
    arp: { op: ARP_OP.REQUEST, sha: senderMac, spa: senderIp, tha: ZERO_MAC, tpa: targetIp },
  });
}

/** Tells `targetMac` that `senderIp` is at `senderMac` (RFC 826). */
export function arpReply({ senderMac, senderIp, targetMac, targetIp, vlan }: ArpReply): Uint8Array {
  return build({
    ethernet: { dst: targetMac, src: senderMac, ...(vlan && { vlan }) },
    arp: { op: ARP_OP.REPLY, sha: senderMac, spa: senderIp, tha: targetMac, tpa: targetIp },
  });
}
