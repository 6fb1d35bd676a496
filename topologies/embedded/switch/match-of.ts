import { type Match, Reader } from '../../../openflow/index.ts';
import { type Place, placeNamed } from './field-place.ts';
import { AT, type FlowKey, TAGGED } from './flow-key.ts';
import { ETH_TYPE, ICMPV6, PROTO } from './header.ts';
import type { Ternary } from './ternary.ts';

type Named = Record<string, unknown>;

const place = (name: string): Place => placeNamed(name)!;
const placesOf = (...names: string[]): readonly Place[] => names.map(place);

const REGISTERS = placesOf(...Array.from({ length: 16 }, (_, n) => `reg${n}`));
const ALWAYS = [...placesOf('inPort', 'metadata', 'tunnelId', 'pktMark', 'actsetOutput'), ...REGISTERS];
const ETHERNET = placesOf('ethDst', 'ethSrc', 'ethType');
const IP = placesOf('ipDscp', 'ipEcn', 'ipProto', 'ipTtl', 'ipFrag');
const BY_TYPE: ReadonlyMap<number, readonly Place[]> = new Map([
  [ETH_TYPE.IPV4, [...IP, ...placesOf('ipv4Src', 'ipv4Dst')]],
  [ETH_TYPE.IPV6, [...IP, ...placesOf('ipv6Src', 'ipv6Dst', 'ipv6Flabel')]],
  [ETH_TYPE.ARP, placesOf('arpOp', 'arpSpa', 'arpTpa', 'arpSha', 'arpTha')],
]);
const BY_PROTO: ReadonlyMap<number, readonly Place[]> = new Map([
  [PROTO.TCP, placesOf('tcpSrc', 'tcpDst', 'tcpFlags')],
  [PROTO.UDP, placesOf('udpSrc', 'udpDst')],
  [PROTO.SCTP, placesOf('sctpSrc', 'sctpDst')],
]);
const ICMPV4_FIELDS = placesOf('icmpv4Type', 'icmpv4Code');
const ICMPV6_FIELDS = placesOf('icmpv6Type', 'icmpv6Code');
const NEIGHBOR_FIELDS = placesOf('ipv6NdTarget', 'ipv6NdSll', 'ipv6NdTll');
const NONE: readonly Place[] = [];

/** The match in OpenFlow's words, as statistics and flow-removed messages have it: masks that hide nothing or everything are left out. */
export function matchOf({ value, mask }: Ternary): Match {
  const match: Named = {};
  const read = (list: readonly Place[]): void => {
    for (const one of list) addField(match, one, value, mask);
  };
  read(ALWAYS);
  read(ETHERNET);
  addVlan(match, value, mask);
  const type = value.u16(AT.ethType);
  read(BY_TYPE.get(type) ?? NONE);
  if (type !== ETH_TYPE.IPV4 && type !== ETH_TYPE.IPV6) return match as Match;
  const proto = value.bytes[AT.ipProto]!;
  read(BY_PROTO.get(proto) ?? NONE);
  if (proto === PROTO.ICMP && type === ETH_TYPE.IPV4) read(ICMPV4_FIELDS);
  if (proto === PROTO.ICMPV6 && type === ETH_TYPE.IPV6) {
    read(ICMPV6_FIELDS);
    const icmpType = value.bytes[AT.l4Src + 1]!;
    if (icmpType === ICMPV6.SOLICITATION || icmpType === ICMPV6.ADVERTISEMENT) read(NEIGHBOR_FIELDS);
  }
  return match as Match;
}

/** What a packet-in says about its packet beside the packet (7.4.1): the port, and what the pipeline has put in fields of its own. */
export function pipelineFields(key: FlowKey): Match {
  const match: Named = { inPort: key.u32(AT.inPort) };
  if (key.words[AT.metadata / 4] !== 0 || key.words[AT.metadata / 4 + 1] !== 0)
    match.metadata = readPlace(place('metadata'), key);
  if (key.words[AT.tunnelId / 4] !== 0 || key.words[AT.tunnelId / 4 + 1] !== 0)
    match.tunnelId = readPlace(place('tunnelId'), key);
  for (let n = 0; n < 16; n++) if (key.words[AT.reg / 4 + n] !== 0) match[`reg${n}`] = key.u32(AT.reg + 4 * n);
  if (key.words[AT.pktMark / 4] !== 0) match.pktMark = key.u32(AT.pktMark);
  return match as Match;
}

function addField(match: Named, one: Place, value: FlowKey, mask: FlowKey): void {
  const { at, size, bits, shift } = one;
  let any = false;
  let all = true;
  const whole = ((2 ** bits - 1) << shift) >>> 0;
  for (let i = 0; i < size; i++) {
    const wanted = bits === 8 * size ? 0xff : (whole >>> (8 * (size - 1 - i))) & 0xff;
    const has = mask.bytes[at + i]! & wanted;
    if (has !== 0) any = true;
    if (has !== wanted) all = false;
  }
  if (!any) return;
  const read = readPlace(one, value);
  match[one.field.name] = all ? read : { value: read, mask: readPlace(one, mask) };
}

function addVlan(match: Named, value: FlowKey, mask: FlowKey): void {
  const bits = mask.u16(AT.vlanTci);
  if (bits === 0) return;
  const tci = value.u16(AT.vlanTci);
  const vid = bits & 0x1fff;
  if (vid === 0x1fff || (bits === 0xffff && (tci & TAGGED) === 0)) match.vlanVid = tci & 0x1fff;
  else if (vid !== 0) match.vlanVid = { value: tci & 0x1fff, mask: vid };
  if (bits >>> 13 === 7 && (tci & TAGGED) !== 0) match.vlanPcp = tci >>> 13;
}

/** A field's value in OpenFlow's words. */
export function readPlace(one: Place, key: FlowKey): unknown {
  const { at, size, bits, shift, field } = one;
  if (bits === 8 * size) return field.codec.read(new Reader(key.bytes, at, at + size));
  let number = 0;
  for (let i = 0; i < size; i++) number = (number << 8) | key.bytes[at + i]!;
  return (number >>> shift) & ((1 << bits) - 1);
}
