import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../topologies/embedded/clock.ts';
import { type Distribution, draw } from '../../../topologies/embedded/distribution.ts';
import { ServiceQueue } from '../../../topologies/embedded/http/service-queue.ts';
import { Random } from '../../../topologies/embedded/random.ts';

/** Poisson arrivals at a queue for a while; means over a number of independent runs, with the half-width of their 99.9 % interval. */
function observe(setting: { perMs: number; service: Distribution; workers: number; limit?: number; runs?: number; ms?: number }) {
  const { perMs, service, workers, limit, runs = 12, ms = 30_000 } = setting;
  const stays: number[] = [];
  const waits: number[] = [];
  const numbers: number[] = [];
  const refusals: number[] = [];
  const utilisations: number[] = [];
  for (let run = 0; run < runs; run++) {
    const clock = new VirtualClock();
    const random = new Random(`run ${run}`);
    const queue = new ServiceQueue(clock, workers, limit);
    const arrive = (): void => {
      queue.submit({ serviceMs: () => draw(service, random), done: () => undefined });
      clock.after(random.exponential(1 / perMs), arrive);
    };
    arrive();
    clock.runUntil(ms);
    const { arrived, served, rejected, stayedMs, waitedMs, busyMs, inProgress } = queue.statistics;
    stays.push(stayedMs / served);
    waits.push(waitedMs / (served + inProgress));
    numbers.push(queue.jobMs / ms);
    refusals.push(rejected / arrived);
    utilisations.push(busyMs / ms / workers);
  }
  const of = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    return { mean, half: 4.437 * Math.sqrt(variance / values.length) }; // Student's t for 11 degrees of freedom
  };
  return { stay: of(stays), wait: of(waits), number: of(numbers), refused: of(refusals), utilisation: of(utilisations) };
}

const near = ({ mean, half }: { mean: number; half: number }, expected: number): void => {
  expect(Math.abs(mean - expected)).toBeLessThanOrEqual(half);
  expect(half).toBeLessThan(0.25 * expected); // or else it says nothing
};

/** Erlang's C: the probability that an arrival must wait (Kleinrock, Queueing Systems 1, 3.5). */
function erlangC(servers: number, load: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < servers; k++) {
    term *= load / k;
    sum += term;
  }
  const last = ((term * load) / servers) * (servers / (servers - load));
  return last / (sum + last);
}

describe('the queue of a server', () => {
  it.each([0.3, 0.6, 0.8])('is M/M/1 at a load of %d: mean time, wait and number as in theory', rho => {
    const seen = observe({ perMs: rho, service: { kind: 'exponential', meanMs: 1 }, workers: 1 });
    near(seen.stay, 1 / (1 - rho));
    near(seen.wait, rho / (1 - rho));
    near(seen.number, rho / (1 - rho));
    near(seen.utilisation, rho);
  });

  it.each([
    [2, 0.7],
    [5, 0.8],
  ])('is M/M/%d at a load of %d', (workers, rho) => {
    const seen = observe({ perMs: rho * workers, service: { kind: 'exponential', meanMs: 1 }, workers, ms: 15_000 });
    const wait = erlangC(workers, rho * workers) / (workers * (1 - rho));
    near(seen.wait, wait);
    near(seen.stay, wait + 1);
  });

  it('is M/D/1 with a constant service time (Pollaczek and Khinchine)', () => {
    const seen = observe({ perMs: 0.7, service: { kind: 'constant', ms: 1 }, workers: 1 });
    near(seen.wait, 0.7 / (2 * 0.3));
  });

  it('is M/M/1/K with a limit: refuses as often as in theory', () => {
    const [rho, limit] = [0.9, 4];
    const seen = observe({ perMs: rho, service: { kind: 'exponential', meanMs: 1 }, workers: 1, limit });
    const places = limit + 1;
    near(seen.refused, ((1 - rho) * rho ** places) / (1 - rho ** (places + 1)));
  });

  it('keeps Little’s law', () => {
    const seen = observe({ perMs: 1.5, service: { kind: 'lognormal', medianMs: 0.8, sigma: 0.8 }, workers: 3 });
    near(seen.number, 1.5 * seen.stay.mean);
  });

  it('is first in, first out, and holds everything while it is frozen', () => {
    const clock = new VirtualClock();
    const queue = new ServiceQueue(clock, 2);
    const done: string[] = [];
    for (const name of ['a', 'b', 'c', 'd'])
      queue.submit({ serviceMs: () => 10, done: () => done.push(`${name} ${clock.now()}`) });
    clock.run(5);
    queue.freeze();
    queue.submit({ serviceMs: () => 1, done: () => done.push(`e ${clock.now()}`) });
    clock.run(95);
    expect(done).toEqual([]);
    queue.thaw();
    clock.runIdle();
    expect(done).toEqual(['a 100', 'b 100', 'c 110', 'd 110', 'e 111']);
    queue.submit({ serviceMs: () => 5, done: () => expect.unreachable() });
    queue.clear();
    clock.runIdle();
    expect(queue.statistics).toMatchObject({ arrived: 6, served: 5, inProgress: 0, queued: 0, rejected: 0 });
  });
});
