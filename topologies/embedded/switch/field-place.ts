import type { FieldName } from '../../../openflow/index.ts';
import { type Field, fieldNamed } from '../../../openflow/protocol/fields.ts';
import { AT } from './flow-key.ts';

/** Where a match field stands in the flow key: `bits` bits, `shift` bits above the low end of `size` bytes at `at`. */
export interface Place {
  readonly field: Field;
  readonly at: number;
  readonly size: number;
  readonly shift: number;
  readonly bits: number;
  /** Whether actions may write it. */
  readonly writable: boolean;
  /** A header of the packet; not a register, metadata or a port. */
  readonly isHeader: boolean;
}

type Row = readonly [at: number, size: number, bits?: number, shift?: number];

const registers = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`reg${n}`, [AT.reg + 4 * n, 4] as const]));
const doubles = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`xreg${n}`, [AT.reg + 8 * n, 8] as const]));
const quads = Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`xxreg${n}`, [AT.reg + 16 * n, 16] as const]));

/** The fields the switch has, by the names of OXM; a field that is not here is refused as unknown. */
const ROWS: Partial<Record<FieldName, Row>> = {
  inPort: [AT.inPort, 4],
  metadata: [AT.metadata, 8],
  tunnelId: [AT.tunnelId, 8],
  ...registers,
  ...doubles,
  ...quads,
  pktMark: [AT.pktMark, 4],
  actsetOutput: [AT.actsetOutput, 4],
  ethDst: [AT.ethDst, 6],
  ethSrc: [AT.ethSrc, 6],
  ethType: [AT.ethType, 2],
  vlanTci: [AT.vlanTci, 2],
  vlanVid: [AT.vlanTci, 2, 13],
  vlanPcp: [AT.vlanTci, 1, 3, 5],
  ipDscp: [AT.ipTos, 1, 6, 2],
  ipEcn: [AT.ipTos, 1, 2],
  ipProto: [AT.ipProto, 1],
  ipTtl: [AT.ipTtl, 1],
  ipFrag: [AT.ipFrag, 1, 2],
  ipv4Src: [AT.ipv4Src, 4],
  ipv4Dst: [AT.ipv4Dst, 4],
  tcpSrc: [AT.l4Src, 2],
  tcpDst: [AT.l4Dst, 2],
  udpSrc: [AT.l4Src, 2],
  udpDst: [AT.l4Dst, 2],
  sctpSrc: [AT.l4Src, 2],
  sctpDst: [AT.l4Dst, 2],
  icmpv4Type: [AT.l4Src + 1, 1],
  icmpv4Code: [AT.l4Dst + 1, 1],
  icmpv6Type: [AT.l4Src + 1, 1],
  icmpv6Code: [AT.l4Dst + 1, 1],
  arpOp: [AT.arpOp, 2],
  arpSpa: [AT.ipv4Src, 4],
  arpTpa: [AT.ipv4Dst, 4],
  arpSha: [AT.arpSha, 6],
  arpTha: [AT.arpTha, 6],
  ipv6Src: [AT.ipv6Src, 16],
  ipv6Dst: [AT.ipv6Dst, 16],
  ipv6Flabel: [AT.ipv6Flabel, 4, 20],
  ipv6NdTarget: [AT.ipv6NdTarget, 16],
  ipv6NdSll: [AT.arpSha, 6],
  ipv6NdTll: [AT.arpTha, 6],
  tcpFlags: [AT.tcpFlags, 2, 12],
};

/** Open vSwitch's older names for the same fields. */
const ALIASES: Partial<Record<FieldName, FieldName>> = {
  nxmEthDst: 'ethDst',
  nxmEthSrc: 'ethSrc',
  nxmEthType: 'ethType',
  nxmIpProto: 'ipProto',
  nxmIpSrc: 'ipv4Src',
  nxmIpDst: 'ipv4Dst',
  nxmTcpSrc: 'tcpSrc',
  nxmTcpDst: 'tcpDst',
  nxmUdpSrc: 'udpSrc',
  nxmUdpDst: 'udpDst',
  nxmIcmpType: 'icmpv4Type',
  nxmIcmpCode: 'icmpv4Code',
  nxmArpOp: 'arpOp',
  nxmArpSpa: 'arpSpa',
  nxmArpTpa: 'arpTpa',
  nxmTunId: 'tunnelId',
  nxmArpSha: 'arpSha',
  nxmArpTha: 'arpTha',
  nxmIpv6Src: 'ipv6Src',
  nxmIpv6Dst: 'ipv6Dst',
  nxmIcmpv6Type: 'icmpv6Type',
  nxmIcmpv6Code: 'icmpv6Code',
  nxmNdTarget: 'ipv6NdTarget',
  nxmNdSll: 'ipv6NdSll',
  nxmNdTll: 'ipv6NdTll',
  nxmIpv6Label: 'ipv6Flabel',
  nxmIpEcn: 'ipEcn',
  nxmTcpFlags: 'tcpFlags',
};

/** What a packet brings along and no action changes. */
const READ_ONLY: readonly FieldName[] = ['inPort', 'ethType', 'ipProto', 'ipFrag', 'tcpFlags', 'actsetOutput'];

const PLACES: ReadonlyMap<string, Place> = new Map([
  ...Object.entries(ROWS).map(([name, row]) => [name, placeOf(name as FieldName, row)] as const),
  ...Object.entries(ALIASES).map(([alias, name]) => [alias, placeOf(name, ROWS[name]!)] as const),
  // Eight bits of which the two low ones are not there (RFC 1349 calls them a part of the field).
  ['nxmIpTos', { ...placeOf('ipDscp', [AT.ipTos, 1]), field: fieldNamed('nxmIpTos')! }] as const,
  // Sixteen bits: the low half of the port's number.
  ['nxmInPort', { ...placeOf('inPort', [AT.inPort + 2, 2]), field: fieldNamed('nxmInPort')!, writable: true }] as const,
]);

/** All places by the names of their fields, older names among them. */
export const places: ReadonlyMap<string, Place> = PLACES;

function placeOf(name: FieldName, [at, size, bits = 8 * size, shift = 0]: Row): Place {
  const field = fieldNamed(name)!;
  return { field, at, size, shift, bits, writable: !READ_ONLY.includes(name), isHeader: at >= AT.ethDst };
}

/** How many bits of a field actions see. */
export function bitsOf({ field, bits }: Place): number {
  return field.name === 'arpOp' ? 16 : bits;
}

/** Where a field stands; undefined when the switch does not have it. */
export function placeNamed(name: string): Place | undefined {
  return PLACES.get(name);
}
