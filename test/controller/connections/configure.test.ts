import { describe, expect, it } from 'vitest';
import { TABLE } from '../../../controller/core/pipeline.ts';
import { OFPRR } from '../../../openflow/index.ts';
import { configWith, switchOf, World } from './world.ts';

const pool = (...numbers: number[]) => numbers.map(number => ({ name: `server${number}`, ip: `10.0.0.${number}`, port: 8000 }));
const chosenBy = (world: World, at = switchOf(1), count = 6, firstPort = 45_000) =>
  Array.from({ length: count }, (_, i) => world.syn(at, 4, firstPort + i).log).flatMap(log =>
    log.flatMap(entry => (entry.type === 'decision' ? [entry.server.name] : [])),
  );

describe('another configuration', () => {
  it('changes nothing in the switches and nothing for connections where it says the same', () => {
    const { world, at } = World.ready();
    world.syn(at, 4, 40_001);
    const { commands, log } = world.configure(configWith());
    expect(log).toMatchObject([{ type: 'config', state: 'applied', source: 'test', changes: [] }]);
    expect(commands).toHaveLength(1);
    expect(world.app.balancer.size).toBe(1);
  });

  it('brings a server in when it has answered, and its flows at once', () => {
    const { world, at } = World.ready();
    const { allFlows, log } = world.configure(configWith({ servers: pool(1, 2, 3, 6) }));
    expect(log[0]).toMatchObject({ changes: ['web/server6: added'] });
    expect(allFlows.every(({ match }) => match?.ipv4Src === '10.0.0.6')).toBe(true);
    expect(allFlows.some(({ tableId }) => tableId === TABLE.service)).toBe(true);
    expect(chosenBy(world, at)).not.toContain('server6');
    world.tick(2500);
    world.answerProbe(at, 6);
    expect(chosenBy(world, at, 8, 46_000)).toContain('server6');
  });

  it('lets the connections of a server that left live on, and sends nobody else there', () => {
    const { world, at } = World.ready();
    const { flows } = world.syn(at, 4, 40_001);
    const { deletes, log } = world.configure(configWith({ servers: pool(2, 3) }));
    expect(log[0]).toMatchObject({ changes: ['web/server1: removed'] });
    expect(deletes.filter(({ match }) => match?.tcpDst === 40_001)).toEqual([]);
    expect(chosenBy(world, at)).not.toContain('server1');
    const again = world.syn(at, 4, 40_001, { flags: 0x10, seq: 40_002 });
    expect(again.packets[0]!.actions).toContainEqual({ type: 'setField', field: { ipv4Dst: '10.0.0.1' } });
    world.removed(at, flows[0]!);
    expect(world.removed(at, flows[1]!).log).toMatchObject([{ type: 'end', server: 'server1' }]);
  });

  it('leaves no flow of a service that is gone', () => {
    const { world, at } = World.ready();
    const installed = world.connect(at).allFlows;
    const { flows } = world.syn(at, 4, 40_001);
    const [web, dns] = configWith().services;
    const { deletes, allFlows } = world.configure({ services: [{ ...web!, name: 'other', vip: '10.0.0.101' }, dns!] });
    const texts = (mods: readonly { match?: object }[]) => mods.map(({ match }) => JSON.stringify(match));
    const left = texts(installed).filter(text => !texts(deletes).includes(text));
    expect(left.filter(text => text.includes('"tcpDst":80'))).toEqual([]);
    expect(texts(deletes)).toEqual(expect.arrayContaining(texts(flows)));
    expect(texts(allFlows).some(text => text.includes('10.0.0.101'))).toBe(true);
    world.removed(at, flows[0]!, { reason: OFPRR.DELETE });
    expect(world.removed(at, flows[1]!, { reason: OFPRR.DELETE }).log).toMatchObject([{ type: 'end', why: 'removed' }]);
  });

  it('takes another strategy and other weights for the next connection', () => {
    const { world, at } = World.ready();
    const heavy = pool(1, 2, 3).map((server, i) => ({ ...server, weight: i === 0 ? 4 : 1 }));
    world.configure(configWith({ strategy: 'weighted-round-robin', servers: heavy }));
    expect(chosenBy(world, at, 6).filter(name => name === 'server1')).toHaveLength(4);
  });
});

describe('probes from the sockets of the controller', () => {
  it('are asked for once a server has its place, and bring it up', () => {
    const at = switchOf(1);
    const world = new World(configWith({ health: { type: 'tcp', from: 'controller' } }));
    world.connect(at);
    const asked = [1, 2, 3].flatMap(server => world.answerProbe(at, server).probes);
    expect(asked.map(({ ip, port }) => [ip, port])).toEqual([1, 2, 3].map(server => [`10.0.0.${server}`, 8000]));
    expect(world.syn(at, 4, 40_001).log).toMatchObject([{ type: 'refused' }]);
    const { log } = world.probed(asked[0]!.id, { ok: true, ms: 3, reason: 'accepts connections on port 8000' });
    expect(log).toMatchObject([{ type: 'server', server: 'server1', state: 'up' }]);
    expect(chosenBy(world, at, 2, 40_002)).toEqual(['server1', 'server1']);
  });
});

