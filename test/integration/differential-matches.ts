import fc, { type Arbitrary } from 'fast-check';
import type { Match } from '../../openflow/index.ts';

// Few values of each kind, so that packets meet matches.
export const MACS = ['00:00:00:00:00:01', '00:00:00:00:00:02', '02:00:00:00:00:64', 'ff:ff:ff:ff:ff:ff', '01:80:c2:00:00:0e'];
const IPS = ['10.0.0.1', '10.0.0.2', '10.0.1.100', '192.168.7.9'];
const IP6S = ['fe80::1', '2001:db8::2', '2001:db8::64', 'ff02::1:ff00:64'];
const L4 = [80, 443, 8000, 40000];
export const PORTS = [1, 2, 3, 4];

export const pick = <T>(values: readonly T[]): Arbitrary<T> => fc.constantFrom(...values);
export const mac = pick(MACS);
export const ip = pick(IPS);
export const ip6 = pick(IP6S);
export const l4 = pick(L4);

export type Kind = 'any' | 'arp' | 'ipv4' | 'tcp4' | 'udp4' | 'icmp4' | 'sctp4' | 'ipv6' | 'tcp6' | 'udp6' | 'icmp6' | 'nd';
export const KINDS: readonly Kind[] = [
  'any',
  'arp',
  'ipv4',
  'tcp4',
  'udp4',
  'icmp4',
  'sctp4',
  'ipv6',
  'tcp6',
  'udp6',
  'icmp6',
  'nd',
];
export const PREREQUISITES: Readonly<Record<Kind, Match>> = {
  any: {},
  arp: { ethType: 0x806 },
  ipv4: { ethType: 0x800 },
  tcp4: { ethType: 0x800, ipProto: 6 },
  udp4: { ethType: 0x800, ipProto: 17 },
  icmp4: { ethType: 0x800, ipProto: 1 },
  sctp4: { ethType: 0x800, ipProto: 132 },
  ipv6: { ethType: 0x86dd },
  tcp6: { ethType: 0x86dd, ipProto: 6 },
  udp6: { ethType: 0x86dd, ipProto: 17 },
  icmp6: { ethType: 0x86dd, ipProto: 58 },
  nd: { ethType: 0x86dd, ipProto: 58, icmpv6Type: 135 },
};

const masked = <T>(
  value: Arbitrary<T>,
  masks: readonly T[],
  and: (value: T, mask: T) => T,
): Arbitrary<T | { value: T; mask: T }> =>
  fc.oneof(
    { weight: 60, arbitrary: value },
    { weight: 20, arbitrary: fc.tuple(value, pick(masks)).map(([v, mask]) => ({ value: and(v, mask), mask })) },
    { weight: 1, arbitrary: fc.tuple(value, pick(masks)).map(([v, mask]) => ({ value: v, mask })) },
  );
const andNumber = (value: number, mask: number): number => (value & mask) >>> 0;
const andBig = (value: bigint, mask: bigint): bigint => value & mask;
const byBytes = (split: string, radix: number) => (value: string, mask: string) => {
  const bits = mask.split(split);
  const text = (n: number): string => (radix === 16 ? n.toString(16).padStart(2, '0') : String(n));
  return value
    .split(split)
    .map((part, i) => text(Number.parseInt(part, radix) & Number.parseInt(bits[i]!, radix)))
    .join(split);
};
const maskedMac = masked(mac, ['ff:ff:ff:00:00:00', '01:00:00:00:00:00', 'ff:ff:ff:ff:ff:fe'], byBytes(':', 16));
const maskedIp = masked(ip, ['255.255.255.0', '255.255.0.0', '0.0.0.255', '255.255.255.255'], byBytes('.', 10));
const maskedPort = masked(l4, [0xff00, 0x00ff, 0xffff, 0x8000], andNumber);
const u32 = masked(pick([0, 1, 0xff, 0x12345678]), [0xff, 0xffff0000, 0x12340000, 0xffffffff], andNumber);
const u64 = masked(pick([0n, 1n, 0xffn, 0x123456789abcdef0n]), [0xffn, 0xffff000000000000n, 0xffffffffffffffffn], andBig);

