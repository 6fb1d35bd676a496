import { describe, expect, it } from 'vitest';
import { OFPP, OFPPR, OFPPS } from '../../../openflow/index.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { macOf, switchOf, World } from '../service/world.ts';

const probed = (outcome: { packets: readonly { data: Uint8Array; actions: readonly unknown[] }[] }) =>
  outcome.packets.map(({ data, actions }) => ({ ip: dissect(data).arp!.tpa, port: (actions[0] as { port: number }).port }));
const servers = (outcome: { log: readonly { type: string }[] }) => outcome.log.filter(({ type }) => type === 'server');

describe('learning where the servers are', () => {
  it('asks everywhere as soon as a switch is there, without an address of its own', () => {
    const world = new World();
    const { packets } = world.connect(switchOf(1));
    expect(probed({ packets }).map(({ ip, port }) => [ip, port])).toEqual(
      ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1'].map(ip => [ip, OFPP.ALL]),
    );
    expect(dissect(packets[0]!.data).arp!.spa).toBe('0.0.0.0');
  });

  it('takes the first answer, and asks only there from then on', () => {
    const { world } = World.ready();
    expect(probed(world.tick(2000))).toEqual([1, 2, 3, 1].map(server => ({ ip: `10.0.0.${server}`, port: server })));
  });

  it('never chooses a server that never answered', () => {
    const world = new World();
    const at = switchOf(1);
    world.connect(at);
    world.answerProbe(at, 2);
    const chosen = [1, 2, 3, 4].map(port => world.syn(at, 4, port).log[0]);
    expect(chosen.every(entry => entry?.type === 'decision' && entry.server.name === 'server2')).toBe(true);
  });

  it('takes a server out after its missing answers, and in again after as many as configured', () => {
    const { world, at } = World.ready();
    const seen: unknown[] = [];
    for (let second = 0; second < 8; second++) {
      seen.push(...servers(world.tick(1000)));
      for (const server of [2, 3]) world.answerProbe(at, server);
    }
    expect(seen).toMatchObject([
      { service: 'web', server: 'server1', state: 'down', reason: '3 ARP probes in a row unanswered' },
      { service: 'dns', server: 'dns1', state: 'down' },
    ]);
    const back: unknown[] = [];
    for (let second = 0; second < 6; second++) {
      world.tick(1000);
      for (const server of [1, 2, 3]) back.push(...servers(world.answerProbe(at, server)));
    }
    expect(back).toMatchObject([
      { server: 'server1', state: 'up' },
      { server: 'dns1', state: 'up' },
    ]);
  });

  it('believes no answer that was not asked for, and none from another port while the server answers', () => {
    const { world, at } = World.ready();
    expect(servers(world.answerProbe(at, 1, 9, macOf(9)))).toEqual([]);
    world.tick(2000);
    expect(servers(world.answerProbe(at, 1, 9, macOf(9)))).toEqual([]);
    expect(servers(world.answerProbe(at, 1))).toEqual([]);
    expect(world.syn(at, 4, 40_001).packets[0]!.actions[0]).toEqual({ type: 'setField', field: { ethDst: macOf(1) } });
  });

  it('finds a server that moved, once its old place is silent', () => {
    const { world, at } = World.ready();
    world.tick(2000); // asked at port 1
    world.tick(1000); // unanswered
    world.tick(1000); // asked everywhere
    expect(servers(world.answerProbe(at, 1, 9))).toMatchObject([
      { server: 'server1', state: 'up', reason: 'moved to port 9' },
      { server: 'dns1' },
    ]);
  });

  it('takes a server out at once when its port goes down', () => {
    const { world, at } = World.ready();
    const desc = {
      portNo: 2,
      hwAddr: macOf(2),
      name: 's1-eth2',
      config: 0,
      state: OFPPS.LINK_DOWN,
      curr: 0,
      advertised: 0,
      supported: 0,
      peer: 0,
      currSpeed: 0,
      maxSpeed: 0,
    };
    const commands = world.app.handle(
      { type: 'portStatus', at, message: { type: 'portStatus', xid: 0, reason: OFPPR.MODIFY, desc } },
      world.now,
    );
    expect(commands).toContainEqual({
      type: 'log',
      entry: expect.objectContaining({ type: 'server', server: 'server2', state: 'down', reason: 'its port 2 went down' }),
    });
  });
});