describe('what an operator wants of a server', () => {
  const withState = (state: 'ready' | 'drain' | 'maintenance' | 'standby') =>
    configWith({ servers: pool(1, 2, 3).map((server, i) => (i === 0 ? { ...server, state } : server)) });

  it.each(['drain', 'standby'] as const)('%s: its connections stay, and no new one comes', state => {
    const { world, at } = World.ready();
    world.syn(at, 4, 40_001);
    const { deletes } = world.configure(withState(state));
    expect(deletes).toEqual([]);
    expect(chosenBy(world, at)).toEqual(['server2', 'server3', 'server2', 'server3', 'server2', 'server3']);
    expect(world.syn(at, 4, 40_001, { flags: 0x10, seq: 40_002 }).packets).toHaveLength(1);
  });

  it('maintenance: its connections are ended', () => {
    const { world, at } = World.ready();
    world.syn(at, 4, 40_001);
    const { deletes, packets } = world.configure(withState('maintenance'));
    expect(deletes).toHaveLength(2);
    expect(packets.length).toBeGreaterThan(0);
    expect(chosenBy(world, at)).not.toContain('server1');
  });

  it('maintenance: it is looked at anew when that is over, and begins with a part of its share', () => {
    const { world, at } = World.ready();
    world.syn(at, 4, 40_001);
    world.configure(withState('maintenance'));
    world.configure(withState('ready'));
    const { server } = world.app.services.member('web/server1')!;
    expect(server.health).toBe('unknown');
    world.tick(2500);
    world.answerProbe(at, 1);
    expect([server.health, server.ramp]).toEqual(['up', 0.1]);
  });

  it('ready: it is in again at once', () => {
    const { world, at } = World.ready();
    world.configure(withState('drain'));
    world.configure(withState('ready'));
    expect(chosenBy(world, at, 3).sort()).toEqual(['server1', 'server2', 'server3']);
  });

  it('tells that a service has nobody left for new connections', () => {
    const { world } = World.ready();
    const servers = pool(1, 2, 3).map(server => ({ ...server, state: 'drain' as const }));
    expect(world.configure(configWith({ servers })).log).toContainEqual(
      expect.objectContaining({ type: 'service', state: 'down', reason: '0 of 3 servers take new connections' }),
    );
  });
});

describe('a client that keeps its server', () => {
  it('gets it again until it was silent for so long', () => {
    const { world, at } = World.ready(switchOf(1), configWith({ affinity: { by: 'client-ip', expiry: '60s' } }));
    const [first, ...others] = chosenBy(world, at, 5);
    expect(new Set([first, ...others]).size).toBe(1);
    world.now += 61_000;
    expect(chosenBy(world, at, 1, 47_000)).not.toEqual([first]);
  });

  it('is another one for each range of ports', () => {
    const { world, at } = World.ready(switchOf(1), configWith({ affinity: { by: 'client-ip-and-ports', ports: 100 } }));
    expect(new Set(chosenBy(world, at, 50, 45_000)).size).toBe(1);
    expect(new Set(chosenBy(world, at, 300, 46_000)).size).toBe(3);
  });

  it('gets another one when its server dies', () => {
    const { world, at } = World.ready(switchOf(1), configWith({ strategy: 'sticky-round-robin' }));
    expect(chosenBy(world, at, 2)).toEqual(['server1', 'server1']);
    world.portDown(at, 1);
    const [next] = chosenBy(world, at, 1, 47_000);
    expect(next).not.toBe('server1');
    expect(chosenBy(world, at, 3, 48_000)).toEqual([next, next, next]);
  });
});

describe('a shadow', () => {
  it('is asked about the same connections, and decides nothing', () => {
    const { world, at } = World.ready(switchOf(1), configWith({ shadow: { name: 'hash', by: 'client-ip' } }));
    const lines = Array.from({ length: 6 }, (_, i) => world.syn(at, 4, 45_000 + i).log[0]!);
    expect(lines.map(entry => entry.type === 'decision' && entry.server.name)).toEqual([
      ...['server1', 'server2', 'server3'],
      ...['server1', 'server2', 'server3'],
    ]);
    const shadows = new Set(lines.map(entry => entry.type === 'decision' && entry.shadow?.server));
    expect(shadows.size).toBe(1);
    const { shadow } = world.app.services.named('web')!;
    expect([shadow!.asked, shadow!.agreed]).toEqual([6, 2]);
  });
});
