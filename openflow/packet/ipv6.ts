import { ipv6 } from '../wire/addresses.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { DEFAULT_TTL } from './ipv4.ts';

/**
 * Extension headers that are walked (RFC 8200, 4; RFC 4302): those Open vSwitch walks, so that a packet has the protocol here
 * that it has in a match there.
 */
export const IPV6_EXT = { HOP_BY_HOP: 0, ROUTING: 43, FRAGMENT: 44, AUTH: 51, DESTINATION: 60 } as const;

/** A packet with more extension headers than this is malformed. */
export const MAX_EXTENSIONS = 8;

/** An extension header: everything behind its next-header and length bytes, as on the wire. */
export interface OpaqueExtension {
  readonly proto: number;
  readonly data: Uint8Array;
}

/** The fragment header (RFC 8200, 4.5); `offset` in units of 8 bytes. */
export interface FragmentExtension {
  readonly proto: typeof IPV6_EXT.FRAGMENT;
  readonly offset: number;
  readonly more: boolean;
  readonly id: number;
}

export type Extension = OpaqueExtension | FragmentExtension;

export interface Ipv6 {
  readonly src: string;
  readonly dst: string;
  /** The protocol behind the extension headers; the first of them when they are malformed. */
  readonly proto: number;
  readonly hopLimit: number;
  readonly dscp: number;
  readonly ecn: number;
  readonly flowLabel: number;
  readonly extensions: readonly Extension[];
  /** Extension headers and payload, as the header says it. */
  readonly payloadLength: number;
}

/** Left out: `hopLimit` 64, everything else 0 or empty. `proto` may be left out when a layer implies it; `payloadLength` is computed. */
export type Ipv6Input = Pick<Ipv6, 'src' | 'dst'> & Partial<Ipv6>;

const NONE: readonly Extension[] = Object.freeze([]);

/** The fixed header. `proto` is the first next header; `decodeExtensions` walks on from there. */
export function decodeIpv6(r: Reader): Ipv6 {
  const start = r.pos;
  const first = r.u32();
  if (first >>> 28 !== 6) throw new DecodeError('BAD_VALUE', start, `IP version ${first >>> 28} in an IPv6 frame`);
  const payloadLength = r.u16();
  const proto = r.u8();
  const hopLimit = r.u8();
  const [dscp, ecn, flowLabel] = [(first >>> 22) & 0x3f, (first >>> 20) & 3, first & 0xfffff];
  return { src: ipv6.read(r), dst: ipv6.read(r), proto, hopLimit, dscp, ecn, flowLabel, extensions: NONE, payloadLength };
}

/** Walks the extension headers up to the upper layer, or to the end of the headers of a later fragment. */
export function decodeExtensions(r: Reader, first: number): { proto: number; extensions: Extension[] } {
  const extensions: Extension[] = [];
  let proto = first;
  while (isExtension(proto)) {
    if (extensions.length === MAX_EXTENSIONS)
      throw new DecodeError('TOO_LARGE', r.pos, `more than ${MAX_EXTENSIONS} extension headers`);
    const next = r.u8();
    const length = r.u8();
    const extension = proto === IPV6_EXT.FRAGMENT ? decodeFragment(r) : { proto, data: r.take(dataLength(proto, length)) };
    extensions.push(extension);
    proto = next;
    if ('offset' in extension && extension.offset !== 0) break;
  }
  return { proto, extensions };
}

/** Writes header and extensions with length 0; `closeIpv6` fills it in. Gives the offset of the header. */
export function encodeIpv6(w: Writer, ip: Ipv6Input, proto: number): number {
  const { hopLimit = DEFAULT_TTL, dscp = 0, ecn = 0, flowLabel = 0, extensions = [] } = ip;
  if ((dscp & 0x3f) !== dscp || (ecn & 3) !== ecn || (flowLabel & 0xfffff) !== flowLabel) {
    throw new EncodeError(`dscp ${dscp}, ecn ${ecn} or flow label ${flowLabel} is out of range`);
  }
  const start = w.pos;
  w.u32(((6 << 28) | (dscp << 22) | (ecn << 20) | flowLabel) >>> 0);
  w.u16(0);
  w.u8(extensions[0]?.proto ?? proto);
  w.u8(hopLimit);
  ipv6.write(w, ip.src);
  ipv6.write(w, ip.dst);
  extensions.forEach((extension, i) => {
    encodeExtension(w, extension, extensions[i + 1]?.proto ?? proto);
  });
  return start;
}

/** Fills in the payload length of the header at `start`. */
export function closeIpv6(bytes: Uint8Array, start: number, payloadLength: number): void {
  if (payloadLength > 0xffff) throw new EncodeError(`a payload of ${payloadLength} bytes`);
  bytes[start + 4] = payloadLength >> 8;
  bytes[start + 5] = payloadLength & 0xff;
}

/** True of the next-header values that announce a header of RFC 8200 4, which another next-header value is in. */
export function isExtension(proto: number): boolean {
  switch (proto) {
    case IPV6_EXT.HOP_BY_HOP:
    case IPV6_EXT.ROUTING:
    case IPV6_EXT.FRAGMENT:
    case IPV6_EXT.AUTH:
    case IPV6_EXT.DESTINATION:
      return true;
    default:
      return false;
  }
}

// RFC 8200 4.3: units of 8 bytes, the first not counted. RFC 4302 2.2: units of 4 bytes, minus 2.
function dataLength(proto: number, length: number): number {
  return proto === IPV6_EXT.AUTH ? length * 4 + 6 : length * 8 + 6;
}

function decodeFragment(r: Reader): FragmentExtension {
  const field = r.u16();
  return { proto: IPV6_EXT.FRAGMENT, offset: field >> 3, more: (field & 1) === 1, id: r.u32() };
}

function encodeExtension(w: Writer, extension: Extension, next: number): void {
  if (!isExtension(extension.proto)) throw new EncodeError(`${extension.proto} is no extension header`);
  w.u8(next);
  if ('offset' in extension) {
    if ((extension.offset & 0x1fff) !== extension.offset) throw new EncodeError(`fragment offset ${extension.offset}`);
    w.u8(0);
    w.u16((extension.offset << 3) | (extension.more ? 1 : 0));
    w.u32(extension.id);
    return;
  }
  const { proto, data } = extension;
  const length = proto === IPV6_EXT.AUTH ? (data.length - 6) / 4 : (data.length - 6) / 8;
  if (!Number.isInteger(length) || length < 0)
    throw new EncodeError(`extension header ${proto} with ${data.length} bytes of data`);
  w.u8(length);
  w.put(data);
}
