import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Strategy } from '../../../controller/strategies/strategy.ts';
import { weightedRoundRobin } from '../../../controller/strategies/weighted-round-robin.ts';
import { connectionOf, serversOf, TestServer } from './pool.ts';

const context = { now: 0, random: () => 0.5 };

function picks(strategy: Strategy<TestServer>, count: number, servers: readonly TestServer[]): string[] {
  return Array.from({ length: count }, (_, i) => strategy.pick(connectionOf(i), servers, context)!.candidate.name);
}

/** Word for word: all gain their weight, the first of the highest is picked and pays the sum. */
function textbook(weights: readonly number[], count: number): string[] {
  const current = weights.map(() => 0);
  const sum = weights.reduce((a, b) => a + b, 0);
  return Array.from({ length: count }, () => {
    weights.forEach((weight, i) => {
      current[i]! += weight;
    });
    const best = current.indexOf(Math.max(...current));
    current[best]! -= sum;
    return `s${best}`;
  });
}

describe('weighted round robin', () => {
  it("gives nginx's sequence: a a b a c a a for 5, 1, 1, again and again", () => {
    const servers = [new TestServer('a', { weight: 5 }), new TestServer('b'), new TestServer('c')];
    expect(picks(weightedRoundRobin(), 14, servers).join('')).toBe('aabacaaaabacaa');
  });

  it('picks as the textbook does, whatever the weights', () => {
    const weights = fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 1000 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(weights, all => {
        expect(picks(weightedRoundRobin(), 200, serversOf(...all))).toEqual(textbook(all, 200));
      }),
      { seed: 1 },
    );
  });

  it('scores how far each was ahead of its share, the picked one least', () => {
    const strategy = weightedRoundRobin<TestServer>();
    const servers = serversOf(5, 1, 1);
    const scores = () =>
      servers.map(strategy.pick(connectionOf(1), servers, context)!.score!).map(score => Math.round(score * 7));
    expect([scores(), scores(), scores()]).toEqual([
      [-5, -1, -1],
      [-3, -2, -2],
      [-1, -3, -3],
    ]);
  });

  it('goes on where it was when the candidates are the same servers in another array', () => {
    const strategy = weightedRoundRobin<TestServer>();
    const servers = serversOf(3, 2, 1);
    const names = Array.from({ length: 30 }, () => picks(strategy, 1, [...servers])[0]);
    expect(names).toEqual(textbook([3, 2, 1], 30));
  });

  it('measures what is owed in turns: it stays small when a server of nearly all the weight leaves', () => {
    const servers = serversOf(1000, 1, 1);
    const strategy = weightedRoundRobin<TestServer>();
    while (picks(strategy, 1, servers)[0] !== 's1');
    expect(new Set(picks(strategy, 4, servers.slice(1))).size).toBe(2);
  });

  it('gives nobody a burst, nor forgets anybody, when servers leave and return at each moment', () => {
    const WINDOW = 24;
    const weights = [5, 3, 2, 1, 1];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(weights.length - 1), fc.nat(5)), { maxLength: 30 }), changes => {
        const servers = serversOf(...weights);
        const strategy = weightedRoundRobin<TestServer>();
        const present = new Set(servers);
        for (const [index, count] of changes) {
          const server = servers[index]!;
          if (!present.delete(server)) present.add(server);
          if (present.size === 0) present.add(server);
          picks(strategy, count, [...present]);
        }
        const members = [...present];
        const names = picks(strategy, WINDOW, members);
        const sum = members.reduce((total, { weight }) => total + weight, 0);
        for (const { name, weight } of members) {
          const due = (WINDOW * weight) / sum;
          expect(Math.abs(names.filter(each => each === name).length - due)).toBeLessThan(2);
        }
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});
