import type { FieldName, UnknownOxm } from '../protocol/fields.ts';
import type { Match } from '../protocol/match.ts';
import { CT_STATE, TCP_FLAGS } from '../protocol/nxm.ts';
import type { Masked } from '../protocol/oxm-table.ts';
import { ipv4Bytes } from '../wire/addresses.ts';
import { ipv6Bytes } from '../wire/ipv6.ts';
import { bytesText, hex, portText, snake } from './values.ts';

/** What Open vSwitch calls fields in its flow syntax, where that is not the OXM name. */
const OVS_NAMES: Partial<Record<FieldName, string>> = {
  ethSrc: 'dl_src',
  ethDst: 'dl_dst',
  ethType: 'dl_type',
  vlanVid: 'vlan_vid',
  ipProto: 'nw_proto',
  ipv4Src: 'nw_src',
  ipv4Dst: 'nw_dst',
  tcpSrc: 'tp_src',
  tcpDst: 'tp_dst',
  udpSrc: 'tp_src',
  udpDst: 'tp_dst',
  sctpSrc: 'tp_src',
  sctpDst: 'tp_dst',
  icmpv4Type: 'icmp_type',
  icmpv4Code: 'icmp_code',
  icmpv6Type: 'icmp_type',
  icmpv6Code: 'icmp_code',
  ipv6NdTarget: 'nd_target',
  ipv6NdSll: 'nd_sll',
  ipv6NdTll: 'nd_tll',
  ipv6Flabel: 'ipv6_label',
  tunnelId: 'tun_id',
  ipEcn: 'nw_ecn',
  ipTtl: 'nw_ttl',
};

const ETHERNET: Readonly<Record<number, string>> = { 2048: 'ip', 34525: 'ipv6', 2054: 'arp', 34887: 'mpls', 34888: 'mplsm' };
const TRANSPORT: Readonly<Record<string, string>> = {
  'ip/6': 'tcp',
  'ip/17': 'udp',
  'ip/132': 'sctp',
  'ip/1': 'icmp',
  'ipv6/6': 'tcp6',
  'ipv6/17': 'udp6',
  'ipv6/132': 'sctp6',
  'ipv6/58': 'icmp6',
};
const IN_HEX: ReadonlySet<string> = new Set([
  'ethType',
  'metadata',
  'tunnelId',
  'pktMark',
  'ctMark',
  'ctLabel',
  'vlanTci',
  'ipv6Flabel',
  'dpHash',
]);

/** A match in the style of `ovs-ofctl`: `tcp,in_port=1,nw_dst=10.0.0.1,tp_dst=80`. */
export function matchText(match: Match): string {
  const words: string[] = [];
  const said = new Set<string>();
  const ethernet = typeof match.ethType === 'number' ? ETHERNET[match.ethType] : undefined;
  if (match.ctState !== undefined) {
    words.push(`ct_state=${valueText('ctState', match.ctState)}`);
    said.add('ctState');
  }
  if (ethernet !== undefined) {
    const transport = TRANSPORT[`${ethernet}/${match.ipProto}`];
    words.push(transport ?? ethernet);
    said.add('ethType');
    if (transport !== undefined) said.add('ipProto');
  }
  for (const [name, value] of sourceFirst(Object.entries(match))) {
    if (name === 'unknown') words.push(...(value as readonly UnknownOxm[]).map(unknownText));
    else if (!said.has(name)) words.push(`${fieldText(name as FieldName)}=${valueText(name, value)}`);
  }
  return words.join(',');
}

/** `ovs-ofctl` names the source of a frame before its destination; their numbers are the other way round. */
function sourceFirst(entries: [string, unknown][]): [string, unknown][] {
  const at = entries.findIndex(([name]) => name === 'ethDst');
  if (at >= 0 && entries[at + 1]?.[0] === 'ethSrc') entries.splice(at, 2, entries[at + 1]!, entries[at]!);
  return entries;
}

/** A field's name as `ovs-ofctl` has it. */
export function fieldText(name: FieldName): string {
  return OVS_NAMES[name] ?? snake(name);
}

function unknownText({ class: oxmClass, field, body }: UnknownOxm): string {
  return `oxm(${hex(oxmClass)}:${field})=${bytesText(body)}`;
}

/** A field's value, with `/mask` when it has one. */
export function valueText(name: string, value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const { value: bits, mask } = value as Masked<unknown>;
    const flags = name === 'tcpFlags' ? TCP_FLAGS : name === 'ctState' ? CT_STATE : undefined;
    if (flags !== undefined) return signedFlags(flags, bits as number, mask as number);
    return `${valueText(name, bits)}/${typeof mask === 'string' ? prefixOf(mask) : hex(mask as number)}`;
  }
  if (typeof value === 'number' && name.endsWith('Port')) return portText(value);
  if (typeof value === 'bigint' || (typeof value === 'number' && (IN_HEX.has(name) || /^x*reg\d+$/.test(name))))
    return hex(value);
  return String(value);
}

/** `255.255.255.0` and `ffff:ffff::` as the length of their prefix; other masks as they are. */
function prefixOf(mask: string): string {
  const bytes = ipv4Bytes(mask) ?? ipv6Bytes(mask);
  if (bytes === undefined) return mask;
  const bits = Array.from(bytes, byte => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? String(bits.lastIndexOf('1') + 1) : mask;
}

function signedFlags(flags: Readonly<Record<string, number>>, value: number, mask: number): string {
  return Object.entries(flags)
    .filter(([, bit]) => (mask & bit) !== 0)
    .map(([name, bit]) => `${value & bit ? '+' : '-'}${name.toLowerCase()}`)
    .join('');
}
