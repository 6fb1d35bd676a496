/**
 * MAC addresses that vipflow makes up. All are unicast and locally administered (IEEE 802, bits 0 and 1 of the first octet),
 * and none is a datapath id, which in-band control would answer for.
 */

/** The MAC of a VIP, made from its IPv4 address so that it never changes: 10.0.0.100 is 02:56:0a:00:00:64. */
export function virtualMac(vip: string): string {
  return `02:56:${vip
    .split('.')
    .map(octet => Number(octet).toString(16).padStart(2, '0'))
    .join(':')}`;
}

/** The sender of our probes; answers to it go to the controller and nowhere else. */
export const PROBE_MAC = '06:56:50:52:4f:42';
