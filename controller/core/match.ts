import type { Match } from '../../openflow/index.ts';
import { ipv4Bytes, macBytes } from '../../openflow/wire/addresses.ts';
import { ipv6Bytes } from '../../openflow/wire/ipv6.ts';

/** Whether a packet can fit both matches. Fields that cannot be compared are taken to fit. */
export function overlaps(a: Match, b: Match): boolean {
  for (const [field, one] of Object.entries(a)) {
    const other = b[field as keyof Match];
    if (other === undefined || one === undefined || field === 'unknown') continue;
    const [x, y] = [maskedOf(one), maskedOf(other)];
    if (x === undefined || y === undefined) continue;
    const mask = x.mask & y.mask;
    if ((x.value & mask) !== (y.value & mask)) return false;
  }
  return true;
}

const ALL = -1n;

function maskedOf(given: unknown) {
  const { value = given, mask } = (typeof given === 'object' ? given : {}) as { value?: unknown; mask?: unknown };
  const bits = bitsOf(value);
  const those = mask === undefined ? ALL : bitsOf(mask);
  return bits === undefined || those === undefined ? undefined : { value: bits, mask: those };
}

function bitsOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(value);
  if (typeof value !== 'string') return undefined;
  const bytes = macBytes(value) ?? ipv4Bytes(value) ?? ipv6Bytes(value);
  return bytes?.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}
