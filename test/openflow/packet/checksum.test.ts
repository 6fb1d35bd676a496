import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adjust, checksum, fold, sumWords } from '../../../openflow/packet/checksum.ts';
import { bytesOf } from './hex.ts';

test('RFC 1071, 3: the sum of the example is ddf2', () => {
  const bytes = bytesOf('0001 f203 f4f5 f6f7');
  expect(sumWords(bytes, 0, 8)).toBe(0x2ddf0);
  expect(checksum(bytes)).toBe(~0xddf2 & 0xffff);
});

const headers: [title: string, hex: string, field: number][] = [
  ['UDP to 192.168.0.199', '4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7', 0xb861],
  ['TCP to 172.16.10.12', '4500 003c 1c46 4000 4006 0000 ac10 0a63 ac10 0a0c', 0xb1e6],
];

test.each(headers)('a captured IPv4 header: %s', (_, hex, field) => {
  const bytes = bytesOf(hex);
  expect(checksum(bytes)).toBe(field);
  bytes.set([field >> 8, field & 0xff], 10);
  expect(checksum(bytes)).toBe(0);
});

test('RFC 1624, 4: the example where the older formula fails', () => {
  expect(adjust(0xdd2f, 0x5555, 0x3285)).toBe(0x0000);
});

test('an odd last byte counts as the high half of a word', () => {
  expect(sumWords(Uint8Array.of(1, 2, 3), 0, 3)).toBe(0x0102 + 0x0300);
});

test('64 KiB of ones do not overflow', () => {
  expect(checksum(new Uint8Array(0x20000).fill(0xff))).toBe(0);
});

test('an adjusted checksum is the one computed anew', () => {
  const words = fc.uint8Array({ minLength: 6, maxLength: 60 }).filter(bytes => bytes.length % 2 === 0);
  fc.assert(
    fc.property(words, fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.nat(), (bytes, change, seed) => {
      const at = (seed % (bytes.length / 2 - 1)) * 2;
      const before = sumWords(bytes, at, at + 4);
      const field = checksum(bytes);
      bytes.set(change, at);
      const adjusted = adjust(field, before, sumWords(change, 0, 4));
      // 0 and ffff are the same number in one's complement.
      expect(adjusted % 0xffff).toBe(checksum(bytes) % 0xffff);
    }),
  );
});

test('folding keeps carries of carries', () => {
  expect(fold(0x1ffff)).toBe(0xfffe);
  expect(fold(0)).toBe(0xffff);
});
