import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';

/** Message types (RFC 792). */
export const ICMP = {
  ECHO_REPLY: 0,
  UNREACHABLE: 3,
  SOURCE_QUENCH: 4,
  REDIRECT: 5,
  ECHO_REQUEST: 8,
  TIME_EXCEEDED: 11,
  PARAMETER_PROBLEM: 12,
} as const;

/** Codes of `ICMP.UNREACHABLE` (RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1). */
export const ICMP_UNREACHABLE = { NET: 0, HOST: 1, PROTOCOL: 2, PORT: 3, FRAGMENTATION_NEEDED: 4, ADMIN_PROHIBITED: 13 } as const;

/** An ICMP message; what follows the first 8 bytes (echo data, the quoted datagram) is the packet's payload. */
export interface Icmp {
  readonly type: number;
  readonly code: number;
  /** Echo request and reply. */
  readonly id?: number;
  /** Echo request and reply. */
  readonly seq?: number;
  /** The second word of every other message: unused, gateway, next-hop MTU. */
  readonly rest?: number;
  /** Only where it cannot be computed: in a fragment and in a packet that was cut. Given to `build`, it is written as it is. */
  readonly checksum?: number;
}

export function isEcho(type: number): boolean {
  return type === ICMP.ECHO_REQUEST || type === ICMP.ECHO_REPLY;
}

/** True of the messages that must never be answered with an ICMP error (RFC 1122, 3.2.2). */
export function isIcmpError(type: number): boolean {
  return (
    type === ICMP.UNREACHABLE ||
    (type >= ICMP.SOURCE_QUENCH && type <= ICMP.REDIRECT) ||
    (type >= ICMP.TIME_EXCEEDED && type <= ICMP.PARAMETER_PROBLEM)
  );
}

export function decodeIcmp(r: Reader, keepChecksum: boolean): Icmp {
  const type = r.u8();
  const code = r.u8();
  const sum = r.u16();
  const icmp: Icmp = isEcho(type) ? { type, code, id: r.u16(), seq: r.u16() } : { type, code, rest: r.u32() };
  return keepChecksum ? { ...icmp, checksum: sum } : icmp;
}

/** Writes the first 8 bytes, checksum 0 unless given; gives the offset of the checksum. */
export function encodeIcmp(w: Writer, { type, code, id = 0, seq = 0, rest = 0, checksum = 0 }: Icmp): number {
  w.u8(type);
  w.u8(code);
  w.u16(checksum);
  if (isEcho(type)) {
    w.u16(id);
    w.u16(seq);
  } else {
    w.u32(rest);
  }
  return w.pos - 6;
}
