import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps } from '../../../controller/core/match.ts';
import type { Match } from '../../../openflow/index.ts';

/** Two fields of three bits: all packets can be tried. */
const VALUES = Array.from({ length: 8 }, (_, i) => i);
type Small = { readonly value: number; readonly mask: number } | number | undefined;

/** Each as a field that a match has as a number, as an address, and as a 64-bit number. */
const FIELDS = {
  tcpDst: (n: number): unknown => n,
  ethSrc: (n: number): unknown => `00:00:00:00:00:0${n}`,
  ipv4Dst: (n: number): unknown => `0.0.0.${n}`,
  ipv6Src: (n: number): unknown => `::${n}`,
  metadata: (n: number): unknown => BigInt(n),
} as const;
type Field = keyof typeof FIELDS;
const NAMES = Object.keys(FIELDS) as Field[];

const small: fc.Arbitrary<Small> = fc.oneof(
  fc.constant(undefined),
  fc.nat(7),
  fc.record({ value: fc.nat(7), mask: fc.nat(7) }).map(({ value, mask }) => ({ value: value & mask, mask })),
);
const fits = (n: number, one: Small) =>
  one === undefined || (typeof one === 'number' ? n === one : (n & one.mask) === (one.value & one.mask));

function matchOf(fields: Readonly<Partial<Record<Field, Small>>>): Match {
  const match: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(fields)) {
    const text = FIELDS[name as Field];
    if (typeof one === 'number') match[name] = text(one);
    else if (one !== undefined) match[name] = { value: text(one.value), mask: text(one.mask) };
  }
  return match as Match;
}

describe('two matches overlap', () => {
  it('when a packet fits both, as trying all packets tells', () => {
    const two = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(two, fc.tuple(small, small), fc.tuple(small, small), ([first, second], [a, b], [c, d]) => {
        const one = matchOf({ [first!]: a, [second!]: b });
        const other = matchOf({ [first!]: c, [second!]: d });
        const isCommon = both(a, c) && both(b, d);
        expect(overlaps(one, other)).toBe(isCommon);
        expect(overlaps(other, one)).toBe(isCommon);
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, Match, Match, boolean]>([
    ['all packets, and all', {}, {}, true],
    ['all packets, and some', {}, { ethType: 0x800 }, true],
    ['fields that have nothing to do with each other', { inPort: 1 }, { ethType: 0x800 }, true],
    ['two protocols', { ethType: 0x800, ipProto: 6 }, { ethType: 0x800, ipProto: 17 }, false],
    ['a net and a host in it', { ipv4Dst: { value: '10.0.0.0', mask: '255.0.0.0' } }, { ipv4Dst: '10.1.2.3' }, true],
    ['a net and a host elsewhere', { ipv4Dst: { value: '10.0.0.0', mask: '255.0.0.0' } }, { ipv4Dst: '11.1.2.3' }, false],
    ['an IPv6 net and a host in it', { ipv6Dst: { value: '2001:db8::', mask: 'ffff:ffff::' } }, { ipv6Dst: '2001:db8::1' }, true],
    [
      'an IPv6 net and a host elsewhere',
      { ipv6Dst: { value: '2001:db8::', mask: 'ffff:ffff::' } },
      { ipv6Dst: '2001:db9::1' },
      false,
    ],
    ['SYN alone, and SYN with ACK', { tcpFlags: { value: 2, mask: 0x12 } }, { tcpFlags: { value: 0x12, mask: 0x12 } }, false],
    ['SYN alone, and FIN', { tcpFlags: { value: 2, mask: 0x12 } }, { tcpFlags: { value: 1, mask: 1 } }, true],
  ])('%s: row', (_what, one, other, isCommon) => {
    expect(overlaps(one, other)).toBe(isCommon);
    expect(overlaps(other, one)).toBe(isCommon);
  });

  it('where a field cannot be compared, because nobody should miss a warning', () => {
    const unknown = { unknown: [new Uint8Array([1])] } as unknown as Match;
    expect(overlaps({ ...unknown, inPort: 1 }, { inPort: 1 })).toBe(true);
    expect(overlaps({ ipv4Dst: 'no address' }, { ipv4Dst: '10.0.0.1' })).toBe(true);
  });
});

function both(one: Small, other: Small): boolean {
  return VALUES.some(n => fits(n, one) && fits(n, other));
}
