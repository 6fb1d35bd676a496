import { sumWords } from '../../../openflow/packet/checksum.ts';
import type { Layers } from './extract.ts';
import { AT, type FlowKey, TAGGED } from './flow-key.ts';
import { ETH_TYPE, ICMPV6, PROTO, TPID } from './header.ts';
import { patch, patchTransport, replaceSctpChecksum } from './patch.ts';

const ROUTING_TYPE = 2;

/** A packet whose fields are ahead of its bytes. */
export interface Uncommitted {
  /** The fields as they have to become. */
  readonly key: FlowKey;
  /** The fields as they are in `frame`. */
  readonly base: FlowKey;
  readonly layers: Layers;
  frame: Uint8Array;
  /** Somebody else holds `frame`. */
  shared: boolean;
}

/**
 * Writes into the frame what the actions changed: checksums are updated incrementally (RFC 1624), so that a checksum that was
 * wrong stays wrong and a UDP checksum of 0 stays 0. What the frame has no room for is left alone.
 */
export function commit(packet: Uncommitted): void {
  const { key, base, layers } = packet;
  if (packet.shared) {
    packet.frame = new Uint8Array(packet.frame);
    packet.shared = false;
  }
  if (packet.frame.length >= 14) {
    copy(packet.frame, 0, key, base, AT.ethDst, 12);
    if (layers.l3 >= 0) {
      const type = base.u16(AT.ethType);
      if (type === ETH_TYPE.IPV4) commitIpv4(packet);
      else if (type === ETH_TYPE.IPV6) commitIpv6(packet);
    }
    if (layers.arp >= 0) commitArp(packet);
    commitVlan(packet);
  }
  base.set(key);
}

/** Copies a field into the frame; whether it changed. */
function copy(frame: Uint8Array, to: number, key: FlowKey, base: FlowKey, at: number, length: number): boolean {
  if (key.same(base, at, length)) return false;
  for (let i = 0; i < length; i++) frame[to + i] = key.bytes[at + i]!;
  return true;
}

function commitIpv4({ frame, key, base, layers }: Uncommitted): void {
  const { l3 } = layers;
  if (base.bytes[AT.ipProto] === 0) return; // Open vSwitch takes protocol 0 for "no IP header"
  for (let i = 0; i < 8; i += 4) {
    const to = l3 + 12 + i;
    const before = sumWords(frame, to, to + 4);
    if (!copy(frame, to, key, base, AT.ipv4Src + i, 4)) continue;
    const after = sumWords(frame, to, to + 4);
    patch(frame, l3 + 10, before, after);
    patchTransport(frame, base, layers, before, after);
  }
  if (key.bytes[AT.ipTos] !== base.bytes[AT.ipTos]) {
    frame[l3 + 1] = key.bytes[AT.ipTos]!;
    patch(frame, l3 + 10, base.bytes[AT.ipTos]!, key.bytes[AT.ipTos]!);
  }
  if (key.bytes[AT.ipTtl] !== base.bytes[AT.ipTtl]) {
    frame[l3 + 8] = key.bytes[AT.ipTtl]!;
    patch(frame, l3 + 10, base.bytes[AT.ipTtl]! << 8, key.bytes[AT.ipTtl]! << 8);
  }
  commitTransport(frame, key, base, layers);
}

function commitIpv6({ frame, key, base, layers }: Uncommitted): void {
  const { l3 } = layers;
  if (base.bytes[AT.ipProto] === 0) return;
  const routed = hasRoute(frame, l3, layers.l4);
  for (let i = 0; i < 32; i += 16) {
    const to = l3 + 8 + i;
    const before = sumWords(frame, to, to + 16);
    if (!copy(frame, to, key, base, AT.ipv6Src + i, 16)) continue;
    // RFC 8200 8.1: with a routing header the pseudo header has the final destination, not this one.
    if (i === 0 || !routed) patchTransport(frame, base, layers, before, sumWords(frame, to, to + 16));
  }
  const tos = key.bytes[AT.ipTos]!;
  const label = key.u32(AT.ipv6Flabel);
  if (tos !== base.bytes[AT.ipTos] || label !== base.u32(AT.ipv6Flabel)) {
    frame[l3] = 0x60 | (tos >> 4);
    frame[l3 + 1] = ((tos & 15) << 4) | (label >>> 16);
    frame[l3 + 2] = label >>> 8;
    frame[l3 + 3] = label;
  }
  frame[l3 + 7] = key.bytes[AT.ipTtl]!;
  commitTransport(frame, key, base, layers);
  commitNeighbor(frame, key, base, layers);
}

