import { checksum, transportChecksum } from './checksum.ts';
import { IP_PROTO } from './ipv4.ts';
import { placeOf } from './place.ts';

/** Whether the checksums of a frame are right; a field is absent where there is no such checksum or it cannot be judged. */
export interface Verification {
  /** The IPv4 header's. */
  readonly ipv4?: boolean;
  /** The one of TCP, UDP, ICMP or ICMPv6. Absent for fragments, cut packets and UDP without checksum. */
  readonly transport?: boolean;
}

/** Judges the checksums that a switch leaves alone when it rewrites a packet and that a host would drop the packet for. */
export function verifyChecksums(frame: Uint8Array): Verification {
  const place = placeOf(frame);
  if (place === undefined) return {};
  const { version, ip, start, end, proto, whole, checksumAt, routed } = place;
  const header = version === 4 ? { ipv4: checksum(frame, ip, ip + (frame[ip]! & 15) * 4) === 0 } : {};
  if (!whole || routed || checksumAt === -1) return header;
  const none = frame[checksumAt] === 0 && frame[checksumAt + 1] === 0;
  if (proto === IP_PROTO.UDP && none) return header;
  const covered = { version, ip, start, end: proto === IP_PROTO.UDP ? udpEnd(frame, start, end) : end, proto };
  return {
    ...header,
    transport: (proto === IP_PROTO.ICMP ? checksum(frame, start, end) : transportChecksum(frame, covered)) === 0,
  };
}

/** The checksum covers what UDP's own length says, which may be less than the IP payload (RFC 768). */
function udpEnd(frame: Uint8Array, start: number, end: number): number {
  const length = (frame[start + 4]! << 8) | frame[start + 5]!;
  return length >= 8 ? Math.min(start + length, end) : end;
}
