import { describe, expect, it } from 'vitest';
import { leastResponseTime, leastResponseTimeOptions } from '../../../controller/strategies/least-response-time.ts';
import { LATE_MS } from '../../../controller/strategies/patience.ts';
import { connectionOf, equalServers, serversOf, type TestServer } from './pool.ts';

const START = 1_700_000_000_000;

/** Servers that answer after a while, or never; time passes with each connection. */
class World {
  readonly servers: readonly TestServer[];
  readonly strategy;
  /** Milliseconds that each takes to answer; undefined: silent. */
  readonly answersIn: (number | undefined)[];
  /** How long a connection lives, at its server or at none. */
  readonly livesMs: number;
  now = START;
  readonly #ahead: { readonly at: number; readonly run: () => void }[] = [];

  constructor(
    answersIn: readonly (number | undefined)[],
    { weights = answersIn.map(() => 1), livesMs = 500, decay = '10s' } = {},
  ) {
    this.servers = serversOf(...weights);
    this.answersIn = [...answersIn];
    this.livesMs = livesMs;
    this.strategy = leastResponseTime<TestServer>(leastResponseTimeOptions.parse({ decay }));
  }

  /** A connection each `everyMs`, for `ms`; how many went to each server. */
  run(ms: number, everyMs = 5): number[] {
    const counts = this.servers.map(() => 0);
    for (const end = this.now + ms; this.now < end; this.now += everyMs) {
      this.#catchUp();
      const server = this.strategy.pick(connectionOf(1), this.servers, { now: this.now, random: () => 0.5 })!.candidate;
      const index = this.servers.indexOf(server);
      counts[index]! += 1;
      this.#change(server, 1);
      const answer = this.answersIn[index];
      if (answer !== undefined) this.#later(answer, () => this.#answered(server, answer));
      this.#later(this.livesMs, () => this.#change(server, -1));
    }
    return counts;
  }

  #catchUp(): void {
    this.#ahead.sort((a, b) => a.at - b.at);
    while (this.#ahead.length > 0 && this.#ahead[0]!.at <= this.now) this.#ahead.shift()!.run();
  }

  #later(ms: number, run: () => void): void {
    this.#ahead.push({ at: this.now + ms, run });
  }

  #answered(server: TestServer, ms: number): void {
    server.response = { ms, at: this.now };
    this.strategy.update!(server);
  }

  #change(server: TestServer, by: number): void {
    server.connections += by;
    this.strategy.update!(server);
  }
}

const shareOf = (counts: readonly number[], index: number): number =>
  counts[index]! / counts.reduce((sum, count) => sum + count, 0);

describe('least response time', () => {
  it('gives a server that takes three times as long a third of what the other gets', () => {
    const counts = new World([10, 30]).run(20_000);
    expect(counts[0]! / counts[1]!).toBeGreaterThan(2.5);
    expect(counts[0]! / counts[1]!).toBeLessThan(3.5);
  });

  it('counts the weight', () => {
    const counts = new World([10, 10], { weights: [3, 1] }).run(20_000);
    expect(counts[0]! / counts[1]!).toBeGreaterThan(2.7);
    expect(counts[0]! / counts[1]!).toBeLessThan(3.3);
  });

  it('tries a slow server again by and by, and gives it its part when it has recovered', () => {
    const world = new World([10, 10], { livesMs: 20 });
    world.run(5000);
    world.answersIn[1] = 5000;
    world.run(10_000);
    const slow = world.run(10_000);
    expect(shareOf(slow, 1)).toBeLessThan(0.02);
    world.answersIn[1] = 10;
    const times = Array.from({ length: 20 }, () => shareOf(world.run(10_000), 1));
    // ln(5000 / 10) = 6.2 times the decay of 10 s, and less as the good one has connections
    expect(times.findIndex(share => share > 0.4)).toBeLessThanOrEqual(7);
    expect(times.at(-1)).toBeGreaterThan(0.45);
  });

  it('takes back a slow server sooner with a shorter decay', () => {
    const periodsUntilBack = (decay: string): number => {
      const world = new World([10, 10], { livesMs: 20, decay });
      world.answersIn[1] = 5000;
      world.run(10_000);
      world.answersIn[1] = 10;
      return Array.from({ length: 200 }, () => shareOf(world.run(1000), 1)).findIndex(share => share > 0.4);
    };
    expect(periodsUntilBack('1s')).toBeLessThan(periodsUntilBack('10s') / 2);
  });

  it.each(['was measured before', 'was never measured'])(
    'gives little to a silent server that %s, and its part again when it answers',
    before => {
      const world = new World(before === 'was never measured' ? [10, 10, undefined] : [10, 10, 10], { livesMs: 200 });
      world.run(5000);
      world.answersIn[2] = undefined;
      // its part until the first is late, and from then on now and then
      const [first, later] = [world.run(LATE_MS), world.run(60_000)];
      expect(shareOf(first, 2)).toBeLessThan(0.4);
      expect(shareOf(later, 2)).toBeLessThan(0.1);
      expect(later[2]).toBeGreaterThan(0);
      world.answersIn[2] = 10;
      const times = Array.from({ length: 10 }, () => shareOf(world.run(10_000), 2));
      expect(times.findIndex(share => share > 0.3)).toBeLessThanOrEqual(6);
      expect(times.at(-1)).toBeGreaterThan(0.32);
    },
  );

  it('does not let a server look better while it is waited for, however short the decay', () => {
    const world = new World([10, 10, 10], { livesMs: 200, decay: '500ms' });
    world.run(5000);
    world.answersIn[2] = undefined;
    expect(shareOf(world.run(LATE_MS), 2)).toBeLessThan(0.4);
  });

  it('goes to a server that was never measured first, and until it has answered only as far as it would go to the best', () => {
    const servers = equalServers(3);
    const strategy = leastResponseTime<TestServer>({ decay: 10_000 });
    [10, 20].forEach((ms, i) => {
      servers[i]!.response = { ms, at: START };
      servers[i]!.connections = 4;
    });
    const picks = Array.from({ length: 20 }, () => {
      const { candidate, rule } = strategy.pick(connectionOf(1), servers, { now: START, random: () => 0.5 })!;
      candidate.connections += 1;
      strategy.update!(candidate);
      return `${candidate.name}: ${rule}`;
    });
    expect(picks[0]).toBe('s2: not measured yet');
    expect(servers.map(({ connections }) => connections)).toEqual([11, 5, 12]);
  });

  it('shares out evenly while nothing is measured', () => {
    const world = new World([undefined, undefined, undefined]);
    const counts = world.run(3000);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('keeps the order without updates as time passes', () => {
    const servers = equalServers(3);
    const strategy = leastResponseTime<TestServer>({ decay: 10_000 });
    const pick = (now: number) => strategy.pick(connectionOf(1), servers, { now, random: () => 0.5 })!;
    // 100 ms fade to 36.8 ms in 10 s, below 40 ms, and both fade alike from there
    servers[0]!.response = { ms: 100, at: START };
    servers[1]!.response = { ms: 40, at: START + 10_000 };
    servers[2]!.response = { ms: 1, at: START + 10_000 };
    expect(pick(START + 10_000).candidate).toBe(servers[2]);
    servers[2]!.response = { ms: 1000, at: START + 10_000 };
    strategy.update!(servers[2]!);
    const { candidate, score } = pick(START + 20_000);
    expect(candidate).toBe(servers[0]);
    expect(servers.map(score!).map(Math.round)).toEqual([14, 15, 368]);
  });
});
