import { describe, expect, it } from 'vitest';
import { type Distribution, draw, meanMs } from '../../../topologies/embedded/distribution.ts';
import { exp, ln, power } from '../../../topologies/embedded/elementary.ts';
import { Random } from '../../../topologies/embedded/random.ts';

const take = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Kolmogorov and Smirnov's distance between a sample and a distribution function. */
function distance(sample: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((x, i) => Math.max(Math.abs(cdf(x) - i / sorted.length), Math.abs(cdf(x) - (i + 1) / sorted.length))),
  );
}

describe('chance', () => {
  it('is the same from the same seed on every machine', () => {
    const random = new Random(42);
    expect(take(6, () => random.uint32())).toMatchInlineSnapshot(`
      [
        2258495261,
        801819658,
        1739561921,
        3711374978,
        1850704714,
        958511016,
      ]
    `);
    expect(take(3, () => random.next())).toMatchInlineSnapshot(`
      [
        0.4597764028404725,
        0.6091230374983119,
        0.8146809575655655,
      ]
    `);
    expect(take(3, () => random.exponential(10))).toMatchInlineSnapshot(`
      [
        15.370738984787845,
        12.197216474589636,
        23.972699194006125,
      ]
    `);
    expect(take(3, () => random.normal())).toMatchInlineSnapshot(`
      [
        0.3390760171160915,
        -0.6135017722501324,
        0.6019359769171544,
      ]
    `);
    expect(take(2, () => random.pareto(1.5, 1))).toMatchInlineSnapshot(`
      [
        1.0116978091572943,
        2.1788735482893373,
      ]
    `);
    expect(take(2, () => random.lognormal(10, 1))).toMatchInlineSnapshot(`
      [
        1.8424259545066635,
        35.703275938606424,
      ]
    `);
    expect(random.shuffle([1, 2, 3, 4, 5, 6, 7])).toMatchInlineSnapshot(`
      [
        5,
        7,
        3,
        1,
        2,
        6,
        4,
      ]
    `);
  });

  it('gives a part numbers of its own, whatever was drawn before', () => {
    const one = new Random('seed');
    const other = new Random('seed');
    take(100, other.next);
    expect(one.fork('link').uint32()).toBe(other.fork('link').uint32());
    expect(one.fork('link').uint32()).not.toBe(one.fork('host').uint32());
    expect(new Random(1).uint32()).not.toBe(new Random(2).uint32());
  });

  it('is even, in ones and in pairs', () => {
    const random = new Random('even');
    const cells = new Array<number>(256).fill(0);
    const draws = 256 * 400;
    for (let i = 0; i < draws; i++) cells[random.integer(16) * 16 + random.integer(16)]!++;
    const chiSquare = cells.reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
    // 255 degrees of freedom: 330.5 is the 99.9th percentile.
    expect(chiSquare).toBeLessThan(330.5);
    expect(distance(take(5000, random.next), x => x)).toBeLessThan(1.95 / Math.sqrt(5000));
  });

  it('has the distributions it says', () => {
    const random = new Random('distributions');
    const limit = 1.95 / Math.sqrt(5000); // passes 99.9 % of right samples
    expect(
      distance(
        take(5000, () => random.exponential(3)),
        x => 1 - Math.exp(-x / 3),
      ),
    ).toBeLessThan(limit);
    expect(
      distance(
        take(5000, () => random.pareto(1.5, 2)),
        x => 1 - (2 / x) ** 1.5,
      ),
    ).toBeLessThan(limit);
    const normal = (x: number) => 1 / (1 + Math.exp(-1.5976 * x - 0.07056 * x ** 3));
    expect(
      distance(
        take(5000, () => random.normal()),
        normal,
      ),
    ).toBeLessThan(limit + 0.0003);
    expect(
      distance(
        take(5000, () => random.lognormal(5, 0.5)),
        x => normal(Math.log(x / 5) / 0.5),
      ),
    ).toBeLessThan(limit + 0.0003);
  });

  it.each<Distribution>([
    { kind: 'constant', ms: 4 },
    { kind: 'uniform', lowMs: 1, highMs: 5 },
    { kind: 'exponential', meanMs: 7 },
    { kind: 'normal', meanMs: 20, deviationMs: 3 },
    { kind: 'pareto', meanMs: 9, shape: 3 },
    { kind: 'bounded-pareto', lowMs: 2, highMs: 400, shape: 1.3 },
    { kind: 'lognormal', medianMs: 5, sigma: 0.5 },
  ])('draws $kind with the mean it announces', distribution => {
    const random = new Random(distribution.kind);
    const sample = take(20_000, () => draw(distribution, random));
    const middle = mean(sample);
    const deviation = Math.sqrt(mean(sample.map(x => (x - middle) ** 2)));
    expect(Math.abs(middle - meanMs(distribution))).toBeLessThanOrEqual((4 * deviation) / Math.sqrt(sample.length));
    expect(Math.min(...sample)).toBeGreaterThanOrEqual(0);
  });
});

describe('elementary functions', () => {
  it('agree with the engine to the last bits', () => {
    const random = new Random('elementary');
    for (let i = 0; i < 5000; i++) {
      const x = exp(random.uniform(-600, 600));
      expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(4 * Number.EPSILON * Math.max(1, Math.abs(Math.log(x))));
      const y = random.uniform(-50, 50);
      expect(Math.abs(exp(y) / Math.exp(y) - 1)).toBeLessThan(1e-14);
    }
    expect([ln(1), exp(0), ln(0), exp(-1000), exp(1000), power(2, 10)]).toEqual([
      0,
      1,
      -Infinity,
      0,
      Infinity,
      expect.closeTo(1024, 9),
    ]);
    expect(ln(-1)).toBeNaN();
  });
});
