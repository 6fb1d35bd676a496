import { fold, sumWords } from '../../../openflow/packet/checksum.ts';
import { IP_PROTO } from '../../../openflow/packet/ipv4.ts';
import { mssOf, TCP } from '../../../openflow/packet/tcp.ts';
import type { Path } from '../host/path.ts';

/** A segment as it was received (RFC 9293, 3.1). */
export interface Segment {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  readonly data: Uint8Array;
  /** What the sender announced; of a SYN only. */
  readonly mss: number | undefined;
}

/** A segment that is to be sent; its data is written by `fill`. */
export interface Outgoing {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  /** Announced when it is above 0. */
  readonly mss: number;
  /** Bytes of data. */
  readonly length: number;
}

export const TCP_HEADER = 20;
const MSS_OPTION = 4;
const NONE = new Uint8Array(0);

/** Data, SYN and FIN: what the segment takes up of the sequence (RFC 9293, 3.3.1, SEG.LEN). */
export function lengthOf({ data, flags }: Segment): number {
  return data.length + ((flags & TCP.SYN) !== 0 ? 1 : 0) + ((flags & TCP.FIN) !== 0 ? 1 : 0);
}

/** The segment at `frame[start, end)`; undefined when the header is broken or the checksum is wrong. */
export function readSegment(frame: Uint8Array, start: number, end: number, addressSum: number): Segment | undefined {
  if (end - start < TCP_HEADER) return undefined;
  const dataAt = start + (frame[start + 12]! >> 4) * 4;
  if (dataAt < start + TCP_HEADER || dataAt > end) return undefined;
  if (fold(sumWords(frame, start, end, addressSum + IP_PROTO.TCP + (end - start))) !== 0) return undefined;
  const flags = frame[start + 13]!;
  const withOptions = (flags & TCP.SYN) !== 0 && dataAt > start + TCP_HEADER;
  return {
    srcPort: u16(frame, start),
    dstPort: u16(frame, start + 2),
    seq: u32(frame, start + 4),
    ack: u32(frame, start + 8),
    flags,
    window: u16(frame, start + 14),
    data: dataAt === end ? NONE : frame.subarray(dataAt, end),
    mss: withOptions ? mssOf({ options: frame.subarray(start + TCP_HEADER, dataAt) }) : undefined,
  };
}

/** Makes a segment and sends it. */
export function sendSegment(path: Path, segment: Outgoing, fill?: (frame: Uint8Array, at: number) => void): void {
  const header = segment.mss > 0 ? TCP_HEADER + MSS_OPTION : TCP_HEADER;
  const size = header + segment.length;
  const frame = path.frame(IP_PROTO.TCP, size);
  const at = path.headers;
  putU16(frame, at, segment.srcPort);
  putU16(frame, at + 2, segment.dstPort);
  putU32(frame, at + 4, segment.seq);
  putU32(frame, at + 8, segment.ack);
  frame[at + 12] = header << 2;
  frame[at + 13] = segment.flags;
  putU16(frame, at + 14, segment.window);
  if (segment.mss > 0) {
    frame[at + 20] = 2;
    frame[at + 21] = MSS_OPTION;
    putU16(frame, at + 22, segment.mss);
  }
  fill?.(frame, at + header);
  putU16(frame, at + 16, fold(sumWords(frame, at, at + size, path.addressSum + IP_PROTO.TCP + size)));
  path.send(frame);
}

/** The reset that answers a segment for which there is no connection (RFC 9293, 3.10.7.1). */
export function resetFor(segment: Segment): Outgoing {
  const { srcPort, dstPort, seq, ack, flags } = segment;
  const base = { srcPort: dstPort, dstPort: srcPort, window: 0, mss: 0, length: 0 };
  if ((flags & TCP.ACK) !== 0) return { ...base, seq: ack, ack: 0, flags: TCP.RST };
  return { ...base, seq: 0, ack: (seq + lengthOf(segment)) >>> 0, flags: TCP.RST | TCP.ACK };
}

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}

export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >> 16;
  bytes[at + 2] = value >> 8;
  bytes[at + 3] = value;
}
