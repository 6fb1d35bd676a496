import { beforeEach, describe, expect, it } from 'vitest';
import { eventOf } from '../../../controller/switches/registry.ts';
import type { Message } from '../../../openflow/index.ts';
import { answer, Desk, DPID, FakeChannel, identify, ready } from './fake-channel.ts';

const RIVAL_ANSWER_MS = 1000;

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

/** Answers the question whether it lives. */
function live(channel: FakeChannel): void {
  for (const question of channel.take())
    if (question.type === 'barrierRequest') channel.session!.receive({ type: 'barrierReply', xid: question.xid! });
}

describe('a second connection with the same datapath id', () => {
  it('is refused while the first one lives, with what to do', () => {
    const first = ready(desk, '10.0.0.1:1');
    const second = desk.accept(new FakeChannel('10.0.0.2:2'));
    identify(second);
    expect(second.sent).toEqual([]);
    live(first);
    expect(second.closedBecause).toContain('is connected already, from 10.0.0.1:1');
    expect(desk.refusals).toMatchObject([{ dpid: DPID, address: '10.0.0.2:2' }]);
    expect(desk.types).toEqual(['ready']);
    desk.clock.pass(10 * RIVAL_ANSWER_MS);
    expect(first.closedBecause).toBeUndefined();
    expect(desk.registry.channelOf(DPID)).toBe(first);
  });

  it('takes its place when the first one does not answer within a second', () => {
    const first = ready(desk);
    const second = desk.accept(new FakeChannel('10.0.0.2:2'));
    identify(second);
    desk.clock.pass(RIVAL_ANSWER_MS - 1);
    expect(first.closedBecause).toBeUndefined();
    desk.clock.pass(1);
    expect(first.closedBecause).toContain('has connected anew');
    answer(second);
    expect(desk.types).toEqual(['ready', 'lost', 'ready']);
    expect(desk.registry.channelOf(DPID)).toBe(second);
    desk.registry.send(DPID, [{ type: 'flowMod' }]);
    expect(second.sent).toHaveLength(1);
    // An answer that comes after all changes nothing.
    live(first);
    expect(desk.registry.channelOf(DPID)).toBe(second);
  });

  it('takes its place at once when the first one ends meanwhile', () => {
    const first = ready(desk);
    const second = desk.accept(new FakeChannel('10.0.0.2:2'));
    identify(second);
    first.session!.closed('reset');
    answer(second);
    expect(desk.types).toEqual(['ready', 'lost', 'ready']);
    expect(second.closedBecause).toBeUndefined();
  });

  it('has gone itself before the first one answered: nothing happens', () => {
    const first = ready(desk);
    const second = desk.accept(new FakeChannel('10.0.0.2:2'));
    identify(second);
    second.session!.closed('reset');
    desk.clock.pass(RIVAL_ANSWER_MS);
    expect(first.closedBecause).toBeUndefined();
    expect(desk.registry.channelOf(DPID)).toBe(first);
    expect(desk.refusals).toMatchObject([{ reason: 'reset' }]);
  });

  it('and a third one: the first to live gets it, and one alone', () => {
    const first = ready(desk);
    const rivals = ['10.0.0.2:2', '10.0.0.3:3'].map(address => desk.accept(new FakeChannel(address)));
    for (const rival of rivals) identify(rival);
    desk.clock.pass(RIVAL_ANSWER_MS);
    for (const rival of rivals) answer(rival);
    desk.clock.pass(RIVAL_ANSWER_MS);
    for (const rival of rivals) answer(rival);
    expect(first.closedBecause).toBeDefined();
    expect(rivals.filter(({ closedBecause }) => closedBecause === undefined)).toHaveLength(1);
    expect(desk.registry.readyCount).toBe(1);
  });

  it('is judged by its datapath id alone', () => {
    ready(desk);
    const other = desk.accept(new FakeChannel());
    identify(other, { datapathId: 2n });
    answer(other);
    expect(desk.registry.readyCount).toBe(2);
  });
});

describe('the registry', () => {
  it('closes every session with a word', () => {
    const first = ready(desk);
    const second = desk.accept(new FakeChannel());
    desk.registry.close();
    expect([first, second].map(({ closedBecause }) => closedBecause)).toEqual(Array(2).fill('the controller stops'));
    expect(desk.types).toEqual(['ready', 'lost']);
    expect(desk.clock.waiting).toBe(0);
  });

  it('forgets every session without a word', () => {
    const channel = ready(desk);
    desk.accept(new FakeChannel());
    desk.registry.abandon();
    channel.session!.receive({ type: 'packetIn', xid: 0 } as unknown as Message);
    channel.session!.closed('later');
    expect(desk.types).toEqual(['ready']);
    expect(desk.refusals).toEqual([]);
    expect(desk.clock.waiting).toBe(0);
    expect(desk.registry.readyCount).toBe(0);
  });

  it('drops messages for who is not there', () => {
    desk.registry.send(DPID, [{ type: 'flowMod' }]);
    expect(desk.registry.channelOf(DPID)).toBeUndefined();
  });

  it.each([
    ['packetIn', 'packetIn'],
    ['flowRemoved', 'flowRemoved'],
    ['portStatus', 'portStatus'],
    ['multipartReply', 'reply'],
    ['barrierReply', undefined],
    ['echoReply', undefined],
    ['roleReply', undefined],
  ])('makes of %s the event %s', (type, event) => {
    const message = { type, xid: 1 } as Message;
    expect(eventOf(DPID, message)?.type).toBe(event);
  });

  it('explains an error in the words of the specification', () => {
    const error = { type: 'error', xid: 1, errType: 5, code: 1, data: new Uint8Array() } as Message;
    expect(eventOf(DPID, error)).toMatchObject({ type: 'error', explained: expect.stringContaining('TABLE_FULL') });
  });
});
