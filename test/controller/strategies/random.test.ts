import { describe, expect, it } from 'vitest';
import { powerOfTwoChoices } from '../../../controller/strategies/power-of-two-choices.ts';
import { random } from '../../../controller/strategies/random.ts';
import type { Strategy } from '../../../controller/strategies/strategy.ts';
import { WeightedDraw } from '../../../controller/strategies/weighted-draw.ts';
import { Random } from '../../../topologies/embedded/random.ts';
import { connectionOf, equalServers, serversOf, type TestServer } from './pool.ts';

/** The largest number of balls in a bin when as many are thrown as there are bins, and all stay. */
function fullest(strategy: Strategy<TestServer>, bins: number): number {
  const servers = equalServers(bins);
  const chance = new Random('balls');
  for (let ball = 0; ball < bins; ball++) {
    strategy.pick(connectionOf(ball), servers, { now: 0, random: chance.next })!.candidate.connections += 1;
  }
  return Math.max(...servers.map(({ connections }) => connections));
}

describe('one choice and two', () => {
  it('leave the fullest of n servers with ln n / ln ln n and with ln ln n / ln 2 connections, about', () => {
    const bins = 100_000;
    // Raab and Steger 1998 and Azar et al. 1994: 4.7 and 3.5, each with a constant beside it
    expect(fullest(random(), bins)).toBeGreaterThanOrEqual(7);
    expect(fullest(powerOfTwoChoices(), bins)).toBeLessThanOrEqual(4);
  });
});

describe('power of two choices', () => {
  it('picks the emptier of the two that it names', () => {
    const servers = equalServers(5);
    servers.forEach((server, i) => {
      server.connections = i;
    });
    const chance = new Random('names');
    const strategy = powerOfTwoChoices<TestServer>();
    for (let i = 0; i < 200; i++) {
      const { candidate, rule } = strategy.pick(connectionOf(i), servers, { now: 0, random: chance.next })!;
      const named = servers.filter(({ name }) => rule.includes(name));
      expect(named).toHaveLength(2);
      expect(candidate).toBe(named[0]);
    }
  });
});

describe('lots', () => {
  it('are drawn where the chance points to: each has as much room as its weight', () => {
    const lots = new WeightedDraw(serversOf(1, 2, 1));
    expect([0, 0.24, 0.26, 0.74, 0.76, 1 - Number.EPSILON].map(chance => lots.draw(chance))).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('are drawn a second time from the others, by their weights', () => {
    const lots = new WeightedDraw(serversOf(1, 2, 1));
    const draws = (than: number) => [0, 0.32, 0.34, 0.49, 0.51, 0.99].map(chance => lots.drawOther(than, chance));
    expect(draws(0)).toEqual([1, 1, 1, 1, 1, 2]);
    expect(draws(1)).toEqual([0, 0, 0, 0, 2, 2]);
    expect(draws(2)).toEqual([0, 0, 1, 1, 1, 1]);
  });
});
