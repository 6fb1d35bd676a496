import type { BitRange } from '../../../openflow/protocol/nicira-actions.ts';
import type { Place } from './field-place.ts';
import type { FlowKey } from './flow-key.ts';

/** Some bits of a field as a number. */
export function readBits({ bytes }: FlowKey, { at, size, shift }: Place, { ofs, nBits }: BitRange): bigint {
  let number = 0n;
  for (let n = nBits - 1; n >= 0; n--) {
    const bit = shift + ofs + n;
    number = (number << 1n) | BigInt((bytes[at + size - 1 - (bit >> 3)]! >> (bit & 7)) & 1);
  }
  return number;
}

/** Writes a number into some bits of a field. */
export function writeBits({ bytes }: FlowKey, { at, size, shift }: Place, { ofs, nBits }: BitRange, number: bigint): void {
  let rest = number;
  for (let n = 0; n < nBits; n++, rest >>= 1n) {
    const bit = shift + ofs + n;
    const byte = at + size - 1 - (bit >> 3);
    bytes[byte] = (bytes[byte]! & ~(1 << (bit & 7))) | (Number(rest & 1n) << (bit & 7));
  }
}
