import { ipv4Bytes, macBytes } from '../wire/addresses.ts';
import { EncodeError } from '../wire/errors.ts';
import { ipv6Bytes } from '../wire/ipv6.ts';
import { adjust, sumWords } from './checksum.ts';
import { IP_PROTO } from './ipv4.ts';
import { type Place, placeOf } from './place.ts';

/** The set-field actions of a load balancer. `l4Src` and `l4Dst` are the ports of TCP and UDP. */
export interface Rewrite {
  readonly ethSrc?: string;
  readonly ethDst?: string;
  readonly ipSrc?: string;
  readonly ipDst?: string;
  readonly l4Src?: number;
  readonly l4Dst?: number;
}

/**
 * What an OpenFlow switch's set-field actions (1.3.5, 7.2.5.7) make of a frame: a new frame in which the checksums are
 * updated incrementally (RFC 1624), so that a checksum that was wrong stays wrong, and the UDP checksum 0 stays 0. A field the
 * frame does not have, for example the ports of a later fragment, is left alone, as a switch does.
 */
export function rewrite(frame: Uint8Array, { ethSrc, ethDst, ipSrc, ipDst, l4Src, l4Dst }: Rewrite): Uint8Array {
  const out = new Uint8Array(frame);
  if (out.length < 14) return out;
  if (ethDst !== undefined) out.set(address(macBytes(ethDst), ethDst), 0);
  if (ethSrc !== undefined) out.set(address(macBytes(ethSrc), ethSrc), 6);
  const place = placeOf(out);
  if (place === undefined) return out;
  const { version, ip, start } = place;
  const src = ip + (version === 4 ? 12 : 8);
  const size = version === 4 ? 4 : 16;
  if (ipSrc !== undefined) setAddress(out, place, src, ipSrc, true);
  if (ipDst !== undefined) setAddress(out, place, src + size, ipDst, !place.routed);
  if (place.checksumAt === -1 || (place.proto !== IP_PROTO.TCP && place.proto !== IP_PROTO.UDP)) return out;
  if (l4Src !== undefined) setPort(out, place, start, l4Src);
  if (l4Dst !== undefined) setPort(out, place, start + 2, l4Dst);
  return out;
}

function setAddress(out: Uint8Array, place: Place, at: number, text: string, inPseudoHeader: boolean): void {
  const v6 = ipv6Bytes(text);
  const bytes = address(ipv4Bytes(text) ?? v6, text);
  if ((v6 === undefined) !== (place.version === 4)) return;
  const before = sumWords(out, at, at + bytes.length);
  out.set(bytes, at);
  const after = sumWords(out, at, at + bytes.length);
  if (place.version === 4) patch(out, place.ip + 10, before, after);
  if (inPseudoHeader && place.proto !== IP_PROTO.ICMP) patchTransport(out, place, before, after);
}

function setPort(out: Uint8Array, place: Place, at: number, port: number): void {
  if ((port & 0xffff) !== port) throw new EncodeError(`${port} is no port`);
  const before = sumWords(out, at, at + 2);
  out[at] = port >> 8;
  out[at + 1] = port & 0xff;
  patchTransport(out, place, before, port);
}

function patchTransport(out: Uint8Array, { proto, checksumAt }: Place, before: number, after: number): void {
  if (checksumAt === -1) return;
  const none = out[checksumAt] === 0 && out[checksumAt + 1] === 0;
  if (proto === IP_PROTO.UDP && none) return;
  patch(out, checksumAt, before, after);
  // RFC 768: 0 would say that there is no checksum.
  if (proto === IP_PROTO.UDP && out[checksumAt] === 0 && out[checksumAt + 1] === 0) out.fill(0xff, checksumAt, checksumAt + 2);
}

function patch(out: Uint8Array, at: number, before: number, after: number): void {
  if (before === after) return;
  const field = adjust((out[at]! << 8) | out[at + 1]!, before, after);
  out[at] = field >> 8;
  out[at + 1] = field & 0xff;
}

function address(bytes: Uint8Array | undefined, text: string): Uint8Array {
  if (bytes === undefined) throw new EncodeError(`${JSON.stringify(text)} is no address`);
  return bytes;
}
