import { ipv4 } from '../wire/addresses.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { checksum } from './checksum.ts';

/** IP protocol and next-header numbers (IANA). */
export const IP_PROTO = { ICMP: 1, TCP: 6, UDP: 17, ICMPV6: 58 } as const;

/** The flags field: don't fragment, more fragments (RFC 791, 3.1). */
export const IPV4_FLAGS = { MF: 1, DF: 2 } as const;

export interface Ipv4 {
  readonly src: string;
  readonly dst: string;
  readonly proto: number;
  readonly ttl: number;
  readonly dscp: number;
  readonly ecn: number;
  readonly id: number;
  readonly flags: number;
  /** In units of 8 bytes, as in the header. */
  readonly fragmentOffset: number;
  /** As on the wire, padding included. */
  readonly options: Uint8Array;
  /** Header and payload, as the header says it. */
  readonly totalLength: number;
}

/** Left out: `ttl` 64, everything else 0 or empty. `proto` may be left out when a layer implies it; `totalLength` is computed. */
export type Ipv4Input = Pick<Ipv4, 'src' | 'dst'> & Partial<Ipv4>;

export const DEFAULT_TTL = 64;
const MIN_HEADER = 20;
const MAX_OPTIONS = 40;
const NONE = new Uint8Array(0);

/** The header and its options. The header checksum is not looked at: see `verifyChecksums`. */
export function decodeIpv4(r: Reader): Ipv4 {
  const start = r.pos;
  const first = r.u8();
  if (first >> 4 !== 4) throw new DecodeError('BAD_VALUE', start, `IP version ${first >> 4} in an IPv4 frame`);
  const headerLength = (first & 15) * 4;
  if (headerLength < MIN_HEADER) throw new DecodeError('BAD_LENGTH', start, `header length ${headerLength}`);
  const tos = r.u8();
  const totalLength = r.u16();
  if (totalLength < headerLength) throw new DecodeError('BAD_LENGTH', start + 2, `total length ${totalLength}`);
  const id = r.u16();
  const fragment = r.u16();
  const ttl = r.u8();
  const proto = r.u8();
  r.advance(2);
  const src = ipv4.read(r);
  const dst = ipv4.read(r);
  const options = headerLength === MIN_HEADER ? NONE : r.take(headerLength - MIN_HEADER);
  const [flags, fragmentOffset] = [fragment >> 13, fragment & 0x1fff];
  return { src, dst, proto, ttl, dscp: tos >> 2, ecn: tos & 3, id, flags, fragmentOffset, options, totalLength };
}

/** Writes the header with length 0; `closeIpv4` fills in length and checksum. Gives the offset of the header. */
export function encodeIpv4(w: Writer, ip: Ipv4Input, proto: number): number {
  const { ttl = DEFAULT_TTL, dscp = 0, ecn = 0, id = 0, flags = 0, fragmentOffset = 0, options = NONE } = ip;
  const padding = -options.length & 3;
  if (options.length + padding > MAX_OPTIONS) throw new EncodeError(`${options.length} bytes of IPv4 options`);
  if ((dscp & 0x3f) !== dscp || (ecn & 3) !== ecn) throw new EncodeError(`dscp ${dscp} or ecn ${ecn} is out of range`);
  if ((flags & 7) !== flags || (fragmentOffset & 0x1fff) !== fragmentOffset) {
    throw new EncodeError(`flags ${flags} or fragment offset ${fragmentOffset} is out of range`);
  }
  const start = w.pos;
  w.u8(0x40 | ((MIN_HEADER + options.length + padding) >> 2));
  w.u8((dscp << 2) | ecn);
  w.u16(0);
  w.u16(id);
  w.u16((flags << 13) | fragmentOffset);
  w.u8(ttl);
  w.u8(proto);
  w.u16(0);
  ipv4.write(w, ip.src);
  ipv4.write(w, ip.dst);
  w.put(options);
  w.zeros(padding);
  return start;
}

/** Fills in total length and header checksum (RFC 791, 3.1) of the header at `start`. */
export function closeIpv4(bytes: Uint8Array, start: number, totalLength: number): void {
  if (totalLength > 0xffff) throw new EncodeError(`a datagram of ${totalLength} bytes`);
  bytes[start + 2] = totalLength >> 8;
  bytes[start + 3] = totalLength & 0xff;
  bytes.fill(0, start + 10, start + 12);
  const sum = checksum(bytes, start, start + (bytes[start]! & 15) * 4);
  bytes[start + 10] = sum >> 8;
  bytes[start + 11] = sum & 0xff;
}
