import { describe, expect, it } from 'vitest';
import { cookieOf } from '../../../controller/core/cookie.ts';
import { toDpid } from '../../../controller/core/dpid.ts';
import { TABLE } from '../../../controller/core/pipeline.ts';
import { Handshake } from '../../../controller/switches/handshake.ts';
import type { Message, MessageInput } from '../../../openflow/index.ts';
import { VirtualClock } from '../../../topologies/embedded/clock.ts';
import { ALL_CAPABILITIES, NO_EXTENSIONS, switchOf } from '../connections/world.ts';
import { answerOf } from './fake-channel.ts';
import { contentsOf, embedded } from './reconciled-switch.ts';

/** Speaks until it is over; gives what it came to and what was said. */
function speak(handshake: Handshake, reply: (question: MessageInput) => readonly Message[]) {
  const said: MessageInput[] = [];
  const say = (questions: readonly MessageInput[]) => {
    for (const question of questions) {
      said.push(question);
      for (const message of reply(question)) handshake.take(message);
    }
  };
  say(handshake.begin());
  if (handshake.problem === undefined) say(handshake.ask());
  return { handshake, said };
}

function withEmbedded(plain: boolean, before: readonly MessageInput[] = []) {
  const at = embedded(new VirtualClock(), plain);
  let heard: Message[] = [];
  const channel = at.channel(message => heard.push(message));
  for (const message of before) channel.send(message);
  heard = [];
  const spoken = speak(new Handshake('here', 1), question => {
    channel.send(question);
    return heard.splice(0);
  });
  return { ...spoken, at };
}

describe('the handshake', () => {
  it.each([
    ['the embedded switch', false, ALL_CAPABILITIES],
    ['a plain switch', true, { ...NO_EXTENSIONS, keepsOrder: false }],
  ])('finds out what %s can, without assuming anything', (_name, plain, can) => {
    const { handshake } = withEmbedded(plain);
    expect(handshake.problem).toBeUndefined();
    expect(handshake.introduction!.at).toMatchObject({ dpid: '0000000000000001', address: 'here', can, round: 0 });
    expect([...handshake.introduction!.at.ports.keys()]).toEqual([1, 2, 3]);
  });

  it.each([false, true])('leaves nothing behind in a switch (plain: %s)', plain => {
    const { at } = withEmbedded(plain);
    expect(contentsOf(at)).toEqual({ ours: [], foreign: [], groups: [], meters: [] });
    const { said } = withEmbedded(plain);
    for (const message of said) if (message.type === 'flowMod') expect(message.tableId).toBe(TABLE.trial);
  });

  it('takes over what the switch holds of ours: its flows, all groups, all meters; and another round', () => {
    const cookie = cookieOf({ round: 6, owner: 'base' });
    const { handshake } = withEmbedded(false, [
      { type: 'flowMod', tableId: 1, priority: 5, cookie, match: { inPort: 1 } },
      { type: 'flowMod', tableId: 1, priority: 6, cookie: 5n, match: { inPort: 2 } },
      { type: 'groupMod', groupId: 3, buckets: [] },
      { type: 'meterMod', meterId: 4, flags: 1, bands: [{ type: 'drop', rate: 1 }] },
    ]);
    const { at, installed } = handshake.introduction!;
    expect(installed).toMatchObject({ flows: [{ cookie, priority: 5 }], groups: [{ groupId: 3 }], meters: [{ meterId: 4 }] });
    expect(at.round).toBe(7);
  });

  it('keeps the round of a switch that it knows', () => {
    const known = switchOf(1, { round: 9 });
    const handshake = new Handshake('here', 2, known);
    for (const question of handshake.ask()) {
      const reply = answerOf(question);
      if (reply !== undefined) handshake.take(reply);
    }
    expect(handshake.introduction!.at).toMatchObject({ dpid: known.dpid, round: 9 });
  });

  it('collects answers that come in parts', () => {
    const port = (portNo: number) => ({ portNo, hwAddr: '00:00:00:00:00:01', name: 'p', config: 0, state: 0, curr: 0 });
    const { handshake } = speak(new Handshake('here', 1), question => {
      if (question.type === 'featuresRequest') return [features()];
      if (question.type === 'multipartRequest' && question.kind === 'portDesc') {
        const part = { type: 'multipartReply', xid: question.xid!, kind: 'portDesc' } as const;
        return [
          { ...part, flags: 1, body: [port(1)] },
          { ...part, flags: 0, body: [port(2)] },
        ] as unknown as Message[];
      }
      return [answerOf(question)].filter(reply => reply !== undefined);
    });
    expect([...handshake.introduction!.at.ports.keys()]).toEqual([1, 2]);
  });

  it.each([
    ['desc', 'it does not answer what its desc is'],
    ['portDesc', 'it does not answer what its ports is'],
    ['flow', 'it does not answer what its flows is'],
  ])('has a problem with a switch that refuses to tell its %s', (kind, problem) => {
    const { handshake } = speak(new Handshake('here', 1), question => {
      if (question.type === 'featuresRequest') return [features()];
      return [answerOf(question, { [kind]: undefined })].filter(reply => reply !== undefined);
    });
    expect(handshake).toMatchObject({ problem, introduction: undefined });
  });

  it('does without groups and meters where there are none', () => {
    const none = { groupFeatures: undefined, groupDesc: undefined, meterFeatures: undefined, meterConfig: undefined };
    const { handshake } = speak(new Handshake('here', 1), question => {
      if (question.type === 'featuresRequest') return [features()];
      return [answerOf(question, none)].filter(reply => reply !== undefined);
    });
    expect(handshake.introduction!.at.can).toMatchObject({ selectGroups: false, meters: false });
  });

  it('takes no auxiliary connection for a switch', () => {
    const { handshake } = speak(new Handshake('here', 1), () => [features(1)]);
    expect(handshake.problem).toContain('auxiliary');
    expect(handshake.dpid).toBeUndefined();
  });

  it('takes only answers to its own questions', () => {
    const handshake = new Handshake('here', 1);
    handshake.begin();
    expect(handshake.take({ type: 'featuresReply', xid: 7 } as Message)).toBe(false);
    expect(handshake.take({ type: 'packetIn', xid: 0 } as Message)).toBe(false);
  });

  it('uses other transaction ids than the handshake before it', () => {
    const ids = (serial: number) => {
      const handshake = new Handshake('here', serial, switchOf(1));
      return handshake.ask().map(({ xid }) => xid!);
    };
    expect(new Set([...ids(1), ...ids(2), ...ids(3)]).size).toBe(3 * ids(1).length);
  });
});

function features(auxiliaryId = 0): Message {
  const xid = new Handshake('here', 1).begin()[0]!.xid!;
  return { type: 'featuresReply', xid, datapathId: 0x1fn, auxiliaryId, nBuffers: 0, nTables: 4, capabilities: 0 } as Message;
}

it('a datapath id is sixteen hex digits', () => {
  expect(toDpid(0x1fn)).toBe('000000000000001f');
  expect(toDpid(0xffff_ffff_ffff_ffffn)).toBe('ffffffffffffffff');
});
