import { ipv4Text } from '../wire/addresses.ts';
import { ipv6Text } from '../wire/ipv6.ts';
import type { PcapFrame } from './pcap.ts';

/** One TCP segment of a capture. */
export interface Segment {
  readonly time: number;
  /** `10.0.0.1:6653` */
  readonly from: string;
  readonly to: string;
  readonly ports: readonly [from: number, to: number];
  readonly seq: number;
  readonly syn: boolean;
  readonly payload: Uint8Array;
}

const u16 = (b: Uint8Array, at: number): number => ((b[at] ?? 0) << 8) | (b[at + 1] ?? 0);
const u32 = (b: Uint8Array, at: number): number => ((u16(b, at) << 16) | u16(b, at + 2)) >>> 0;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const TCP = 6;

/** Where each kind of link has the type and the start of what it carries. */
const LINKS: Readonly<Record<number, (b: Uint8Array) => readonly [etherType: number, at: number]>> = {
  0: b => [(b[0] === 2 || b[3] === 2 ? IPV4 : IPV6) as number, 4], // loopback
  1: b => behindVlans(b, 12), // Ethernet
  101: b => [(b[0]! >>> 4 === 4 ? IPV4 : IPV6) as number, 0], // bare IP
  113: b => behindVlans(b, 14), // Linux cooked
  276: b => [u16(b, 0), 20], // Linux cooked, second version
};

function behindVlans(b: Uint8Array, typeAt: number): readonly [number, number] {
  let at = typeAt;
  while ((u16(b, at) === 0x8100 || u16(b, at) === 0x88a8) && at + 4 < b.length) at += 4;
  return [u16(b, at), at + 2];
}

/** The TCP segment in a captured frame, or undefined. Checksums are not looked at: senders leave them to their hardware. */
export function segmentOf({ time, linkType, bytes }: PcapFrame): Segment | undefined {
  const link = LINKS[linkType];
  if (link === undefined || bytes.length < 20) return undefined;
  const [etherType, at] = link(bytes);
  const b = bytes.subarray(at);
  if (etherType === IPV4 && b.length >= 20) {
    if (b[9] !== TCP || (u16(b, 6) & 0x3fff) !== 0) return undefined; // a fragment is none
    const head = (b[0]! & 0x0f) * 4;
    return tcp(
      b.subarray(head, Math.max(head, Math.min(u16(b, 2) || b.length, b.length))),
      time,
      ipv4Text(b, 12),
      ipv4Text(b, 16),
    );
  }
  if (etherType === IPV6 && b.length >= 40 && b[6] === TCP) {
    return tcp(
      b.subarray(40, Math.min(40 + (u16(b, 4) || b.length), b.length)),
      time,
      `[${ipv6Text(b, 8)}]`,
      `[${ipv6Text(b, 24)}]`,
    );
  }
  return undefined;
}

function tcp(b: Uint8Array, time: number, from: string, to: string): Segment | undefined {
  const head = (b[12] ?? 0) >>> 2;
  if (b.length < 20 || head < 20 || head > b.length) return undefined;
  const ports = [u16(b, 0), u16(b, 2)] as const;
  return {
    time,
    from: `${from}:${ports[0]}`,
    to: `${to}:${ports[1]}`,
    ports,
    seq: u32(b, 4),
    syn: (b[13]! & 0x02) !== 0,
    payload: b.subarray(head),
  };
}
