import { ipv4, ipv6, mac } from '../wire/addresses.ts';
import { u8, u16, u32, u64, u128, upTo } from '../wire/scalars.ts';
import type { FieldEntries } from './oxm-table.ts';
import { ARP, ICMPV4, ICMPV6, IP, IPV4, IPV6, MPLS, ND, ND_SLL, ND_TLL, TCP, UDP } from './prerequisites.ts';

/** The classes of Open vSwitch's own fields, older than OXM: NXM_OF_*, NXM_NX_*. */
export const NXM_CLASS_OF = 0x0000;
export const NXM_CLASS_NX = 0x0001;
/** OXM_OF_PKT_REG<N>: the packet registers of OpenFlow 1.5, which Open vSwitch has in 1.3. */
export const OXM_CLASS_PACKET_REGS = 0x8001;
/** Experimenter fields: the id stands between header and value (7.2.3.8). */
export const OXM_CLASS_EXPERIMENTER = 0xffff;
/** The Open Networking Foundation, for extensions of 1.3 that later versions adopted. */
export const ONF = 0x4f4e4600;
/** Nicira, for Open vSwitch's extensions. */
export const NICIRA = 0x00002320;

const TRACKED = { ctState: 'present', ...IP } as const;
const TRACKED_IPV4 = { ...TRACKED, ...IPV4 } as const;
const TRACKED_IPV6 = { ...TRACKED, ...IPV6 } as const;
const TRACKED_PORTS = { ...TRACKED, ctNwProto: [6, 17, 132] } as const;

/** Class 0x0000. Fields that OXM has too are named `nxm...`; Open vSwitch still uses their headers inside its actions. */
export const NXM_OF = {
  nxmInPort: [0, u16, false],
  nxmEthDst: [1, mac, true],
  nxmEthSrc: [2, mac, true],
  nxmEthType: [3, u16, false],
  vlanTci: [4, u16, true],
  nxmIpTos: [5, u8, false, IP],
  nxmIpProto: [6, u8, false, IP],
  nxmIpSrc: [7, ipv4, true, IPV4],
  nxmIpDst: [8, ipv4, true, IPV4],
  nxmTcpSrc: [9, u16, true, TCP],
  nxmTcpDst: [10, u16, true, TCP],
  nxmUdpSrc: [11, u16, true, UDP],
  nxmUdpDst: [12, u16, true, UDP],
  nxmIcmpType: [13, u8, false, ICMPV4],
  nxmIcmpCode: [14, u8, false, ICMPV4],
  nxmArpOp: [15, u16, false, ARP],
  nxmArpSpa: [16, ipv4, true, ARP],
  nxmArpTpa: [17, ipv4, true, ARP],
} as const satisfies FieldEntries;

/** Class 0x0001: registers, tunnels, connection tracking. */
export const NXM_NX = {
  reg0: [0, u32, true],
  reg1: [1, u32, true],
  reg2: [2, u32, true],
  reg3: [3, u32, true],
  reg4: [4, u32, true],
  reg5: [5, u32, true],
  reg6: [6, u32, true],
  reg7: [7, u32, true],
  reg8: [8, u32, true],
  reg9: [9, u32, true],
  reg10: [10, u32, true],
  reg11: [11, u32, true],
  reg12: [12, u32, true],
  reg13: [13, u32, true],
  reg14: [14, u32, true],
  reg15: [15, u32, true],
  nxmTunId: [16, u64, true],
  nxmArpSha: [17, mac, true, ARP],
  nxmArpTha: [18, mac, true, ARP],
  nxmIpv6Src: [19, ipv6, true, IPV6],
  nxmIpv6Dst: [20, ipv6, true, IPV6],
  nxmIcmpv6Type: [21, u8, false, ICMPV6],
  nxmIcmpv6Code: [22, u8, false, ICMPV6],
  nxmNdTarget: [23, ipv6, true, ND],
  nxmNdSll: [24, mac, true, ND_SLL],
  nxmNdTll: [25, mac, true, ND_TLL],
  ipFrag: [26, upTo(u8, 3), true, IP],
  nxmIpv6Label: [27, upTo(u32, 0xfffff), true, IPV6],
  nxmIpEcn: [28, upTo(u8, 3), false, IP],
  ipTtl: [29, u8, false, IP],
  mplsTtl: [30, u8, false, MPLS],
  tunIpv4Src: [31, ipv4, true],
  tunIpv4Dst: [32, ipv4, true],
  pktMark: [33, u32, true],
  nxmTcpFlags: [34, upTo(u16, 0xfff), true, TCP],
  dpHash: [35, u32, true],
  recircId: [36, u32, false],
  conjId: [37, u32, false],
  tunGbpId: [38, u16, true],
  tunGbpFlags: [39, u8, true],
  tunFlags: [104, u16, true],
  ctState: [105, u32, true],
  ctZone: [106, u16, false],
  ctMark: [107, u32, true],
  ctLabel: [108, u128, true],
  tunIpv6Src: [109, ipv6, true],
  tunIpv6Dst: [110, ipv6, true],
  xxreg0: [111, u128, true],
  xxreg1: [112, u128, true],
  xxreg2: [113, u128, true],
  xxreg3: [114, u128, true],
  ctNwProto: [119, u8, false, TRACKED],
  ctNwSrc: [120, ipv4, true, TRACKED_IPV4],
  ctNwDst: [121, ipv4, true, TRACKED_IPV4],
  ctIpv6Src: [122, ipv6, true, TRACKED_IPV6],
  ctIpv6Dst: [123, ipv6, true, TRACKED_IPV6],
  ctTpSrc: [124, u16, true, TRACKED_PORTS],
  ctTpDst: [125, u16, true, TRACKED_PORTS],
} as const satisfies FieldEntries;

/** Class 0x8001: eight 64-bit registers, each two of the 32-bit ones. */
export const PACKET_REGS = {
  xreg0: [0, u64, true],
  xreg1: [1, u64, true],
  xreg2: [2, u64, true],
  xreg3: [3, u64, true],
  xreg4: [4, u64, true],
  xreg5: [5, u64, true],
  xreg6: [6, u64, true],
  xreg7: [7, u64, true],
} as const satisfies FieldEntries;

/** Class 0xffff, experimenter ONF: fields that became standard after 1.3. */
export const ONF_FIELDS = {
  tcpFlags: [42, upTo(u16, 0xfff), true, TCP],
  actsetOutput: [43, u32, false],
} as const satisfies FieldEntries;

/** Bits of `tcpFlags`. */
export const TCP_FLAGS = {
  FIN: 0x01,
  SYN: 0x02,
  RST: 0x04,
  PSH: 0x08,
  ACK: 0x10,
  URG: 0x20,
  ECE: 0x40,
  CWR: 0x80,
  NS: 0x100,
} as const;

/** Bits of `ctState`: what connection tracking found out about a packet. */
export const CT_STATE = { NEW: 0x01, EST: 0x02, REL: 0x04, RPL: 0x08, INV: 0x10, TRK: 0x20, SNAT: 0x40, DNAT: 0x80 } as const;
