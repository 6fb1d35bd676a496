import { describe, expect, it } from 'vitest';
import { cookieOf } from '../../../controller/core/cookie.ts';
import { nextRound, roundsIn } from '../../../controller/switches/round.ts';
import { inSendOrder } from '../../../controller/switches/send-order.ts';
import { type MessageInput, OFPFC } from '../../../openflow/index.ts';

const add = (priority: number): MessageInput => ({ type: 'flowMod', tableId: 1, priority });
const remove: MessageInput = { type: 'flowMod', tableId: 1, command: OFPFC.DELETE };
const packet: MessageInput = { type: 'packetOut', inPort: 1, actions: [], data: new Uint8Array() };
const barrier: MessageInput = { type: 'barrierRequest' };
const words = (messages: readonly MessageInput[]) =>
  messages
    .map(message =>
      message === remove
        ? 'delete'
        : message === packet
          ? 'packet'
          : message.type === 'barrierRequest'
            ? '|'
            : `add${message.type === 'flowMod' ? message.priority : '?'}`,
    )
    .join(' ');

describe('the order of sending', () => {
  it('puts packets last and keeps the order of flows', () => {
    expect(words(inSendOrder([packet, add(1), add(2)], true))).toBe('add1 add2 packet');
  });

  it('puts deletes first, behind a barrier', () => {
    expect(words(inSendOrder([add(1), remove, packet], true))).toBe('delete | add1 packet');
  });

  it('puts barriers between all steps where the switch may reorder', () => {
    expect(words(inSendOrder([add(1), packet], false))).toBe('add1 | packet');
    expect(words(inSendOrder([remove, add(1), packet], false))).toBe('delete | add1 | packet');
  });

  it('puts a barrier between the two flows of a connection where the switch may reorder', () => {
    const of = (serial: number) => ({ cookie: cookieOf({ round: 1, owner: 'connection', serial }) });
    const turn = [1, 2].flatMap(serial => [
      { ...add(2 * serial - 1), ...of(serial) },
      { ...add(2 * serial), ...of(serial) },
    ]) as MessageInput[];
    expect(words(inSendOrder([...turn, packet], false))).toBe('add1 | add2 add3 | add4 | packet');
    expect(words(inSendOrder([...turn, packet], true))).toBe('add1 add2 add3 add4 packet');
  });

  it('mixes nothing across a barrier of the decider', () => {
    expect(words(inSendOrder([add(1), barrier, remove], true))).toBe('add1 | delete');
  });
});

describe('the round of a session', () => {
  const flow = (round: number) => ({ cookie: cookieOf({ round, owner: 'base' }) }) as never;

  it.each([
    [[], 0],
    [[0], 1],
    [[0, 1, 7], 8],
    [[255], 0],
    [[0, 255], 1],
  ])('after %j is %i', (held, next) => {
    expect(nextRound(roundsIn(held.map(flow)))).toBe(next);
  });

  it('overlooks the flows of others', () => {
    expect(roundsIn([{ cookie: 5n } as never])).toEqual(new Set());
  });
});
