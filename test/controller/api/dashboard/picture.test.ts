import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Activity, byAddress } from '../../../../controller/api/dashboard/model/activity.ts';
import { layoutOf, lengthOf, pointAlong, wayThrough, widthOf } from '../../../../controller/api/dashboard/model/layout.ts';
import { NOTHING, type Snapshot } from '../../../../controller/api/dashboard/model/snapshot.ts';
import { MAX_CLIENTS, routeOf, topologyOf } from '../../../../controller/api/dashboard/model/topology.ts';
import { fakeServer, fakeService, fakeSwitch } from '../../../browser/fake-views.ts';
import { decision } from './lines.ts';

const NOW = Date.parse('2026-01-01T00:01:00Z');
const dpid = (number: number) => number.toString(16).padStart(16, '0');

function network({ servers = 3, switches = 2, clients = 2, services = 1 }): Snapshot {
  const pool = Array.from({ length: servers }, (_, i) =>
    fakeServer(i + 1, { location: { dpid: dpid(1 + (i % switches)), port: i + 1, mac: '00:00:00:00:00:01' } }),
  );
  return {
    ...NOTHING,
    services: Array.from({ length: services }, (_, i) => fakeService(`web${i}`, pool)),
    switches: Array.from({ length: switches }, (_, i) => fakeSwitch(i + 1)),
    hosts: Array.from({ length: clients }, (_, i) => ({
      ...{ mac: `00:00:00:00:01:${i}`, ip: `10.0.1.${i + 1}`, dpid: dpid(1), port: 40 + i, role: 'client' as const, name: null },
    })),
    links: Array.from({ length: switches - 1 }, (_, i) => ({
      a: { dpid: dpid(i + 1), port: 90 },
      b: { dpid: dpid(i + 2), port: 91 },
    })),
  };
}

const anyNetwork = fc.record({
  servers: fc.integer({ min: 1, max: 50 }),
  switches: fc.integer({ min: 1, max: 5 }),
  clients: fc.integer({ min: 0, max: 30 }),
  services: fc.integer({ min: 1, max: 3 }),
});

