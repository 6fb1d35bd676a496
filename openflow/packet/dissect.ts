import { DecodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { ZERO_MAC } from './address.ts';
import { decodeArp } from './arp.ts';
import { decodeEthernet, ETH_TYPE, type Ethernet, FIRST_ETH_TYPE } from './ethernet.ts';
import { decodeIcmp } from './icmp.ts';
import { decodeIcmpv6 } from './icmpv6.ts';
import { decodeIpv4, IP_PROTO } from './ipv4.ts';
import { decodeExtensions, decodeIpv6, isExtension } from './ipv6.ts';
import { decodeLldp } from './lldp.ts';
import { fragmentOf, type Layer, type Packet } from './packet.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp } from './udp.ts';
import { decodeVlan, isTpid } from './vlan.ts';

const NO_ETHERNET: Ethernet = Object.freeze({ dst: ZERO_MAC, src: ZERO_MAC, type: 0 });
const NONE = new Uint8Array(0);

interface Dissection {
  readonly packet: { -readonly [K in keyof Packet]: Packet[K] };
  /** The window of the innermost layer. */
  r: Reader;
  /** The checksum covers bytes that are not here: a fragment, or a packet that was cut. */
  partial: boolean;
  /** Where the network layer ends. */
  end: number;
}

/** Reads its layer and names the one inside. A chain of them is as long as `Layer` has names: nothing nests in itself. */
const LAYERS: { readonly [K in Layer]: (at: Dissection) => Layer | undefined } = {
  ethernet(at) {
    at.packet.ethernet = decodeEthernet(at.r);
    const { type } = at.packet.ethernet;
    return isTpid(type) ? 'vlan' : networkLayer(at, type);
  },
  vlan(at) {
    const { dst, src, type: tpid } = at.packet.ethernet;
    const { vlan, type } = decodeVlan(at.r, tpid);
    at.packet.ethernet = { dst, src, type, vlan };
    return networkLayer(at, type);
  },
  arp(at) {
    at.packet.arp = decodeArp(at.r);
    at.end = at.r.pos;
    return undefined;
  },
  lldp(at) {
    at.packet.lldp = decodeLldp(at.r);
    at.end = at.r.pos;
    return undefined;
  },
  ipv4(at) {
    const start = at.r.pos;
    const ipv4 = decodeIpv4(at.r);
    at.packet.ipv4 = ipv4;
    narrow(at, start + ipv4.totalLength - at.r.pos);
    if (ipv4.fragmentOffset !== 0) return undefined;
    at.partial ||= (ipv4.flags & 1) !== 0;
    return transportLayer(ipv4.proto, 'icmp', IP_PROTO.ICMP);
  },
  ipv6(at) {
    const ipv6 = decodeIpv6(at.r);
    at.packet.ipv6 = ipv6;
    narrow(at, ipv6.payloadLength);
    return isExtension(ipv6.proto) ? 'extensions' : transportLayer(ipv6.proto, 'icmpv6', IP_PROTO.ICMPV6);
  },
  extensions(at) {
    const { ipv6 } = at.packet;
    if (ipv6 === undefined) return undefined;
    const { proto, extensions } = decodeExtensions(at.r, ipv6.proto);
    at.packet.ipv6 = { ...ipv6, proto, extensions };
    const fragment = fragmentOf(at.packet);
    if (fragment !== undefined && fragment.offset !== 0) return undefined;
    at.partial ||= fragment !== undefined;
    return transportLayer(proto, 'icmpv6', IP_PROTO.ICMPV6);
  },
  icmp(at) {
    at.packet.icmp = decodeIcmp(at.r, at.partial);
    return undefined;
  },
  icmpv6(at) {
    at.packet.icmpv6 = decodeIcmpv6(at.r, at.partial);
    return undefined;
  },
  tcp(at) {
    at.packet.tcp = decodeTcp(at.r, at.partial);
    return undefined;
  },
  udp(at) {
    const { udp, length } = decodeUdp(at.r, at.partial);
    at.packet.udp = udp;
    at.r = at.r.sub(length);
    return undefined;
  },
};

/**
 * Takes a frame apart. It never throws on bytes, whatever they are: where a layer is broken it stops and says so in
 * `malformed`, and what was read outside that layer stands. Checksums are not looked at: see `verifyChecksums`.
 */
export function dissect(frame: Uint8Array): Packet {
  // A Buffer's slice() would be a view on the receive buffer.
  const bytes = frame.constructor === Uint8Array ? frame : new Uint8Array(frame.buffer, frame.byteOffset, frame.length);
  const at: Dissection = {
    packet: { ethernet: NO_ETHERNET, payload: NONE },
    r: new Reader(bytes),
    partial: false,
    end: bytes.length,
  };
  const { packet } = at;
  let layer: Layer | undefined = 'ethernet';
  let start = 0;
  try {
    for (let next: Layer | undefined = layer; next !== undefined; next = LAYERS[next](at)) {
      layer = next;
      start = at.r.pos;
    }
    if (at.r.left > 0 && at.r.pos < at.end) packet.payload = at.r.rest();
    if (at.end < bytes.length) packet.trailer = bytes.slice(at.end);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    packet.malformed = { layer, error: error.within(layer) };
    packet.payload = bytes.slice(start, at.end);
  }
  return packet;
}

function networkLayer(at: Dissection, type: number): Layer | undefined {
  switch (type) {
    case ETH_TYPE.IPV4:
      return 'ipv4';
    case ETH_TYPE.ARP:
      return 'arp';
    case ETH_TYPE.IPV6:
      return 'ipv6';
    case ETH_TYPE.LLDP:
      return 'lldp';
    default:
      if (type < FIRST_ETH_TYPE) narrow(at, type);
      return undefined;
  }
}

function transportLayer(proto: number, icmp: Layer, icmpProto: number): Layer | undefined {
  if (proto === IP_PROTO.TCP) return 'tcp';
  if (proto === IP_PROTO.UDP) return 'udp';
  return proto === icmpProto ? icmp : undefined;
}

/** Ends the window where the network layer says its payload ends; the rest of the frame is padding. */
function narrow(at: Dissection, length: number): void {
  const missing = length - at.r.left;
  if (missing > 0) {
    at.packet.truncated = missing;
    at.partial = true;
  }
  at.r = at.r.sub(missing > 0 ? at.r.left : length);
  at.end = at.r.end;
}
