/** Adds the 16-bit words of `bytes[start, end)`; an odd last byte counts as if a zero followed (RFC 1071, 1). */
export function sumWords(bytes: Uint8Array, start: number, end: number, sum = 0): number {
  let total = sum;
  let i = start;
  for (const last = end - 1; i < last; i += 2) total += (bytes[i]! << 8) | bytes[i + 1]!;
  if (i < end) total += bytes[i]! << 8;
  return total;
}

/** Folds the carries in and complements: what the checksum field holds (RFC 1071, 1). */
export function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}

/** The Internet checksum of `bytes[start, end)` (RFC 1071). Over bytes that hold a right checksum it gives 0. */
export function checksum(bytes: Uint8Array, start = 0, end = bytes.length): number {
  return fold(sumWords(bytes, start, end));
}

/** The checksum field after some of its words changed: HC' = ~(~HC + ~m + m') (RFC 1624, eqn. 3). Sums as `sumWords` gives them. */
export function adjust(field: number, before: number, after: number): number {
  return fold((~field & 0xffff) + fold(before) + after);
}

/** Where a datagram is in its frame: the IP header, and the part behind the headers. */
export interface TransportSpan {
  readonly version: 4 | 6;
  readonly ip: number;
  readonly start: number;
  readonly end: number;
  readonly proto: number;
}

/** The sum of the addresses in the IP header at `span.ip`, which every pseudo header starts with. */
export function sumAddresses(bytes: Uint8Array, version: 4 | 6, ip: number): number {
  return version === 4 ? sumWords(bytes, ip + 12, ip + 20) : sumWords(bytes, ip + 8, ip + 40);
}

/** TCP, UDP and ICMPv6 checksum with the pseudo header of RFC 9293 3.1, RFC 768 and RFC 8200 8.1. */
export function transportChecksum(bytes: Uint8Array, { version, ip, start, end, proto }: TransportSpan): number {
  return fold(sumWords(bytes, start, end, sumAddresses(bytes, version, ip) + proto + (end - start)));
}
