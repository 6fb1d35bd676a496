import { beforeEach, describe, expect, it } from 'vitest';
import { ANSWER_MS, MAX_EARLY_MESSAGES } from '../../../controller/switches/session.ts';
import type { Message } from '../../../openflow/index.ts';
import { answer, answerOf, Desk, DPID, FakeChannel, identify, ready } from './fake-channel.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

const packetIn = (xid: number) =>
  ({ type: 'packetIn', xid, match: { inPort: 1 }, cookie: 0n, data: new Uint8Array() }) as unknown as Message;
const flowRemoved = (xid: number) => ({ type: 'flowRemoved', xid, cookie: 0n, match: {} }) as unknown as Message;
const flowMod = { type: 'flowMod', tableId: 1 } as const;
const xids = () => desk.events.slice(1).map(event => ('message' in event ? event.message.xid : event.type));

describe('a session', () => {
  it('asks who is there, then what it can and holds, and is ready', () => {
    const channel = desk.accept();
    expect(channel.sent.map(({ type }) => type)).toEqual(['featuresRequest']);
    identify(channel);
    expect(desk.types).toEqual([]);
    expect(channel.sent.at(-1)).toMatchObject({ type: 'barrierRequest' });
    answer(channel);
    expect(desk.types).toEqual(['ready']);
    expect(desk.registry.readyCount).toBe(1);
    expect(desk.clock.waiting).toBe(0);
  });

  it('is over after 5 s of silence, and each answer gives it 5 s more', () => {
    const channel = desk.accept();
    desk.clock.pass(ANSWER_MS - 1);
    identify(channel);
    const questions = channel.take();
    for (const question of questions.slice(0, 5)) {
      desk.clock.pass(ANSWER_MS - 1);
      const reply = answerOf(question);
      if (reply !== undefined) channel.session!.receive(reply);
      else channel.session!.receive({ type: 'error', xid: question.xid!, errType: 1, code: 1, data: new Uint8Array() });
    }
    expect(channel.closedBecause).toBeUndefined();
    desk.clock.pass(ANSWER_MS);
    expect(channel.closedBecause).toBe('no answer for 5 s during the handshake');
    expect(desk.refusals).toMatchObject([{ dpid: DPID, reason: channel.closedBecause }]);
    expect(desk.events).toEqual([]);
  });

  it('is not kept alive by what is no answer', () => {
    const channel = desk.accept();
    for (let i = 0; i < 10; i++) {
      desk.clock.pass(ANSWER_MS / 10);
      channel.session!.receive(packetIn(i));
    }
    expect(channel.closedBecause).toBeDefined();
  });

  it('may be silent for ever once it is ready', () => {
    const channel = ready(desk);
    desk.clock.pass(100 * ANSWER_MS);
    expect(channel.closedBecause).toBeUndefined();
  });

  it('refuses an auxiliary connection, with the reason', () => {
    const channel = desk.accept();
    identify(channel, { auxiliaryId: 1 });
    expect(channel.closedBecause).toContain('auxiliary connection');
    expect(desk.refusals).toMatchObject([{ dpid: undefined, reason: channel.closedBecause }]);
    expect(channel.take()).toEqual([]);
  });

  it('gives on what came during the handshake behind `ready`, in its order', () => {
    const channel = desk.accept();
    channel.session!.receive(packetIn(1));
    identify(channel);
    channel.session!.receive(packetIn(2));
    const questions = channel.take();
    const flows = questions.findIndex(question => question.type === 'multipartRequest' && question.kind === 'flow');
    const replyTo = (some: typeof questions) => {
      for (const reply of some.map(question => answerOf(question))) if (reply !== undefined) channel.session!.receive(reply);
    };
    replyTo(questions.slice(0, flows));
    channel.session!.receive(packetIn(3));
    replyTo(questions.slice(flows, flows + 1));
    channel.session!.receive(flowRemoved(4));
    channel.session!.receive(packetIn(5));
    replyTo(questions.slice(flows + 1));
    channel.session!.receive(packetIn(6));
    expect(desk.types[0]).toBe('ready');
    expect(xids()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('drops the report of a flow that went before the switch told what it holds', () => {
    const channel = desk.accept();
    identify(channel);
    channel.session!.receive(flowRemoved(1));
    answer(channel);
    channel.session!.receive(flowRemoved(2));
    expect(xids()).toEqual([2]);
  });

  it('keeps so many early messages and no more', () => {
    const channel = desk.accept();
    for (let i = 0; i < MAX_EARLY_MESSAGES + 10; i++) channel.session!.receive(packetIn(i));
    identify(channel);
    answer(channel);
    expect(xids()).toEqual(Array.from({ length: MAX_EARLY_MESSAGES }, (_, i) => i));
  });

  it('does not give on errors that answer a trial, but all others', () => {
    const channel = desk.accept();
    identify(channel);
    const error = (xid: number) => ({ type: 'error', xid, errType: 1, code: 1, data: new Uint8Array() }) as Message;
    for (const question of channel.take())
      channel.session!.receive(question.type === 'flowMod' ? error(question.xid!) : (answerOf(question) ?? error(question.xid!)));
    channel.session!.receive(error(77));
    expect(desk.types).toEqual(['ready', 'error']);
    const [introduced] = desk.events;
    expect(introduced).toMatchObject({ at: { can: { tcpFlags: false, finTimeout: false, registers: false, learn: false } } });
  });

  it('sends nothing before it is ready, and the messages of a turn in their order behind it', () => {
    const channel = desk.accept();
    identify(channel);
    const before = channel.sent.length;
    desk.registry.send(DPID, [flowMod]);
    expect(channel.sent).toHaveLength(before);
    answer(channel);
    desk.registry.send(DPID, [flowMod, { type: 'groupMod', groupId: 1 }]);
    expect(channel.take().map(({ type }) => type)).toEqual(['groupMod', 'flowMod']);
  });

  it('is lost when its channel goes, once, and nothing is heard of it any more', () => {
    const channel = ready(desk);
    channel.session!.closed('the cable');
    channel.session!.closed('the cable again');
    channel.session!.receive(packetIn(1));
    expect(desk.types).toEqual(['ready', 'lost']);
    expect(desk.last).toEqual({ type: 'lost', dpid: DPID, reason: 'the cable' });
    expect(desk.registry.channelOf(DPID)).toBeUndefined();
  });
});

describe('to ask a switch anew', () => {
  it('gives another `ready` with the same round; what comes meanwhile waits for it', () => {
    const channel = ready(desk);
    const [first] = desk.events;
    desk.registry.resync();
    expect(channel.sent.map(({ type }) => type)).not.toContain('featuresRequest');
    channel.session!.receive(packetIn(1));
    desk.registry.send(DPID, [flowMod]);
    expect(channel.sent.at(-1)).toBe(flowMod);
    expect(desk.types).toEqual(['ready']);
    const held = { cookie: 0x7600_1000_0000_0000n, match: {}, tableId: 1, priority: 0, instructions: [] };
    answer(channel, { flow: [held] });
    expect(desk.types).toEqual(['ready', 'ready', 'packetIn']);
    const second = desk.events[1]!;
    if (first?.type !== 'ready' || second.type !== 'ready') throw new Error('no session');
    expect(second.at).toEqual(first.at);
    expect(second.installed.flows).toEqual([held]);
  });

  it('does nothing while it is being asked', () => {
    const channel = desk.accept();
    desk.registry.resync();
    expect(channel.sent).toHaveLength(1);
    identify(channel);
    answer(channel);
    desk.registry.resync(DPID);
    const { length } = channel.sent;
    desk.registry.resync(DPID);
    expect(channel.sent).toHaveLength(length);
  });

  it('may happen again while the messages are given on that waited', () => {
    const channel = ready(desk);
    let times = 0;
    desk.onEvent = event => {
      if (event.type === 'packetIn' && times++ === 0) desk.registry.resync();
    };
    desk.registry.resync();
    for (const xid of [1, 2, 3]) channel.session!.receive(packetIn(xid));
    answer(channel);
    expect(xids()).toEqual(['ready', 1]);
    answer(channel);
    expect(xids()).toEqual(['ready', 1, 'ready', 2, 3]);
  });

  it('is over after 5 s of silence, too', () => {
    const channel = ready(desk);
    desk.registry.resync();
    desk.clock.pass(ANSWER_MS);
    expect(channel.closedBecause).toBeDefined();
    expect(desk.types).toEqual(['ready', 'lost']);
  });

  it('is of one switch where it is named', () => {
    const one = ready(desk);
    const other = desk.accept(new FakeChannel('10.0.0.2:1'));
    identify(other, { datapathId: 2n });
    answer(other);
    desk.registry.resync(DPID);
    expect(one.sent.length).toBeGreaterThan(0);
    expect(other.sent).toEqual([]);
  });
});
