import { describe, expect, it } from 'vitest';
import { OFPRR } from '../../../openflow/index.ts';
import { Random } from '../../../topologies/embedded/random.ts';
import { RandomEvents } from './random-events.ts';
import { dumpOf, switchOf, udpFrame, VIP, World } from './world.ts';

const SEEDS = Array.from({ length: 40 }, (_, i) => `back tuple ${i}`);
const EVENTS = 150;

describe('connections of services with the same servers', () => {
  it('never share what their server sees, overwrite nobody’s flows, and leave nothing behind', () => {
    for (const seed of SEEDS) {
      const events = new RandomEvents(new Random(seed));
      for (let i = 0; i < EVENTS && events.tables.problems.length === 0; i++) events.next();
      expect({ seed, problems: events.tables.problems, story: events.story }).toMatchObject({ problems: [] });
      events.drain();
      expect({ seed, problems: events.tables.problems, left: events.leftovers() }).toEqual({ seed, problems: [], left: [] });
    }
  }, 60_000);

  it.each(['round-robin', 'weighted-round-robin', 'hash', 'least-connections', 'random', 'power-of-two-choices'])(
    'get another server by %s where the port is in use with the first',
    strategy => {
      const servers = [1, 2].map(number => ({ name: `server${number}`, ip: `10.0.0.${number}`, port: 8000 }));
      const service = (name: string, port: number) => ({
        name,
        vip: VIP,
        port,
        strategy,
        servers,
        health: { type: 'arp' as const },
      });
      const { world, at } = World.ready(switchOf(1), { services: [service('web', 80), service('shop', 81)] });
      const chosen = (port: number, dstPort: number) =>
        world.syn(at, 4, port, { dstPort }).log.map(entry => (entry.type === 'decision' ? entry.server.name : entry.type));
      for (const port of [40_001, 40_002, 40_003]) {
        const [first] = chosen(port, 80);
        expect(chosen(port, 81)).toEqual([first === 'server1' ? 'server2' : 'server1']);
      }
    },
  );
});

describe('a client that comes to another switch', () => {
  it('leaves nothing behind, though the server’s direction was about to go at the first', () => {
    const { world, at } = World.ready();
    const second = switchOf(2);
    world.connect(second);
    const [reverse, forward] = world.packetIn(at, 4, udpFrame(4, 5000)).flows;
    world.removed(at, reverse!, { idleTimeout: reverse!.idleTimeout! });
    world.removed(at, forward!, { reason: OFPRR.DELETE });
    const moved = world.packetIn(second, 4, udpFrame(4, 5000)).flows;
    expect(moved).toHaveLength(2);
    world.now += 40_000;
    for (const flow of moved) world.removed(second, flow);
    expect(world.app.balancer.size).toBe(0);
  });
});

describe('a connection that was ended while its switch was away', () => {
  it('is not taken over again when the switch comes back with its flows', () => {
    const { world, at } = World.ready();
    const second = switchOf(2);
    world.connect(second);
    const { flows } = world.packetIn(second, 4, udpFrame(4, 5000));
    world.app.handle({ type: 'lost', dpid: second.dpid, reason: 'test' }, world.now);
    world.portDown(at, 1);
    const back = world.connect({ ...second, round: 1 }, dumpOf(flows));
    expect(back.log.filter(({ type }) => type === 'adopted')).toEqual([]);
    expect(back.flows).toEqual([]);
    expect(back.deletes.map(({ match }) => match)).toEqual(expect.arrayContaining(flows.map(({ match }) => match)));
    const reports = flows.flatMap(flow => world.removed(second, flow, { reason: OFPRR.DELETE }).flows);
    expect(reports).toEqual([]);
    expect(world.app.balancer.size).toBe(0);
  });

  it('nor when its switch is asked anew before it has done it', () => {
    const { world, at } = World.ready();
    const { flows } = world.packetIn(at, 4, udpFrame(4, 5000));
    world.portDown(at, 1);
    const again = world.connect(at, dumpOf(flows));
    expect(again.log.filter(({ type }) => type === 'adopted')).toEqual([]);
    expect(flows.flatMap(flow => world.removed(at, flow, { reason: OFPRR.DELETE }).flows)).toEqual([]);
  });
});
