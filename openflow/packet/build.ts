import { EncodeError, within } from '../wire/errors.ts';
import { Writer } from '../wire/writer.ts';
import { encodeArp } from './arp.ts';
import { checksum, type TransportSpan, transportChecksum } from './checksum.ts';
import { ETH_TYPE, encodeEthernet, FIRST_ETH_TYPE } from './ethernet.ts';
import { encodeIcmp } from './icmp.ts';
import { encodeIcmpv6 } from './icmpv6.ts';
import { closeIpv4, encodeIpv4, IP_PROTO } from './ipv4.ts';
import { closeIpv6, encodeIpv6 } from './ipv6.ts';
import { encodeLldp } from './lldp.ts';
import type { Layer, PacketInput } from './packet.ts';
import { encodeTcp } from './tcp.ts';
import { encodeUdp } from './udp.ts';

const NONE = new Uint8Array(0);
const IPV6_HEADER = 40;
/** Room for the headers of nearly every packet; the writer grows when it is not enough. */
const HEADERS = 160;

/**
 * The frame of a packet: lengths and checksums computed, types and protocols implied by the layers, small defaults. A short
 * frame is not padded to 60 bytes: whoever sends it does that. Values that have no encoding throw `EncodeError`.
 */
export function build(packet: PacketInput): Uint8Array {
  const w = new Writer(HEADERS + (packet.payload?.length ?? 0));
  const type = etherType(packet);
  layer('ethernet', () => encodeEthernet(w, packet.ethernet, type));
  const { arp, lldp, ipv4, ipv6, payload = NONE, trailer = NONE } = packet;
  if (ipv4 !== undefined) buildIpv4(w, packet, ipv4);
  else if (ipv6 !== undefined) buildIpv6(w, packet, ipv6);
  else if (arp !== undefined) layer('arp', () => encodeArp(w, arp));
  else if (lldp !== undefined) layer('lldp', () => encodeLldp(w, lldp));
  else w.put(payload);
  w.put(trailer);
  return w.finish();
}

function buildIpv4(w: Writer, packet: PacketInput, ipv4: NonNullable<PacketInput['ipv4']>): void {
  const proto = ipProto(packet, ipv4.proto);
  const ip = layer('ipv4', () => encodeIpv4(w, ipv4, proto));
  buildTransport(w, packet, { version: 4, ip, start: w.pos, proto });
  layer('ipv4', () => closeIpv4(w.bytes, ip, w.pos - ip));
}

function buildIpv6(w: Writer, packet: PacketInput, ipv6: NonNullable<PacketInput['ipv6']>): void {
  const proto = ipProto(packet, ipv6.proto);
  const ip = layer('ipv6', () => encodeIpv6(w, ipv6, proto));
  buildTransport(w, packet, { version: 6, ip, start: w.pos, proto });
  layer('ipv6', () => closeIpv6(w.bytes, ip, w.pos - ip - IPV6_HEADER));
}

function buildTransport(w: Writer, packet: PacketInput, span: Omit<TransportSpan, 'end'>): void {
  const { tcp, udp, icmp, icmpv6, payload = NONE } = packet;
  let checksumAt = -1;
  if (tcp !== undefined) checksumAt = layer('tcp', () => encodeTcp(w, tcp));
  else if (udp !== undefined) checksumAt = layer('udp', () => encodeUdp(w, udp, payload.length));
  else if (icmp !== undefined) checksumAt = layer('icmp', () => encodeIcmp(w, icmp));
  else if (icmpv6 !== undefined) checksumAt = layer('icmpv6', () => encodeIcmpv6(w, icmpv6));
  w.put(payload);
  const given = (tcp ?? udp ?? icmp ?? icmpv6)?.checksum;
  if (checksumAt === -1 || given !== undefined) return;
  const sum = icmp === undefined ? transportChecksum(w.bytes, { ...span, end: w.pos }) : checksum(w.bytes, span.start, w.pos);
  // RFC 768: a computed 0 is sent as all ones, 0 means that there is no checksum.
  w.patchU16(checksumAt, udp !== undefined && sum === 0 ? 0xffff : sum);
}

function etherType({ ethernet, arp, lldp, ipv4, ipv6, payload = NONE }: PacketInput): number {
  if (ipv4 !== undefined) return ETH_TYPE.IPV4;
  if (ipv6 !== undefined) return ETH_TYPE.IPV6;
  if (arp !== undefined) return ETH_TYPE.ARP;
  if (lldp !== undefined) return ETH_TYPE.LLDP;
  const { type } = ethernet;
  if (type === undefined) throw new EncodeError('no type, and no layer that implies one').within('ethernet');
  return type < FIRST_ETH_TYPE ? payload.length : type;
}

function ipProto({ tcp, udp, icmp, icmpv6 }: PacketInput, given: number | undefined): number {
  if (tcp !== undefined) return IP_PROTO.TCP;
  if (udp !== undefined) return IP_PROTO.UDP;
  if (icmp !== undefined) return IP_PROTO.ICMP;
  if (icmpv6 !== undefined) return IP_PROTO.ICMPV6;
  if (given === undefined) throw new EncodeError('no protocol, and no layer that implies one');
  return given;
}

function layer<T>(name: Layer, encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    throw within(error, name);
  }
}
