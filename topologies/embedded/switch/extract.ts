import { AT, type FlowKey, FRAG, TAGGED } from './flow-key.ts';
import { ETH_TYPE, ICMPV6, PROTO, TPID } from './header.ts';

/** Where the layers of a frame begin; -1: the frame has no such layer, or a broken one. */
export interface Layers {
  /** The network layer: IPv4, IPv6 or ARP. */
  l3: number;
  /** Where an ARP message begins, even one that is cut off or of another kind. */
  arp: number;
  /** The transport layer. */
  l4: number;
  /** The end of the network layer: what is behind it is padding. */
  end: number;
}

const ETHERNET = 14;
/** What stands for the type of a frame of IEEE 802.3 (as Open vSwitch has it). */
const NO_TYPE = 0x05ff;

/**
 * Takes a frame apart once: fills the key's header fields (which have to be zero) and says where the layers are. Where
 * a layer is broken its fields and those inside it stay zero.
 */
export function extract(frame: Uint8Array, key: FlowKey, layers: Layers): void {
  layers.l3 = -1;
  layers.arp = -1;
  layers.l4 = -1;
  layers.end = frame.length;
  if (frame.length < ETHERNET) return;
  const b = key.bytes;
  for (let i = 0; i < 12; i++) b[AT.ethDst + i] = frame[i]!;
  let at = 12;
  const first = u16(frame, at);
  if ((first === TPID.CUSTOMER || first === TPID.SERVICE) && frame.length >= at + 6) {
    key.putU16(AT.vlanTci, u16(frame, at + 2) | TAGGED);
    key.putU16(AT.vlanTpid, first);
    at += 4;
  }
  const type = typeAt(frame, at);
  key.putU16(AT.ethType, type);
  at += 2;
  if (type === ETH_TYPE.IPV4) extractIpv4(frame, at, key, layers);
  else if (type === ETH_TYPE.IPV6) extractIpv6(frame, at, key, layers);
  else if (type === ETH_TYPE.ARP || type === ETH_TYPE.RARP) extractArp(frame, at, key, layers);
}

function u16(frame: Uint8Array, at: number): number {
  return (frame[at]! << 8) | frame[at + 1]!;
}

/** The type of a frame: of Ethernet II, or of SNAP with OUI 0 (RFC 1042). */
function typeAt(frame: Uint8Array, at: number): number {
  const type = u16(frame, at);
  if (type >= 0x600) return type;
  const llc = at + 2;
  if (frame.length < llc + 8 || frame[llc] !== 0xaa || frame[llc + 1] !== 0xaa || frame[llc + 2] !== 3) return NO_TYPE;
  if (frame[llc + 3] !== 0 || frame[llc + 4] !== 0 || frame[llc + 5] !== 0) return NO_TYPE;
  const inner = u16(frame, llc + 6);
  return inner >= 0x600 ? inner : NO_TYPE;
}

function extractIpv4(frame: Uint8Array, at: number, key: FlowKey, layers: Layers): void {
  const left = frame.length - at;
  if (left < 20) return;
  const headerLength = (frame[at]! & 15) * 4;
  const total = u16(frame, at + 2);
  if (headerLength < 20 || headerLength > left || total < headerLength || total > left) return;
  const b = key.bytes;
  layers.l3 = at;
  layers.l4 = at + headerLength;
  layers.end = at + total;
  for (let i = 0; i < 8; i++) b[AT.ipv4Src + i] = frame[at + 12 + i]!;
  b[AT.ipTos] = frame[at + 1]!;
  b[AT.ipTtl] = frame[at + 8]!;
  b[AT.ipProto] = frame[at + 9]!;
  const fragment = u16(frame, at + 6) & 0x3fff;
  if (fragment !== 0) b[AT.ipFrag] = FRAG.ANY | ((fragment & 0x1fff) === 0 ? 0 : FRAG.LATER);
  if ((b[AT.ipFrag]! & FRAG.LATER) === 0) extractTransport(frame, key, layers);
}

function extractIpv6(frame: Uint8Array, at: number, key: FlowKey, layers: Layers): void {
  const left = frame.length - at;
  if (left < 40) return;
  const payload = u16(frame, at + 4);
  if (payload > left - 40) return;
  const end = at + 40 + payload;
  const walk = { proto: frame[at + 6]!, at: at + 40, frag: 0 };
  if (!walkExtensions(frame, end, walk)) return;
  const b = key.bytes;
  layers.l3 = at;
  layers.l4 = walk.at;
  layers.end = end;
  for (let i = 0; i < 32; i++) b[AT.ipv6Src + i] = frame[at + 8 + i]!;
  b[AT.ipTos] = ((frame[at]! & 15) << 4) | (frame[at + 1]! >> 4);
  b[AT.ipv6Flabel + 1] = frame[at + 1]! & 15;
  b[AT.ipv6Flabel + 2] = frame[at + 2]!;
  b[AT.ipv6Flabel + 3] = frame[at + 3]!;
  b[AT.ipTtl] = frame[at + 7]!;
  b[AT.ipProto] = walk.proto;
  b[AT.ipFrag] = walk.frag;
  if ((walk.frag & FRAG.LATER) === 0) extractTransport(frame, key, layers);
}