describe('the picture of the network', () => {
  it('has no two boxes over each other, and all of them inside, at every width from a phone to a wall', () => {
    fc.assert(
      fc.property(anyNetwork, fc.integer({ min: 290, max: 3800 }), fc.constantFrom(16, 22), (shape, width, em) => {
        const layout = layoutOf(topologyOf(network(shape), new Activity(), undefined, NOW), width, em);
        const boxes = [...layout.boxes.values()];
        for (const { x, y, w, h } of boxes) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
          expect(x + w).toBeLessThanOrEqual(width + 0.01);
          expect(y + h).toBeLessThanOrEqual(layout.height + 0.01);
        }
        for (const [i, a] of boxes.entries())
          for (const b of boxes.slice(i + 1))
            expect(a.x + a.w <= b.x + 0.01 || b.x + b.w <= a.x + 0.01 || a.y + a.h <= b.y + 0.01 || b.y + b.h <= a.y + 0.01).toBe(
              true,
            );
      }),
    );
  });

  it('leads a decision over the links between its client and its server', () => {
    const topology = topologyOf(network({ servers: 3, switches: 3 }), new Activity(), undefined, NOW);
    const way = routeOf(topology, { client: '10.0.1.1', service: 'web0', dpid: dpid(1), server: 'server3' });
    const switches = [1, 2, 3].map(number => `switch ${dpid(number)}`);
    expect(way).toEqual(['client 10.0.1.1', 'service web0', ...switches, 'server web0/server3']);
    const back = routeOf(topology, { client: '10.0.1.1', service: 'web0', dpid: dpid(3), server: 'server1' });
    expect(back.slice(2, -1)).toEqual(switches.reverse());
  });

  it('draws the way between two switches where decisions go, although nobody knows the links', () => {
    const activity = new Activity();
    activity.add(decision(1, { service: 'web0' }), NOW);
    const links = (snapshot: Snapshot) =>
      topologyOf(snapshot, activity, undefined, NOW).edges.filter(
        ({ from, to }) => from.startsWith('switch') && to.startsWith('switch'),
      );
    const known = network({ switches: 2 });
    expect(links(known).map(({ id }) => id)).toEqual([`link ${dpid(1)}:90 - ${dpid(2)}:91`]);
    expect(links({ ...known, links: [] }).map(({ id }) => id)).toEqual([`way switch ${dpid(1)} - switch ${dpid(2)}`]);
  });

  it('gathers the clients that have no place, and lets their decisions come from there', () => {
    const topology = topologyOf(network({ clients: 30 }), new Activity(), undefined, NOW);
    expect(topology.layers[0]).toHaveLength(MAX_CLIENTS);
    expect(topology.layers[0].at(-1)!.others).toBe(30 - MAX_CLIENTS + 1);
    const way = routeOf(topology, { client: '10.0.1.29', service: 'web0', dpid: dpid(1), server: 'server1' });
    expect(way[0]).toBe('client others');
  });

  it('draws no way to what it does not know', () => {
    const topology = topologyOf(network({}), new Activity(), undefined, NOW);
    expect(routeOf(topology, { client: '10.0.1.1', service: 'other', dpid: dpid(1), server: 'server1' })).toEqual([]);
    expect(routeOf(topology, { client: '10.0.1.1', service: 'web0', dpid: dpid(1), server: 'other' })).toEqual([]);
  });

  it('moves a mark from the beginning of its way to the end, never back', () => {
    const topology = topologyOf(network({}), new Activity(), undefined, NOW);
    const layout = layoutOf(topology, 1200, 16);
    const ids = routeOf(topology, { client: '10.0.1.1', service: 'web0', dpid: dpid(1), server: 'server2' });
    const way = wayThrough(layout, ids);
    expect(pointAlong(way, 0)).toEqual(way[0]);
    expect(pointAlong(way, 1)!.x).toBeCloseTo(way.at(-1)!.x);
    expect(lengthOf(way)).toBeGreaterThan(way.at(-1)!.x - way[0]!.x);
    const middle = pointAlong(way, 0.5)!;
    expect(middle.x).toBeGreaterThan(way[0]!.x);
    expect(middle.x).toBeLessThan(way.at(-1)!.x);
  });

  it('draws more traffic as a thicker line, and never as a beam', () => {
    const widths = [0, 0.1, 1, 10, 100, 10_000].map(widthOf);
    expect([...widths].sort((a, b) => a - b)).toEqual(widths);
    expect(Math.max(...widths)).toBeLessThan(10);
  });
});

describe('activity', () => {
  it('counts the last ten seconds, and forgets what was before', () => {
    const activity = new Activity();
    for (let second = 0; second < 20; second++) for (let i = 0; i < 3; i++) activity.add(decision(1), NOW + second * 1000);
    expect(activity.rate('server web/server1', NOW + 19_000)).toBe(3);
    expect(activity.rate('server web/server1', NOW + 24_000)).toBe(1.5);
    expect(activity.rate('server web/server1', NOW + 60_000)).toBe(0);
    expect(activity.clients(NOW + 60_000)).toEqual(['10.0.0.4']);
    expect(activity.clients(NOW + 200_000)).toEqual([]);
  });

  it('keeps nothing of a key whose seconds are over, although nobody asks for it any more', () => {
    const activity = new Activity();
    activity.add(decision(1, { client: { ip: '10.0.0.8', port: 40_001 } }), NOW);
    activity.add(decision(2), NOW + 9000);
    expect(activity.rate('client 10.0.0.8 web', NOW)).toBe(0.1);
    activity.add(decision(3), NOW + 10_000);
    expect(activity.rate('client 10.0.0.8 web', NOW)).toBe(0);
    expect(activity.rate('client 10.0.0.4 web', NOW + 10_000)).toBe(0.2);
  });

  it('puts addresses in the order of their numbers', () => {
    expect(['10.0.0.10', '10.0.0.9', '9.0.0.1'].sort(byAddress)).toEqual(['9.0.0.1', '10.0.0.9', '10.0.0.10']);
  });
});
