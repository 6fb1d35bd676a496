import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COOKIE_BITS, cookieMask, cookieOf, cookieRange, OWNER, readCookie } from '../../../controller/core/cookie.ts';
import { PRIORITY, TABLE } from '../../../controller/core/pipeline.ts';

const cookies = fc.record({
  round: fc.nat(cookieRange('round') - 1),
  owner: fc.constantFrom(...(Object.keys(OWNER) as (keyof typeof OWNER)[])),
  service: fc.nat(cookieRange('service') - 1),
  server: fc.nat(cookieRange('server') - 1),
  serial: fc.nat(cookieRange('serial') - 1),
});

describe('the pipeline', () => {
  it('gives back what a cookie was made of', () => {
    fc.assert(
      fc.property(cookies, cookie => {
        expect(readCookie(cookieOf(cookie))).toEqual(cookie);
      }),
    );
  });

  it('uses each bit of the cookie once', () => {
    const bits = Object.values(COOKIE_BITS).flatMap(([low, width]) => Array.from({ length: width }, (_, i) => low + i));
    expect(bits.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i));
  });

  it('selects by the fields it is asked for, and only our own flows', () => {
    const mask = cookieMask('round', 'owner');
    const one = cookieOf({ round: 3, owner: 'connection', service: 1, serial: 9 });
    const other = cookieOf({ round: 3, owner: 'connection', server: 7 });
    expect(one & mask).toBe(other & mask);
    expect(cookieOf({ round: 4, owner: 'connection' }) & mask).not.toBe(one & mask);
    expect(cookieMask() & one).toBe(0x7600_0000_0000_0000n);
  });

  it('does not take the flows of others for its own', () => {
    expect(readCookie(0n)).toBeUndefined();
    expect(readCookie(0x7600_0000_0000_0000n)).toBeUndefined(); // no owner
  });

  it('uses tables that every switch has and priorities that leave no doubt', () => {
    expect(Math.max(...Object.values(TABLE))).toBeLessThan(128); // Open vSwitch keeps the rest to itself
    expect(new Set(Object.values(PRIORITY)).size).toBe(Object.values(PRIORITY).length);
  });
});
