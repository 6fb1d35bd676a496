import { EncodeError } from '../wire/errors.ts';
import { ipv6Bytes } from '../wire/ipv6.ts';
import { ANY_IPV6 } from './address.ts';
import { build } from './build.ts';
import { ICMPV6, NA_FLAGS, ND_OPTION } from './icmpv6.ts';
import type { VlanInput } from './vlan.ts';

/** All nodes of the link (RFC 4291, 2.7.1), and the MAC address of that group (RFC 2464, 7). */
export const ALL_NODES = { ip: 'ff02::1', mac: '33:33:00:00:00:01' } as const;

/** A router must not have forwarded neighbor discovery (RFC 4861, 7.1). */
const HOP_LIMIT = 255;

export interface NeighborSolicitation {
  readonly senderMac: string;
  /** `::`, the default, makes it a probe (RFC 4862, 5.4.2): nobody learns anything from it. */
  readonly senderIp?: string;
  readonly targetIp: string;
  /** The target's solicited-node group unless given; unicast asks one host whether it is still there. */
  readonly ethDst?: string;
  readonly vlan?: readonly VlanInput[];
}

export interface NeighborAdvertisement {
  readonly senderMac: string;
  readonly senderIp: string;
  /** Whom to tell; all nodes unless both are given, and when the one who asks has no address yet (RFC 4861, 7.2.4). */
  readonly targetMac?: string;
  readonly targetIp?: string;
  readonly router?: boolean;
  readonly vlan?: readonly VlanInput[];
}

/** Asks who has `targetIp` (RFC 4861, 4.3). */
export function neighborSolicitation({
  senderMac,
  senderIp = ANY_IPV6,
  targetIp,
  ethDst,
  vlan,
}: NeighborSolicitation): Uint8Array {
  const group = solicitedNode(targetIp);
  const options = senderIp === ANY_IPV6 ? [] : [{ type: ND_OPTION.SOURCE_LINK_LAYER, mac: senderMac }];
  return build({
    ethernet: { dst: ethDst ?? group.mac, src: senderMac, ...(vlan && { vlan }) },
    ipv6: { src: senderIp, dst: ethDst === undefined ? group.ip : targetIp, hopLimit: HOP_LIMIT },
    icmpv6: { type: ICMPV6.NEIGHBOR_SOLICITATION, code: 0, target: targetIp, options },
  });
}

/** Tells that `senderIp` is at `senderMac` (RFC 4861, 4.4), overriding what was known. */
export function neighborAdvertisement(advertisement: NeighborAdvertisement): Uint8Array {
  const { senderMac, senderIp, targetMac, targetIp, router = false, vlan } = advertisement;
  const solicited = targetMac !== undefined && targetIp !== undefined && targetIp !== ANY_IPV6;
  const to = solicited ? { ip: targetIp, mac: targetMac } : ALL_NODES;
  const flags = NA_FLAGS.OVERRIDE + (solicited ? NA_FLAGS.SOLICITED : 0) + (router ? NA_FLAGS.ROUTER : 0);
  return build({
    ethernet: { dst: to.mac, src: senderMac, ...(vlan && { vlan }) },
    ipv6: { src: senderIp, dst: to.ip, hopLimit: HOP_LIMIT },
    icmpv6: {
      type: ICMPV6.NEIGHBOR_ADVERTISEMENT,
      code: 0,
      rest: flags,
      target: senderIp,
      options: [{ type: ND_OPTION.TARGET_LINK_LAYER, mac: senderMac }],
    },
  });
}

/** The group a host with this address listens to (RFC 4291, 2.7.1), and the group's MAC address (RFC 2464, 7). */
export function solicitedNode(ip: string): { ip: string; mac: string } {
  const bytes = ipv6Bytes(ip);
  if (bytes === undefined) throw new EncodeError(`${JSON.stringify(ip)} is no IPv6 address`);
  const [a, b, c] = Array.from(bytes.subarray(13), byte => byte.toString(16).padStart(2, '0'));
  return { ip: `ff02::1:ff${a}:${b}${c}`, mac: `33:33:ff:${a}:${b}:${c}` };
}
