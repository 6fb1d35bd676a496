import { ipv4, ipv6, mac } from '../wire/addresses.ts';
import { u8, u16, u24, u32, u64, upTo } from '../wire/scalars.ts';
import type { FieldEntries } from './oxm-table.ts';
import { ARP, ICMPV4, ICMPV6, IP, IPV4, IPV6, MPLS, ND, ND_SLL, ND_TLL, PBB, SCTP, TCP, UDP } from './prerequisites.ts';

/** The class of the fields that the specification defines (OFPXMC_OPENFLOW_BASIC). */
export const OXM_CLASS_BASIC = 0x8000;

/**
 * The 40 match fields of OpenFlow 1.3.5, 7.2.3.7: `name: [number, layout, mask, prerequisites]`. `mask` says whether a mask may be given
 * (Open vSwitch takes masks for the transport ports and the ND fields too).
 */
export const OXM = {
  inPort: [0, u32, false],
  inPhyPort: [1, u32, false],
  metadata: [2, u64, true],
  ethDst: [3, mac, true],
  ethSrc: [4, mac, true],
  ethType: [5, u16, false],
  vlanVid: [6, u16, true],
  vlanPcp: [7, upTo(u8, 7), false, { vlanVid: 'present' }],
  ipDscp: [8, upTo(u8, 63), false, IP],
  ipEcn: [9, upTo(u8, 3), false, IP],
  ipProto: [10, u8, false, IP],
  ipv4Src: [11, ipv4, true, IPV4],
  ipv4Dst: [12, ipv4, true, IPV4],
  tcpSrc: [13, u16, true, TCP],
  tcpDst: [14, u16, true, TCP],
  udpSrc: [15, u16, true, UDP],
  udpDst: [16, u16, true, UDP],
  sctpSrc: [17, u16, true, SCTP],
  sctpDst: [18, u16, true, SCTP],
  icmpv4Type: [19, u8, false, ICMPV4],
  icmpv4Code: [20, u8, false, ICMPV4],
  arpOp: [21, u16, false, ARP],
  arpSpa: [22, ipv4, true, ARP],
  arpTpa: [23, ipv4, true, ARP],
  arpSha: [24, mac, true, ARP],
  arpTha: [25, mac, true, ARP],
  ipv6Src: [26, ipv6, true, IPV6],
  ipv6Dst: [27, ipv6, true, IPV6],
  ipv6Flabel: [28, upTo(u32, 0xfffff), true, IPV6],
  icmpv6Type: [29, u8, false, ICMPV6],
  icmpv6Code: [30, u8, false, ICMPV6],
  ipv6NdTarget: [31, ipv6, true, ND],
  ipv6NdSll: [32, mac, true, ND_SLL],
  ipv6NdTll: [33, mac, true, ND_TLL],
  mplsLabel: [34, upTo(u32, 0xfffff), false, MPLS],
  mplsTc: [35, upTo(u8, 7), false, MPLS],
  mplsBos: [36, upTo(u8, 1), false, MPLS],
  pbbIsid: [37, u24, true, PBB],
  tunnelId: [38, u64, true],
  ipv6Exthdr: [39, upTo(u16, 0x1ff), true, IPV6],
} as const satisfies FieldEntries;

/** Values of `vlanVid` beside a VLAN's number, which is given with the bit PRESENT (7.2.3.7). */
export const OFPVID = { PRESENT: 0x1000, NONE: 0x0000 } as const;

/** Bits of `ipv6Exthdr`: the extension headers of an IPv6 packet (7.2.3.7). */
export const OFPIEH = {
  NONEXT: 1 << 0,
  ESP: 1 << 1,
  AUTH: 1 << 2,
  DEST: 1 << 3,
  FRAG: 1 << 4,
  ROUTER: 1 << 5,
  HOP: 1 << 6,
  UNREP: 1 << 7,
  UNSEQ: 1 << 8,
} as const;
