import { describe, expect, it } from 'vitest';
import { TABLE } from '../../../controller/core/pipeline.ts';
import { decode, encode, OFPRR } from '../../../openflow/index.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { dumpOf, switchOf, World } from './world.ts';

describe('a client port that is used again before its flows are gone', () => {
  it('is a new connection in the log, on the server whose packets the switch may still remember', () => {
    const { world, at } = World.ready();
    const first = world.syn(at, 4, 40_001);
    const second = world.syn(at, 4, 40_001, { seq: 999_999 });
    expect(second.deletes.map(({ match }) => match)).toEqual([first.flows[1]!.match, first.flows[0]!.match]);
    expect(second.log).toMatchObject([
      { type: 'decision', server: { name: 'server1' }, reason: { rule: 'same client port as a connection just closed' } },
    ]);
    world.removed(at, first.flows[0]!, { reason: OFPRR.DELETE });
    const ended = world.removed(at, first.flows[1]!, { reason: OFPRR.DELETE });
    expect(ended.log).toMatchObject([{ type: 'end', of: first.log[0]!.seq, why: 'replaced' }]);
    expect(world.app.balancer.size).toBe(1);
  });

  it('takes no notice of flows that are not those of a connection it knows', () => {
    const { world, at } = World.ready();
    const { flows } = world.syn(at, 4, 40_001);
    expect(world.removed(at, { ...flows[0]!, cookie: flows[0]!.cookie! + 1n }).commands).toEqual([]);
    expect(world.app.balancer.size).toBe(1);
  });
});

describe('a switch that comes back', () => {
  it('is asked what it carries: its connections go on and count, nothing of theirs is touched', () => {
    const before = World.ready();
    const { flows } = before.world.syn(before.at, 4, 40_001);
    const world = new World();
    const at = switchOf(1, { round: 1 });
    const { log, deletes, flows: added } = world.connect(at, dumpOf(flows));
    expect(log.map(({ type }) => type)).toEqual(['adopted', 'switch']);
    expect(log[0]).toMatchObject({ client: { ip: '10.0.0.4', port: 40_001 }, server: { name: 'server1' } });
    expect(added).toEqual([]);
    expect(deletes.every(({ cookie }) => (cookie! >> 44n) % 16n !== 3n)).toBe(true);
    for (const server of [1, 2, 3]) world.answerProbe(at, server);
    expect(world.syn(at, 4, 40_001, { flags: TCP.ACK, seq: 40_002 }).packets[0]!.actions[1]).toEqual({
      type: 'setField',
      field: { ipv4Dst: '10.0.0.1' },
    });
    world.removed(at, flows[0]!);
    expect(world.removed(at, flows[1]!).log).toMatchObject([{ type: 'end', of: log[0]!.seq }]);
  });

  it('does not count a connection as living whose server had closed it', () => {
    const before = World.ready();
    const { flows } = before.world.syn(before.at, 4, 40_001);
    const livingAfter = (idleTimeout: number) => {
      const world = new World();
      world.connect(
        switchOf(1, { round: 1 }),
        dumpOf(flows).map(flow => ({ ...flow, idleTimeout })),
      );
      return [world.app.balancer.size, world.app.services.member('web/server1')!.server.connections];
    };
    expect(livingAfter(300)).toEqual([1, 1]);
    expect(livingAfter(12)).toEqual([1, 0]);
  });

  it('gets back what it lost', () => {
    const { world, at } = World.ready();
    const { flows } = world.syn(at, 4, 40_001);
    const again = world.connect({ ...at, round: 1 }, []);
    expect(again.flows.map(({ match }) => match)).toEqual(flows.map(({ match }) => match));
  });

  it('gets nothing that it has, and loses what is ours and not wanted', () => {
    const flows = new World().connect(switchOf(1)).allFlows.filter(({ tableId }) => tableId !== TABLE.trial);
    const held = dumpOf(flows.map(flow => decode(encode(flow)) as typeof flow));
    const stale = { ...held[0]!, priority: 1 };
    const { allFlows, deletes } = new World().connect(switchOf(1, { round: 1 }), [...held, stale]);
    expect(allFlows).toEqual([]);
    expect(deletes).toMatchObject([{ priority: 1, tableId: stale.tableId, cookie: stale.cookie }]);
  });

  it('gets its table-miss entries first, and the one that floods behind all others', () => {
    const { commands } = new World().connect(switchOf(1));
    const sent = commands.flatMap(command => (command.type === 'send' ? [command.message] : []));
    const missOf = (message: (typeof sent)[number]) =>
      message.type === 'flowMod' && message.priority === 0 ? message.tableId : -1;
    expect(sent.slice(0, 3).map(missOf)).toEqual([TABLE.learn, TABLE.service, TABLE.admit]);
    const flood = sent.findIndex(message => missOf(message) === TABLE.forward);
    expect(sent.slice(flood + 1).some(message => message.type === 'flowMod' && message.command === 0)).toBe(false);
  });
});