/** Whether a routing header with segments left stands between `from` and the transport layer. */
function hasRoute(frame: Uint8Array, l3: number, l4: number): boolean {
  let proto = frame[l3 + 6]!;
  for (let at = l3 + 40; at < l4; ) {
    if (proto === PROTO.ROUTING && frame[at + 1 + ROUTING_TYPE] !== 0) return true;
    const size = proto === PROTO.FRAGMENT ? 8 : proto === PROTO.AUTH ? (frame[at + 1]! + 2) * 4 : (frame[at + 1]! + 1) * 8;
    proto = frame[at]!;
    at += size;
  }
  return false;
}

function commitTransport(frame: Uint8Array, key: FlowKey, base: FlowKey, layers: Layers): void {
  if (key.same(base, AT.l4Src, 4)) return;
  const proto = base.bytes[AT.ipProto]!;
  const { l4 } = layers;
  if (proto === PROTO.ICMP || proto === PROTO.ICMPV6) {
    const before = sumWords(frame, l4, l4 + 2);
    frame[l4] = key.bytes[AT.l4Src + 1]!;
    frame[l4 + 1] = key.bytes[AT.l4Dst + 1]!;
    patch(frame, l4 + 2, before, sumWords(frame, l4, l4 + 2));
    return;
  }
  if (base.u32(AT.l4Src) === 0) return; // no ports: another protocol, a later fragment, a cut header
  if (proto === PROTO.SCTP) {
    replaceSctpChecksum(frame, layers, () => copy(frame, l4, key, base, AT.l4Src, 4));
  } else if (proto === PROTO.TCP || proto === PROTO.UDP) {
    for (let i = 0; i < 4; i += 2) {
      const before = sumWords(frame, l4 + i, l4 + i + 2);
      if (copy(frame, l4 + i, key, base, AT.l4Src + i, 2))
        patchTransport(frame, base, layers, before, sumWords(frame, l4 + i, l4 + i + 2));
    }
  }
}

/** The target of a neighbour message and the first option of each kind (RFC 4861, 4.3). */
function commitNeighbor(frame: Uint8Array, key: FlowKey, base: FlowKey, layers: Layers): void {
  const { l4, end } = layers;
  if (base.bytes[AT.ipProto] !== PROTO.ICMPV6 || (base.bytes[AT.ipFrag] ?? 0) > 1) return;
  const type = frame[l4];
  if ((type !== ICMPV6.SOLICITATION && type !== ICMPV6.ADVERTISEMENT) || end - l4 < 24) return;
  const put = (to: number, at: number, length: number): void => {
    const before = sumWords(frame, to, to + length);
    if (copy(frame, to, key, base, at, length)) patch(frame, l4 + 2, before, sumWords(frame, to, to + length));
  };
  put(l4 + 8, AT.ipv6NdTarget, 16);
  for (let at = l4 + 24; end - at >= 8; ) {
    const size = frame[at + 1]! * 8;
    if (size === 0 || size > end - at) return;
    if (frame[at] === 1 && size === 8) put(at + 2, AT.arpSha, 6);
    if (frame[at] === 2 && size === 8) put(at + 2, AT.arpTha, 6);
    at += size;
  }
}

/** Open vSwitch takes an operation of 0 for "no ARP", and any other for ARP, even where it could not read the message. */
function commitArp({ frame, key, base, layers }: Uncommitted): void {
  const { arp } = layers;
  if (key.u16(AT.arpOp) === 0) return;
  copy(frame, arp + 6, key, base, AT.arpOp, 2);
  copy(frame, arp + 8, key, base, AT.arpSha, 6);
  copy(frame, arp + 14, key, base, AT.ipv4Src, 4);
  copy(frame, arp + 18, key, base, AT.arpTha, 6);
  copy(frame, arp + 24, key, base, AT.ipv4Dst, 4);
}

/** Puts in, takes out or changes VLAN tags. */
function commitVlan(packet: Uncommitted): void {
  const { key, base, layers } = packet;
  if (key.same(base, AT.vlanTci, 4) && key.same(base, AT.innerTci, 4)) return;
  const before = tagsOf(base);
  const after = tagsOf(key);
  const by = after.length - before.length;
  if (by !== 0) {
    const frame = new Uint8Array(packet.frame.length + by);
    frame.set(packet.frame.subarray(0, 12));
    frame.set(packet.frame.subarray(12 + before.length), 12 + after.length);
    packet.frame = frame;
    if (layers.l3 >= 0) layers.l3 += by;
    if (layers.arp >= 0) layers.arp += by;
    if (layers.l4 >= 0) layers.l4 += by;
    layers.end += by;
  }
  packet.frame.set(after, 12);
}

/** The bytes of a key's tags, as they stand in a frame. */
function tagsOf(key: FlowKey): number[] {
  const tags: number[] = [];
  for (const at of [AT.vlanTci, AT.innerTci]) {
    const tci = key.u16(at);
    if ((tci & TAGGED) === 0) break;
    const tpid = key.u16(at + 2) || TPID.CUSTOMER;
    tags.push(tpid >> 8, tpid & 0xff, (tci & ~TAGGED) >> 8, tci & 0xff);
  }
  return tags;
}
