import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

describe('mutated messages', () => {
  it.each([1, 2])(
    'are a value that reads back as it is written, or a DecodeError, in less than 5 ms (seed %i)',
    { timeout: 60_000 },
    seed => {
      const found = fuzz(100_000, seed);
      expect(found.failures).toEqual([]);
      expect(found.decoded).toBeGreaterThan(10_000);
      expect(found.refused).toBeGreaterThan(10_000);
      expect(found.slowestMs, found.slowest).toBeLessThan(5);
    },
  );
});
