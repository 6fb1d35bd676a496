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

/** Which fields a match has, and whether each is there without a mask: the same for all matches with one mask and of one kind. */
export interface MatchPlan {
  readonly fields: readonly { readonly place: Place; readonly whole: boolean }[];
  readonly hasVlan: boolean;
}

/** The number of a match's kind: Ethernet type, protocol, ICMP type. */
export function kindOf({ bytes }: FlowKey): number {
  const at = AT.ethType;
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[AT.ipProto]! << 8) | bytes[AT.l4Src + 1]!) >>> 0;
}

/** Finds out which fields a match has. Masks that hide nothing, or everything, are left out. */
export function planMatch({ value, mask }: Ternary): MatchPlan {
  const places = [...ALWAYS, ...ETHERNET];
  const type = value.u16(AT.ethType);
  places.push(...(BY_TYPE.get(type) ?? NONE));
  const proto = value.bytes[AT.ipProto]!;
  if (type === ETH_TYPE.IPV4 || type === ETH_TYPE.IPV6) places.push(...(BY_PROTO.get(proto) ?? NONE));
  if (proto === PROTO.ICMP && type === ETH_TYPE.IPV4) places.push(...ICMPV4_FIELDS);
  if (proto === PROTO.ICMPV6 && type === ETH_TYPE.IPV6) {
    places.push(...ICMPV6_FIELDS);
    const icmpType = value.bytes[AT.l4Src + 1]!;
    if (icmpType === ICMPV6.SOLICITATION || icmpType === ICMPV6.ADVERTISEMENT) places.push(...NEIGHBOR_FIELDS);
  }
  const fields = places.flatMap(place => {
    const whole = isWhole(place, mask);
    return whole === undefined ? [] : [{ place, whole }];
  });
  return { fields, hasVlan: mask.u16(AT.vlanTci) !== 0 };
}

/** The match in OpenFlow's words, as statistics and flow-removed messages have it. */
export function matchOf({ value, mask }: Ternary, { fields, hasVlan }: MatchPlan): Match {
  const match: Named = {};
  for (const { place: one, whole } of fields) {
    const read = readPlace(one, value);
    match[one.field.name] = whole ? read : { value: read, mask: readPlace(one, mask) };
  }
  if (hasVlan) addVlan(match, value, mask);
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

/** Whether all bits of a field are looked at; undefined: none. */
function isWhole({ at, size, bits, shift }: Place, mask: FlowKey): boolean | undefined {
  let any = false;
  let all = true;
  const whole = ((2 ** bits - 1) << shift) >>> 0;
  for (let i = 0; i < size; i++) {
    const wanted = bits === 8 * size ? 0xff : (whole >>> (8 * (size - 1 - i))) & 0xff;
    const has = mask.bytes[at + i]! & wanted;
    if (has !== 0) any = true;
    if (has !== wanted) all = false;
  }
  return any ? all : undefined;
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
