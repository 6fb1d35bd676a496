import { describe, expect, it } from 'vitest';
import {
  deviation,
  estimate,
  holm,
  mean,
  pairedP,
  quantile,
  studentBetween,
  studentQuantile,
  variation,
} from '../../controller/study/statistics.ts';
import { Random } from '../../topologies/embedded/random.ts';

describe('Student’s t', () => {
  // Abramowitz and Stegun, table 26.10, and Fisher's table: both sides together.
  it.each([
    [0.05, 1, 12.706],
    [0.05, 2, 4.303],
    [0.05, 4, 2.776],
    [0.05, 7, 2.365],
    [0.01, 9, 3.25],
    [0.001, 11, 4.437],
    [0.05, 30, 2.042],
    [0.05, 120, 1.98],
  ])('has beyond its quantile a part of %d with %i degrees of freedom', (alpha, degrees, t) => {
    expect(studentQuantile(alpha, degrees)).toBeCloseTo(t, 3);
    expect(studentBetween(t, degrees)).toBeCloseTo(1 - alpha, 4);
  });

  it('makes intervals that hold the true mean as often as they say', () => {
    const random = new Random('coverage');
    const rounds = 2000;
    let held = 0;
    for (let round = 0; round < rounds; round++) {
      const { mean: middle, half } = estimate(Array.from({ length: 5 }, () => random.normal(10, 3)));
      if (Math.abs(middle - 10) <= half!) held += 1;
    }
    expect(Math.abs(held / rounds - 0.95)).toBeLessThan(0.02); // four standard deviations of 2000 draws
  });
});

describe('the comparison of pairs', () => {
  it('finds a difference that luck alone shows as often as its probability says', () => {
    const random = new Random('pairs');
    const rounds = 2000;
    let found = 0;
    for (let round = 0; round < rounds; round++) if (pairedP(Array.from({ length: 6 }, () => random.normal())) < 0.05) found += 1;
    expect(Math.abs(found / rounds - 0.05)).toBeLessThan(0.02);
  });

  it('is sure of what is always the same, and of nothing where there is one pair', () => {
    expect(pairedP([2, 2, 2])).toBe(0);
    expect(pairedP([0, 0, 0])).toBe(1);
    expect(pairedP([5])).toBe(1);
  });

  it('stops at the first of several tests that does not hold (Holm)', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([true, false, false, true]);
    expect(holm([0.06])).toEqual([false]);
    expect(holm([])).toEqual([]);
  });
});

describe('means and quantiles', () => {
  it('are what they are called', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(deviation([2, 4])).toBeCloseTo(Math.SQRT2, 12);
    expect(variation([1, 3])).toBe(0.5);
    expect([0.01, 0.5, 0.95, 1].map(part => quantile([10, 20, 30, 40], part))).toEqual([10, 20, 40, 40]);
    expect(quantile([], 0.5)).toBeUndefined();
  });
});