export const COMMON: Record<string, Arbitrary<unknown>> = {
  inPort: pick([1, 2, 3]),
  metadata: u64,
  reg0: u32,
  reg7: u32,
  xreg1: u64,
  pktMark: u32,
  ethDst: maskedMac,
  ethSrc: maskedMac,
  vlanVid: fc.oneof(pick([0, 0x1005, 0x1006, 0x1007]), fc.constant({ value: 0x1000, mask: 0x1000 })),
};
const IP_FIELDS: Record<string, Arbitrary<unknown>> = {
  ipDscp: pick([0, 10, 46]),
  ipEcn: pick([0, 1, 3]),
  ipTtl: pick([1, 2, 64]),
  ipFrag: pick([0, 1, 3, { value: 0, mask: 1 }, { value: 0, mask: 2 }]),
};
const V4 = { ...IP_FIELDS, ipv4Src: maskedIp, ipv4Dst: maskedIp };
const V6 = { ...IP_FIELDS, ipv6Src: ip6, ipv6Dst: ip6, ipv6Flabel: masked(pick([0, 0x12345]), [0xff, 0xfffff], andNumber) };
const TCP = {
  tcpSrc: maskedPort,
  tcpDst: maskedPort,
  tcpFlags: masked(pick([2, 0x10, 0x11, 0x12, 4]), [2, 0x12, 0x17], andNumber),
};
const UDP = { udpSrc: maskedPort, udpDst: maskedPort };
const ICMP6 = { icmpv6Type: pick([128, 129, 135, 136]), icmpv6Code: pick([0, 1]) };
export const FIELDS: Readonly<Record<Kind, Record<string, Arbitrary<unknown>>>> = {
  any: { ethType: pick([0x800, 0x806, 0x86dd, 0x88cc]) },
  arp: { arpOp: pick([1, 2]), arpSpa: maskedIp, arpTpa: maskedIp, arpSha: maskedMac, arpTha: maskedMac },
  ipv4: { ...V4, ipProto: pick([1, 6, 17, 132]) },
  tcp4: { ...V4, ...TCP },
  udp4: { ...V4, ...UDP },
  icmp4: { ...V4, icmpv4Type: pick([0, 8, 3]), icmpv4Code: pick([0, 1]) },
  sctp4: { ...V4, sctpSrc: maskedPort, sctpDst: maskedPort },
  ipv6: { ...V6, ipProto: pick([6, 17, 58]) },
  tcp6: { ...V6, ...TCP },
  udp6: { ...V6, ...UDP },
  icmp6: { ...V6, ...ICMP6 },
  nd: { ...V6, ipv6NdTarget: ip6, ipv6NdSll: maskedMac },
};

export const kind = pick(KINDS);

function someOf(fields: Record<string, Arbitrary<unknown>>, most: number): Arbitrary<Match> {
  return fc
    .subarray(Object.keys(fields), { maxLength: Math.min(most, Object.keys(fields).length) })
    .chain(names => fc.record(Object.fromEntries(names.map(name => [name, fields[name]!]))) as Arbitrary<Match>);
}

/** One of these numbers now and then; mostly none. */
export const rarely = (...numbers: readonly number[]): Arbitrary<number> =>
  fc.oneof({ weight: 40, arbitrary: fc.constant(-1) }, { weight: numbers.length, arbitrary: pick(numbers) });

/** A match of a kind; now and then one that lacks what its fields need. */
export function matchOf(of: Kind): Arbitrary<Match> {
  const vlanPcp = fc.option(pick([0, 5]), { freq: 30, nil: undefined });
  return fc
    .tuple(someOf(COMMON, 1), someOf(FIELDS[of], 2), fc.integer({ min: 0, max: 40 }), vlanPcp)
    .map(([common, own, lacks, pcp]) => {
      const needs = lacks === 0 ? {} : PREREQUISITES[of];
      const tag = pcp === undefined ? {} : { ...(lacks === 1 ? {} : { vlanVid: { value: 0x1000, mask: 0x1000 } }), vlanPcp: pcp };
      return { ...needs, ...common, ...own, ...tag } as Match;
    });
}
