import { describe, expect, it } from 'vitest';
import { MAX_ABSENT, roundRobin } from '../../../controller/strategies/round-robin.ts';
import type { Strategy } from '../../../controller/strategies/strategy.ts';
import { connectionOf, TestServer } from './pool.ts';

const context = { now: 0, random: () => 0.5 };
const servers = (...names: string[]) => names.map(name => new TestServer(name));

function pick(strategy: Strategy<TestServer>, pool: readonly TestServer[]) {
  return strategy.pick(connectionOf(1), pool, context)!;
}

function picks(strategy: Strategy<TestServer>, count: number, pool: readonly TestServer[]): string {
  return Array.from({ length: count }, () => pick(strategy, pool).candidate.name).join('');
}

describe('round robin', () => {
  it('takes turns', () => {
    expect(picks(roundRobin(), 7, servers('a', 'b', 'c'))).toBe('abcabca');
  });

  it('goes on behind a server that left, and lets it in again at its place', () => {
    const strategy = roundRobin<TestServer>();
    expect(picks(strategy, 1, servers('a', 'b', 'c'))).toBe('a');
    expect(picks(strategy, 3, servers('a', 'c'))).toBe('cac');
    expect(picks(strategy, 4, servers('a', 'b', 'c'))).toBe('abca');
  });

  it('does not begin anew when the server whose turn it was is the one that left', () => {
    const strategy = roundRobin<TestServer>();
    expect(picks(strategy, 2, servers('a', 'b', 'c'))).toBe('ab');
    expect(picks(strategy, 2, servers('a', 'c'))).toBe('ca');
  });

  it('passes by a server in its slow start until its parts of turns are one', () => {
    const growing = new TestServer('g', { ramp: 0.4 });
    const pool = [...servers('a'), growing];
    expect(picks(roundRobin(), 14, pool)).toBe('aaagaagaaagaag');
  });

  it('gives ten tenths of a turn as one turn', () => {
    const pool = [...servers('a'), new TestServer('g', { ramp: 0.1 })];
    expect(picks(roundRobin(), 22, pool)).toBe('aaaaaaaaaagaaaaaaaaaag');
  });

  it('keeps what a server has saved up when it grows', () => {
    const strategy = roundRobin<TestServer>();
    const growing = new TestServer('g', { ramp: 0.5 });
    expect(picks(strategy, 2, [...servers('a'), growing])).toBe('aa');
    growing.ramp = 0.6;
    expect(picks(strategy, 1, [...servers('a'), growing])).toBe('g');
  });

  it('scores each by the turns that are before it', () => {
    const strategy = roundRobin<TestServer>();
    const pool = [...servers('a', 'b', 'c'), new TestServer('g', { ramp: 0.5 })];
    pick(strategy, pool);
    const { candidate, score } = pick(strategy, pool);
    expect(candidate.name).toBe('b');
    expect(pool.map(score!)).toEqual([3, 0, 1, 6]);
  });

  it('gives shares of turns by how far each is where all are in their slow start', () => {
    const pool = [new TestServer('g', { ramp: 0.3 }), new TestServer('a', { ramp: 0.6 })];
    expect(picks(roundRobin(), 9, pool)).toBe('agaagaaga');
  });

  it('forgets the oldest names when a pool changes without end', () => {
    const strategy = roundRobin<TestServer>();
    picks(strategy, 1, servers('first', 'second'));
    for (let i = 0; i < MAX_ABSENT + 10; i++) picks(strategy, 1, servers(`passing${i}`));
    // `second` is known no more, so it comes behind those that came after it
    expect(picks(strategy, 1, servers('second', `passing${MAX_ABSENT + 8}`))).toBe('second');
    expect(picks(strategy, 1, servers('second', `passing${MAX_ABSENT + 8}`))).toBe(`passing${MAX_ABSENT + 8}`);
  });
});
