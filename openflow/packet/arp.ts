import { DecodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { readIpv4, readMac, writeIpv4, writeMac } from './address.ts';

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
  return { op: r.u16(), sha: readMac(r), spa: readIpv4(r), tha: readMac(r), tpa: readIpv4(r) };
}

export function encodeArp(w: Writer, arp: Arp): void {
  w.u16(HARDWARE_ETHERNET);
  w.u16(PROTOCOL_IPV4);
  w.u16(LENGTHS);
  w.u16(arp.op);
  writeMac(w, arp.sha);
  writeIpv4(w, arp.spa);
  writeMac(w, arp.tha);
  writeIpv4(w, arp.tpa);
}
