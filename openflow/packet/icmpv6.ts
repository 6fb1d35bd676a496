import { ipv6, mac } from '../wire/addresses.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';

/** Message types (RFC 4443; RFC 4861, 4). */
export const ICMPV6 = {
  UNREACHABLE: 1,
  PACKET_TOO_BIG: 2,
  TIME_EXCEEDED: 3,
  PARAMETER_PROBLEM: 4,
  ECHO_REQUEST: 128,
  ECHO_REPLY: 129,
  NEIGHBOR_SOLICITATION: 135,
  NEIGHBOR_ADVERTISEMENT: 136,
} as const;

/** Codes of `ICMPV6.UNREACHABLE` (RFC 4443, 3.1). */
export const ICMPV6_UNREACHABLE = { NO_ROUTE: 0, ADMIN_PROHIBITED: 1, ADDRESS: 3, PORT: 4 } as const;

/** Neighbor discovery options that carry a link-layer address (RFC 4861, 4.6.1). */
export const ND_OPTION = { SOURCE_LINK_LAYER: 1, TARGET_LINK_LAYER: 2 } as const;

/** Flags of a neighbor advertisement, in `rest` (RFC 4861, 4.4). */
export const NA_FLAGS = { ROUTER: 0x80000000, SOLICITED: 0x40000000, OVERRIDE: 0x20000000 } as const;

/** `mac` for the two link-layer address options, `data` (behind type and length) for the others. */
export interface NdOption {
  readonly type: number;
  readonly mac?: string;
  readonly data?: Uint8Array;
}

/** An ICMPv6 message; what follows the fields here is the packet's payload. */
export interface Icmpv6 {
  readonly type: number;
  readonly code: number;
  /** Echo request and reply. */
  readonly id?: number;
  /** Echo request and reply. */
  readonly seq?: number;
  /** The second word of every other message: unused, MTU, pointer, `NA_FLAGS`. */
  readonly rest?: number;
  /** Neighbor solicitation and advertisement. */
  readonly target?: string;
  /** Neighbor solicitation and advertisement. */
  readonly options?: readonly NdOption[];
  /** Only where it cannot be computed: in a fragment and in a packet that was cut. Given to `build`, it is written as it is. */
  readonly checksum?: number;
}

export function isEchoV6(type: number): boolean {
  return type === ICMPV6.ECHO_REQUEST || type === ICMPV6.ECHO_REPLY;
}

export function isNeighborDiscovery(type: number): boolean {
  return type === ICMPV6.NEIGHBOR_SOLICITATION || type === ICMPV6.NEIGHBOR_ADVERTISEMENT;
}

/** The link-layer address a solicitation or advertisement carries. */
export function linkLayerOf(icmpv6: Icmpv6): string | undefined {
  return icmpv6.options?.find(option => option.mac !== undefined)?.mac;
}

export function decodeIcmpv6(r: Reader, keepChecksum: boolean): Icmpv6 {
  const type = r.u8();
  const code = r.u8();
  const sum = r.u16();
  const kept = keepChecksum ? { checksum: sum } : undefined;
  if (isEchoV6(type)) return { type, code, id: r.u16(), seq: r.u16(), ...kept };
  const rest = r.u32();
  if (!isNeighborDiscovery(type)) return { type, code, rest, ...kept };
  return { type, code, rest, target: ipv6.read(r), options: decodeOptions(r), ...kept };
}

/** Writes the message without its payload, checksum 0 unless given; gives the offset of the checksum. */
export function encodeIcmpv6(w: Writer, icmpv6: Icmpv6): number {
  const { type, code, id = 0, seq = 0, rest = 0, target, options = [], checksum = 0 } = icmpv6;
  const start = w.pos;
  w.u8(type);
  w.u8(code);
  w.u16(checksum);
  if (isEchoV6(type)) {
    w.u16(id);
    w.u16(seq);
    return start + 2;
  }
  w.u32(rest);
  if (isNeighborDiscovery(type)) {
    if (target === undefined) throw new EncodeError('neighbor discovery without a target');
    ipv6.write(w, target);
    for (const option of options) encodeOption(w, option);
  }
  return start + 2;
}

function decodeOptions(r: Reader): NdOption[] {
  const options: NdOption[] = [];
  while (r.left > 0) {
    const at = r.pos;
    const type = r.u8();
    const length = r.u8() * 8;
    // RFC 4861 4.6: a node must silently discard a packet that has an option of length zero.
    if (length === 0) throw new DecodeError('BAD_LENGTH', at, 'option of length 0');
    options.push(isLinkLayer(type) && length === 8 ? { type, mac: mac.read(r) } : { type, data: r.take(length - 2) });
  }
  return options;
}

function encodeOption(w: Writer, { type, mac: address, data = new Uint8Array(0) }: NdOption): void {
  const length = address === undefined ? data.length + 2 : 8;
  if (length % 8 !== 0) throw new EncodeError(`option ${type} of ${length} bytes is no multiple of 8`);
  w.u8(type);
  w.u8(length / 8);
  if (address === undefined) w.put(data);
  else mac.write(w, address);
}

function isLinkLayer(type: number): boolean {
  return type === ND_OPTION.SOURCE_LINK_LAYER || type === ND_OPTION.TARGET_LINK_LAYER;
}
