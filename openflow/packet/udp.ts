import { DecodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';

export interface Udp {
  readonly srcPort: number;
  readonly dstPort: number;
  /**
   * 0 when the sender computed none (RFC 768), or the value where it cannot be computed: in a fragment and in a packet that
   * was cut. Given to `build`, it is written as it is; absent, it is computed.
   */
  readonly checksum?: number;
  /** Header and payload of the whole datagram, only where it is not here whole. Given to `build`, it is written as it is. */
  readonly length?: number;
}

export const UDP_HEADER = 8;

/** The header, and the number of payload bytes it announces. `partial`: the rest of the datagram may be elsewhere. */
export function decodeUdp(r: Reader, partial: boolean): { udp: Udp; length: number } {
  const start = r.pos;
  const available = r.left;
  const srcPort = r.u16();
  const dstPort = r.u16();
  const length = r.u16();
  const checksum = r.u16();
  if (length < UDP_HEADER || (length > available && !partial)) {
    throw new DecodeError('BAD_LENGTH', start + 4, `UDP length ${length} in ${available} bytes`);
  }
  const ports = { srcPort, dstPort };
  const udp: Udp = partial ? { ...ports, checksum, length } : checksum === 0 ? { ...ports, checksum } : ports;
  return { udp, length: Math.min(length, available) - UDP_HEADER };
}

/** Writes the header for a payload of `length` bytes, checksum 0 unless given; gives the offset of the checksum. */
export function encodeUdp(w: Writer, udp: Udp, length: number): number {
  w.u16(udp.srcPort);
  w.u16(udp.dstPort);
  w.u16(udp.length ?? UDP_HEADER + length);
  w.u16(udp.checksum ?? 0);
  return w.pos - 2;
}
