import { describe, expect, it } from 'vitest';
import { type Arrivals, nextArrival, type OpenArrivals, rateAt } from '../../../topologies/embedded/http/arrivals.ts';
import { Clients, type ClientsOptions } from '../../../topologies/embedded/http/clients.ts';
import { HttpServer, type HttpServerOptions } from '../../../topologies/embedded/http/server.ts';
import type { RequestRecord } from '../../../topologies/embedded/http/visit.ts';
import { Random } from '../../../topologies/embedded/random.ts';
import { wire } from './hosts.ts';

/** Arrivals up to a time, in ms from the start. */
function arrivalsUntil(arrivals: OpenArrivals, end: number, seed = 'arrivals'): number[] {
  const random = new Random(seed);
  const times: number[] = [];
  for (let at = nextArrival(arrivals, 0, random); at < end; at = nextArrival(arrivals, at, random)) times.push(at);
  return times;
}

function run(arrivals: Arrivals, server: Partial<HttpServerOptions>, ms: number, more: Partial<ClientsOptions> = {}) {
  const net = wire({ delayMs: 1 });
  const web = new HttpServer(net.h2, net.random.fork('server'), { port: 80, page: 'page', ...server });
  const records: RequestRecord[] = [];
  const options = { ip: net.h2.ip, port: 80, arrivals, timeoutMs: 1e9, ...more };
  const clients = new Clients([net.h1], net.random.fork('clients'), options, record => records.push(record));
  clients.start();
  net.clock.runUntil(ms);
  clients.stop();
  return { ...net, web, records, clients };
}

describe('arrivals', () => {
  it('of Poisson come independently: exponential gaps, and counts whose variance is their mean', () => {
    const times = arrivalsUntil({ kind: 'poisson', perSecond: 1000 }, 20_000);
    expect(Math.abs(times.length - 20_000)).toBeLessThan(4 * Math.sqrt(20_000));
    const gaps = times.map((at, i) => at - (times[i - 1] ?? 0)).sort((a, b) => a - b);
    const distance = Math.max(...gaps.map((gap, i) => Math.abs(1 - Math.exp(-gap) - i / gaps.length)));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(gaps.length));
    const counts = new Array<number>(1000).fill(0);
    for (const at of times) counts[Math.floor(at / 20)]!++;
    const mean = times.length / 1000;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 999;
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / 999));
  });

  it('end where the rate is nothing', () => {
    const crowd = { kind: 'flash', perSecond: 0, peakPerSecond: 500, atMs: 100, riseMs: 0, stayMs: 1000, fallMs: 0 } as const;
    const times = arrivalsUntil(crowd, 1e9);
    expect([Math.min(...times) >= 100, Math.max(...times) < 1100, times.length > 400]).toEqual([true, true, true]);
    expect(arrivalsUntil({ kind: 'poisson', perSecond: 0 }, 1e9)).toEqual([]);
    const { clock, records } = run({ kind: 'poisson', perSecond: 0 }, {}, 1000);
    expect([clock.pending, records]).toEqual([0, []]);
  });

  it('at an interval are exact', () => {
    expect(arrivalsUntil({ kind: 'interval', everyMs: 250 }, 1001)).toEqual([250, 500, 750, 1000]);
  });

  it('of a flash crowd follow its rate', () => {
    const crowd: OpenArrivals = {
      kind: 'flash',
      perSecond: 100,
      peakPerSecond: 2000,
      atMs: 5000,
      riseMs: 2000,
      stayMs: 3000,
      fallMs: 4000,
    };
    expect([0, 4999, 6000, 7000, 9999, 12_000, 14_000].map(ms => rateAt(crowd, ms))).toEqual([
      100, 100, 1050, 2000, 2000, 1050, 100,
    ]);
    const times = arrivalsUntil(crowd, 20_000);
    const between = (from: number, to: number): number => times.filter(at => at >= from && at < to).length;
    for (const [from, to, expected] of [
      [0, 5000, 500],
      [5000, 7000, 2100],
      [7000, 10_000, 6000],
      [10_000, 14_000, 4200],
      [14_000, 20_000, 600],
    ] as const)
      expect(Math.abs(between(from, to) - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });
});

describe('clients', () => {
  it('of a closed loop are as many as there are users, and think between requests', () => {
    const { records, clients } = run(
      { kind: 'closed', users: 5, think: { kind: 'constant', ms: 50 } },
      { service: { kind: 'constant', ms: 4 } },
      10_000,
    );
    // A round: 2 ms to connect, 6 ms to be answered, 50 ms to think.
    expect(Math.abs(records.length - (5 * 10_000) / 58)).toBeLessThan(15);
    const open = records.map(
      ({ start, end }) => records.filter(other => other.start <= start && other.end > start && other.end >= end).length,
    );
    expect(Math.max(...open)).toBeLessThanOrEqual(5);
    expect(clients.statistics).toMatchObject({ failed: 0, answered: records.length });
  });

  it.each(['poisson', 'closed'] as const)('stop at a count (%s)', kind => {
    const arrivals: Arrivals =
      kind === 'poisson' ? { kind, perSecond: 1000 } : { kind, users: 4, think: { kind: 'exponential', meanMs: 3 } };
    const { clock, records, clients } = run(arrivals, {}, 60_000, { count: 57 });
    expect(clock.pending).toBe(0);
    expect([records.length, clients.statistics]).toEqual([57, { started: 57, inProgress: 0, answered: 57, failed: 0 }]);
  });

  it('finish what they began after a stop', () => {
    const { clock, records, clients } = run(
      { kind: 'poisson', perSecond: 100 },
      { service: { kind: 'constant', ms: 500 } },
      1000,
    );
    expect(clients.statistics.inProgress).toBeGreaterThan(20);
    clock.runIdle();
    expect(clients.statistics).toMatchObject({ inProgress: 0, failed: 0, answered: records.length });
  });

  it('see a server that is M/M/1 over the network: mean response time as in theory', () => {
    const rho = 0.7;
    const means: number[] = [];
    for (let seed = 0; seed < 8; seed++) {
      const net = wire({ delayMs: 1 }, {}, seed);
      const service = { kind: 'exponential', meanMs: 5 } as const;
      new HttpServer(net.h2, net.random.fork('server'), { port: 80, page: 'page', workers: 1, service });
      let sum = 0;
      let count = 0;
      const arrivals = { kind: 'poisson', perSecond: (1000 * rho) / 5 } as const;
      const options = { ip: net.h2.ip, port: 80, arrivals, timeoutMs: 1e9 };
      const clients = new Clients([net.h1], net.random.fork('clients'), options, ({ start, end }) => {
        sum += end - start - 4; // connecting, asking and being answered
        count++;
      });
      clients.start();
      net.clock.runUntil(8000);
      means.push(sum / count);
    }
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    const deviation = Math.sqrt(means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1));
    const half = (5.408 * deviation) / Math.sqrt(means.length); // 99.9 %, 7 degrees of freedom
    expect(Math.abs(mean - 5 / (1 - rho))).toBeLessThan(half);
    expect(half).toBeLessThan(8);
  });
});
