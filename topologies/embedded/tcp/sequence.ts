/** Sequence numbers count modulo 2^32 (RFC 9293, 3.4). */
export function plus(sequence: number, count: number): number {
  return (sequence + count) >>> 0;
}

/** How far `one` is ahead of `other`; negative when it is behind. Right for numbers less than 2^31 apart. */
export function ahead(one: number, other: number): number {
  return (one - other) | 0;
}
