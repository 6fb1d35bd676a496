import { DecodeError, EncodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';

/** Control bits (RFC 9293, 3.1; AE: RFC 9768). They are the values of OXM `tcp_flags`. */
export const TCP = { FIN: 0x01, SYN: 0x02, RST: 0x04, PSH: 0x08, ACK: 0x10, URG: 0x20, ECE: 0x40, CWR: 0x80, AE: 0x100 } as const;

export interface Tcp {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  /** Control bits, and the reserved bits above them: 12 bits. */
  readonly flags: number;
  readonly window: number;
  readonly urgent: number;
  /** As on the wire, padding included. */
  readonly options: Uint8Array;
  /** Only where it cannot be computed: in a fragment and in a packet that was cut. Given to `build`, it is written as it is. */
  readonly checksum?: number;
}

/** Left out: `window` 65535, everything else 0 or empty. */
export type TcpInput = Pick<Tcp, 'srcPort' | 'dstPort' | 'flags'> & Partial<Tcp>;

const MIN_HEADER = 20;
const MAX_OPTIONS = 40;
const NONE = new Uint8Array(0);
const OPTION = { END: 0, NOP: 1, MSS: 2 } as const;

/** The header and its options (RFC 9293, 3.1). `keepChecksum`: it covers bytes that are not here. */
export function decodeTcp(r: Reader, keepChecksum: boolean): Tcp {
  const start = r.pos;
  const srcPort = r.u16();
  const dstPort = r.u16();
  const seq = r.u32();
  const ack = r.u32();
  const field = r.u16();
  const window = r.u16();
  const sum = r.u16();
  const urgent = r.u16();
  const headerLength = (field >> 12) * 4;
  if (headerLength < MIN_HEADER) throw new DecodeError('BAD_LENGTH', start + 12, `data offset ${headerLength}`);
  const options = headerLength === MIN_HEADER ? NONE : r.take(headerLength - MIN_HEADER);
  const tcp: Tcp = { srcPort, dstPort, seq, ack, flags: field & 0xfff, window, urgent, options };
  return keepChecksum ? { ...tcp, checksum: sum } : tcp;
}

/** Writes the header, checksum 0 unless given; gives the offset of the checksum. */
export function encodeTcp(w: Writer, tcp: TcpInput): number {
  const { seq = 0, ack = 0, window = 0xffff, urgent = 0, options = NONE, flags } = tcp;
  const padding = -options.length & 3;
  if (options.length + padding > MAX_OPTIONS) throw new EncodeError(`${options.length} bytes of TCP options`);
  if ((flags & 0xfff) !== flags) throw new EncodeError(`TCP flags ${flags} are out of range`);
  w.u16(tcp.srcPort);
  w.u16(tcp.dstPort);
  w.u32(seq);
  w.u32(ack);
  w.u16((((MIN_HEADER + options.length + padding) >> 2) << 12) | flags);
  w.u16(window);
  const checksumAt = w.pos;
  w.u16(tcp.checksum ?? 0);
  w.u16(urgent);
  w.put(options);
  w.zeros(padding);
  return checksumAt;
}

/** The maximum segment size option as bytes for `options` (RFC 9293, 3.7.1). */
export function mssOption(mss: number): Uint8Array {
  return Uint8Array.of(OPTION.MSS, 4, mss >> 8, mss & 0xff);
}

/** The maximum segment size the sender announced; undefined when it did not, or when its options are broken. */
export function mssOf({ options }: Pick<Tcp, 'options'>): number | undefined {
  for (let at = 0; at < options.length; ) {
    const kind = options[at]!;
    if (kind === OPTION.END) return undefined;
    const length = kind === OPTION.NOP ? 1 : (options[at + 1] ?? 0);
    if (length < (kind === OPTION.NOP ? 1 : 2) || at + length > options.length) return undefined;
    if (kind === OPTION.MSS && length === 4) return (options[at + 2]! << 8) | options[at + 3]!;
    at += length;
  }
  return undefined;
}
