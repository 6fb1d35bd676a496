import { adjust } from '../../../openflow/packet/checksum.ts';
import type { Layers } from './extract.ts';
import { AT, type FlowKey, FRAG } from './flow-key.ts';
import { PROTO } from './header.ts';

/** Updates a checksum field after words with the sum `before` became words with the sum `after`. */
export function patch(frame: Uint8Array, at: number, before: number, after: number): void {
  if (before === after) return;
  const field = adjust((frame[at]! << 8) | frame[at + 1]!, before, after);
  frame[at] = field >> 8;
  frame[at + 1] = field;
}

/** Updates the checksum of TCP, UDP or ICMPv6 after a part of the pseudo header or of the ports changed; a later fragment has none. */
export function patchTransport(frame: Uint8Array, base: FlowKey, { l4, end }: Layers, before: number, after: number): void {
  if ((base.bytes[AT.ipFrag]! & FRAG.LATER) !== 0) return;
  switch (base.bytes[AT.ipProto]) {
    case PROTO.TCP:
      if (end - l4 >= 20) patch(frame, l4 + 16, before, after);
      return;
    case PROTO.UDP:
      if (end - l4 < 8 || (frame[l4 + 6] === 0 && frame[l4 + 7] === 0)) return;
      patch(frame, l4 + 6, before, after);
      // RFC 768: 0 would say that there is no checksum.
      if (frame[l4 + 6] === 0 && frame[l4 + 7] === 0) frame.fill(0xff, l4 + 6, l4 + 8);
      return;
    case PROTO.ICMPV6:
      if (end - l4 >= 4) patch(frame, l4 + 2, before, after);
  }
}

/** Changes an SCTP packet; a checksum that was right is right again, one that was wrong stays wrong by as much. */
export function replaceSctpChecksum(frame: Uint8Array, { l4, end }: Layers, change: () => void): void {
  const old = frame.slice(l4 + 8, l4 + 12);
  const right = sctpChecksum(frame, l4, end);
  change();
  const now = sctpChecksum(frame, l4, end);
  for (let i = 0; i < 4; i++) frame[l4 + 8 + i] = old[i]! ^ (right >>> (8 * i)) ^ (now >>> (8 * i));
}

/** CRC32c of an SCTP packet with a checksum field of zeros (RFC 9260, appendix A); its low byte goes first. */
function sctpChecksum(frame: Uint8Array, start: number, end: number): number {
  let crc = ~0;
  for (let i = start; i < end; i++) {
    crc ^= i >= start + 8 && i < start + 12 ? 0 : frame[i]!;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
