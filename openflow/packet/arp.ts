import { ipv4, mac } from '../wire/addresses.ts';
import { DecodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';

/** Operations (RFC 826). */
export const ARP_OP = { REQUEST: 1, REPLY: 2 } as const;

/** ARP for IPv4 over Ethernet (RFC 826): sender and target, hardware and protocol addresses. */
export interface Arp {
  readonly op: number;
  readonly sha: string;
  readonly spa: string;
  readonly tha: string;
  readonly tpa: string;
}

const HARDWARE_ETHERNET = 1;
const PROTOCOL_IPV4 = 0x0800;
const LENGTHS = 0x0604; // hardware address 6 bytes, protocol address 4

export function decodeArp(r: Reader): Arp {
  const start = r.pos;
  if (r.u16() !== HARDWARE_ETHERNET || r.u16() !== PROTOCOL_IPV4 || r.u16() !== LENGTHS) {
    throw new DecodeError('BAD_VALUE', start, 'not ARP for IPv4 over Ethernet');
  }
  return { op: r.u16(), sha: mac.read(r), spa: ipv4.read(r), tha: mac.read(r), tpa: ipv4.read(r) };
}

export function encodeArp(w: Writer, arp: Arp): void {
  w.u16(HARDWARE_ETHERNET);
  w.u16(PROTOCOL_IPV4);
  w.u16(LENGTHS);
  w.u16(arp.op);
  mac.write(w, arp.sha);
  ipv4.write(w, arp.spa);
  mac.write(w, arp.tha);
  ipv4.write(w, arp.tpa);
}
