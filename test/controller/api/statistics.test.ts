import { describe, expect, it } from 'vitest';
import { MAX_SERIES, MAX_STEPS, Statistics } from '../../../controller/api/statistics.ts';
import type { DecisionEntry } from '../../../controller/core/events.ts';
import { configWith, World } from '../connections/world.ts';
import { endLine } from './log/lines.ts';

const decision = (server: string, service = 'web') =>
  ({ type: 'decision', service, server: { name: server, ip: '10.0.0.1', port: 80 } }) as DecisionEntry;

/** Ten seconds of a service: begun at 100 s, one decision in each second, and an end in the even ones. */
function tenSeconds() {
  const { services } = new World().app;
  const statistics = new Statistics(100_000);
  for (let second = 100; second < 110; second++) {
    const now = second * 1000;
    statistics.onEntry(decision('server1'), now);
    services.named('web')!.servers[0]!.connections = second - 99;
    statistics.onTick(now + 500, services);
    if (second % 2 === 0)
      statistics.onEntry(endLine(1, { server: 'server1', responseMs: 4, bytes: { in: 10, out: 90 } }), now + 600);
  }
  statistics.onTick(110_000, services);
  return { statistics, services };
}

describe('the statistics', () => {
  it('have a step for each whole second, of a service and of a server', () => {
    const { series, from } = tenSeconds().statistics.view(10 / 60);
    expect(from).toBe(100_000);
    for (const name of ['web', 'web/server1'])
      expect(series[name]).toEqual({
        new: Array(10).fill(1),
        active: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        bytes: [100, 0, 100, 0, 100, 0, 100, 0, 100, 0],
        response: [4, null, 4, null, 4, null, 4, null, 4, null],
      });
    expect(series['web/server2']).toMatchObject({ new: Array(10).fill(0), active: Array(10).fill(0) });
  });

  it('mark what was not known yet', () => {
    const { series } = tenSeconds().statistics.view(12 / 60);
    expect(series.web!.active.slice(0, 3)).toEqual([null, null, 1]);
  });

  it('give rates over whole seconds, of which the present one is none', () => {
    const { statistics } = tenSeconds();
    expect([statistics.newPerSecond('web'), statistics.bytesPerSecond('web/server1')]).toEqual([1, 40]);
    expect([statistics.newInMinute('web'), statistics.newPerSecond('nothing')]).toEqual([10, 0]);
    statistics.onEntry(decision('server1'), 110_100);
    expect(statistics.newPerSecond('web')).toBe(1);
  });

  it('go over into silence, and forget what is ten minutes old', () => {
    const { statistics, services } = tenSeconds();
    statistics.onTick(110_000 + 60_000, services);
    expect([statistics.newPerSecond('web'), statistics.newInMinute('web')]).toEqual([0, 0]);
    expect(statistics.view(10).series.web!.new.filter(each => each === 1)).toHaveLength(10);
    expect(statistics.view(10).series.web!.active.at(-1)).toBe(10);
    statistics.onTick(110_000 + (MAX_STEPS + 1) * 1000, services);
    expect(statistics.view(10).series.web!.new).toEqual(Array(MAX_STEPS).fill(0));
  });

  it('take the bytes that a switch counts in each second, where it does', () => {
    const { statistics, services } = tenSeconds();
    services.named('web')!.servers[0]!.bytesPerSecond = 700;
    statistics.onTick(110_500, services);
    statistics.onEntry(endLine(1, { server: 'server1', bytes: { in: 1e9, out: 0 } }), 110_600);
    statistics.onTick(111_000, services);
    expect(statistics.view(1 / 60).series['web/server1']!.bytes).toEqual([700]);
  });

  it('forget what is configured no more', () => {
    const { statistics } = tenSeconds();
    statistics.onTick(111_000, new World(configWith({ name: 'other' })).app.services);
    expect(Object.keys(statistics.view(1).series).filter(name => name.startsWith('web'))).toEqual([]);
  });

  it('have so many series at most', () => {
    const statistics = new Statistics(0);
    for (let i = 0; i < MAX_SERIES + 100; i++) statistics.onEntry(decision(`s${i}`), 0);
    expect(Object.keys(statistics.view(1).series)).toHaveLength(MAX_SERIES);
    expect(statistics.newPerSecond('web')).toBe(0);
  });
});