/** Walks over the extension headers (RFC 8200, 4; RFC 4302); false when one of them is cut off. */
function walkExtensions(frame: Uint8Array, end: number, walk: { proto: number; at: number; frag: number }): boolean {
  for (;;) {
    const { proto, at } = walk;
    const opaque = proto === PROTO.HOP_BY_HOP || proto === PROTO.ROUTING || proto === PROTO.DESTINATION;
    if (!opaque && proto !== PROTO.AUTH && proto !== PROTO.FRAGMENT) return true;
    if (at + 8 > end) return false;
    const size = opaque ? (frame[at + 1]! + 1) * 8 : proto === PROTO.AUTH ? (frame[at + 1]! + 2) * 4 : 8;
    if (at + size > end) return false;
    walk.proto = frame[at]!;
    walk.at = at + size;
    if (proto !== PROTO.FRAGMENT) continue;
    const field = u16(frame, at + 2);
    if ((field & 0xfff9) === 0) continue;
    walk.frag = FRAG.ANY | ((field & 0xfff8) === 0 ? 0 : FRAG.LATER);
    if ((walk.frag & FRAG.LATER) !== 0) return true;
  }
}

function extractTransport(frame: Uint8Array, key: FlowKey, { l4, end }: Layers): void {
  const left = end - l4;
  const b = key.bytes;
  switch (b[AT.ipProto]) {
    case PROTO.TCP:
      if (left < 20) return;
      copyPorts(frame, l4, b);
      b[AT.tcpFlags] = frame[l4 + 12]! & 15;
      b[AT.tcpFlags + 1] = frame[l4 + 13]!;
      return;
    case PROTO.UDP:
      if (left >= 8) copyPorts(frame, l4, b);
      return;
    case PROTO.SCTP:
      if (left >= 12) copyPorts(frame, l4, b);
      return;
    case PROTO.ICMP:
      if (key.u16(AT.ethType) === ETH_TYPE.IPV4 && left >= 8) copyIcmp(frame, l4, b);
      return;
    case PROTO.ICMPV6:
      if (key.u16(AT.ethType) !== ETH_TYPE.IPV6 || left < 4) return;
      copyIcmp(frame, l4, b);
      extractNeighbor(frame, l4, end, b);
  }
}

function copyPorts(frame: Uint8Array, l4: number, b: Uint8Array): void {
  for (let i = 0; i < 4; i++) b[AT.l4Src + i] = frame[l4 + i]!;
}

function copyIcmp(frame: Uint8Array, l4: number, b: Uint8Array): void {
  b[AT.l4Src + 1] = frame[l4]!;
  b[AT.l4Dst + 1] = frame[l4 + 1]!;
}

/** The target of a neighbour message and its link-layer addresses; nothing of it when an option is broken or comes twice (RFC 4861, 4.3). */
function extractNeighbor(frame: Uint8Array, l4: number, end: number, b: Uint8Array): void {
  const type = frame[l4];
  if ((type !== ICMPV6.SOLICITATION && type !== ICMPV6.ADVERTISEMENT) || frame[l4 + 1] !== 0 || end - l4 < 24) return;
  const found = [0, 0];
  for (let at = l4 + 24; end - at >= 8; ) {
    const size = frame[at + 1]! * 8;
    if (size === 0 || size > end - at) return;
    const kind = frame[at]! - 1; // 1: source, 2: target link-layer address
    if (size === 8 && (kind === 0 || kind === 1)) {
      if (found[kind] !== 0) return;
      found[kind] = at + 2;
    }
    at += size;
  }
  for (let i = 0; i < 16; i++) b[AT.ipv6NdTarget + i] = frame[l4 + 8 + i]!;
  for (let i = 0; i < 6; i++) {
    if (found[0] !== 0) b[AT.arpSha + i] = frame[found[0]! + i]!;
    if (found[1] !== 0) b[AT.arpTha + i] = frame[found[1]! + i]!;
  }
}

function extractArp(frame: Uint8Array, at: number, key: FlowKey, layers: Layers): void {
  layers.arp = at;
  if (frame.length - at < 28) return;
  const isEthernetIpv4 = u16(frame, at) === 1 && u16(frame, at + 2) === ETH_TYPE.IPV4 && u16(frame, at + 4) === 0x0604;
  const op = u16(frame, at + 6);
  if (!isEthernetIpv4 || op > 0xff) return;
  layers.l3 = at;
  const b = key.bytes;
  key.putU16(AT.arpOp, op);
  for (let i = 0; i < 4; i++) {
    b[AT.ipv4Src + i] = frame[at + 14 + i]!;
    b[AT.ipv4Dst + i] = frame[at + 24 + i]!;
  }
  for (let i = 0; i < 6; i++) {
    b[AT.arpSha + i] = frame[at + 8 + i]!;
    b[AT.arpTha + i] = frame[at + 18 + i]!;
  }
}
