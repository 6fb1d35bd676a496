import { expect, it } from 'vitest';
import type { Command } from '../../../controller/core/command.ts';
import { decode, encode, type MessageInput, type MessageOf } from '../../../openflow/index.ts';
import { dumpOf, switchOf, World } from './world.ts';

type FlowModInput = Extract<MessageInput, { type: 'flowMod' }>;

/** What a switch is asked in an audit, by the kind of the question. */
function questionsIn(commands: readonly Command[]) {
  return commands.flatMap(command =>
    command.type === 'send' && command.message.type === 'multipartRequest' && command.message.xid !== undefined
      ? [{ kind: command.message.kind, xid: command.message.xid }]
      : [],
  );
}

/** A switch with a connection, and what it answers to audits: it holds its other flows, and none of the connection. */
function lackingSwitch() {
  const at = switchOf(1);
  const world = new World();
  const base: FlowModInput[] = [...world.connect(at).allFlows];
  for (const server of [1, 2, 3]) base.push(...world.answerProbe(at, server).allFlows);
  const learnt = world.syn(at, 4, 40_001);
  base.push(...learnt.allFlows.filter(flow => !learnt.flows.includes(flow)));
  const held = dumpOf(base.map(flow => decode(encode(flow)) as FlowModInput));
  const reply = (xid: number, kind: string, body: unknown) =>
    world.reply(at, { type: 'multipartReply', xid, kind, flags: 0, body } as MessageOf<'multipartReply'>);
  /** The audit at a time; gives what its answers make of it, the dump of connections without any included. */
  const audit = (ms: number) => {
    const asked = questionsIn(world.tick(ms).commands);
    expect(asked.map(({ kind }) => kind)).toEqual(['flow', 'aggregate', 'aggregate']);
    const [flows, ours, all] = asked.map(({ xid }) => xid) as [number, number, number];
    reply(flows, 'flow', held);
    reply(ours, 'aggregate', { flowCount: held.length });
    const { commands, log } = reply(all, 'aggregate', { flowCount: held.length });
    expect(log).toEqual([]);
    const [dump, ...others] = questionsIn(commands);
    expect([dump?.kind, others]).toEqual(['flow', []]);
    return reply(dump!.xid, 'flow', []);
  };
  return { at, world, connection: learnt.flows, audit };
}

it('a record whose flows have gone without a report is found by the count of flows, and ends with the second dump', () => {
  // Somebody wrote over both flows of the connection: the switch reports nothing, and holds what it held before.
  const { world, audit } = lackingSwitch();
  expect(audit(2500).log).toEqual([]);
  expect(world.app.balancer.size).toBe(1);
  expect(audit(2500).log).toMatchObject([{ type: 'end', service: 'web' }]);
  expect(world.app.balancer.size).toBe(0);
});

it('a report that comes later than a dump without its flow still has the last word', () => {
  const { at, world, connection, audit } = lackingSwitch();
  expect(audit(2500).log).toEqual([]);
  const [reverse, forward] = connection;
  world.removed(at, reverse!);
  expect(world.removed(at, forward!).log).toMatchObject([{ type: 'end', bytes: { out: 500 }, packets: { out: 5 } }]);
});
