import { describe, expect, it } from 'vitest';
import { strategies, strategyNames } from '../../../controller/strategies/catalogue.ts';
import type { Candidate } from '../../../controller/strategies/strategy.ts';

const key = (clientPort: number) => ({ protocol: 'tcp', clientIp: '10.0.0.4', clientPort, vip: '10.0.0.100', port: 80 }) as const;
const context = { now: 0, random: () => 0.5 };
const candidates = (...names: string[]): Candidate[] => names.map(name => ({ name, weight: 1, connections: 0 }));

describe.each(strategyNames)('every strategy: %s', name => {
  it('picks nobody from nobody, at once', () => {
    expect(strategies[name]().pick(key(1), [], context)).toBeUndefined();
  });

  it('picks the only one there is', () => {
    const strategy = strategies[name]();
    for (let port = 1; port <= 10; port++) expect(strategy.pick(key(port), candidates('a'), context)!.candidate.name).toBe('a');
  });

  it('picks a candidate and gives a score for each', () => {
    const pool = candidates('a', 'b', 'c');
    const pick = strategies[name]().pick(key(1), pool, context)!;
    expect(pool).toContain(pick.candidate);
    expect(pick.scores).toHaveLength(pool.length);
    expect(pick.rule).not.toBe('');
  });

  it('makes the same choices from the same history', () => {
    const run = () => {
      const strategy = strategies[name]();
      return Array.from({ length: 50 }, (_, i) => strategy.pick(key(i), candidates('a', 'b', 'c'), context)!.candidate.name);
    };
    expect(run()).toEqual(run());
  });
});

describe('round robin', () => {
  const picks = (strategy: ReturnType<(typeof strategies)['round-robin']>, count: number, ...names: string[]) =>
    Array.from({ length: count }, (_, i) => strategy.pick(key(i), candidates(...names), context)!.candidate.name).join('');

  it('takes turns', () => {
    expect(picks(strategies['round-robin'](), 7, 'a', 'b', 'c')).toBe('abcabca');
  });

  it('goes on behind a server that left, and lets it in again at its place', () => {
    const strategy = strategies['round-robin']();
    expect(picks(strategy, 1, 'a', 'b', 'c')).toBe('a');
    expect(picks(strategy, 3, 'a', 'c')).toBe('cac');
    expect(picks(strategy, 4, 'a', 'b', 'c')).toBe('abca');
  });

  it('does not begin anew when the server whose turn it was is the one that left', () => {
    const strategy = strategies['round-robin']();
    expect(picks(strategy, 2, 'a', 'b', 'c')).toBe('ab');
    expect(picks(strategy, 2, 'a', 'c')).toBe('ca');
  });
});
