import { type MessageInput, OFPFC, OFPGC, OFPMC } from '../../openflow/index.ts';
import { readCookie } from '../core/cookie.ts';

/**
 * The order in which a switch gets the messages of one turn: deletes, groups, meters, flows, packet-outs last, so that no
 * packet meets half of what was decided. Flows keep their own order (the reverse flow comes first). A switch that may reorder messages
 * (OpenFlow 1.3.5, 6.2) gets a barrier between those steps, and between the two flows of a connection; Open vSwitch works in order
 * without it. A barrier in the input separates what must not be mixed.
 */
export function inSendOrder(messages: readonly MessageInput[], keepsOrder: boolean): MessageInput[] {
  const turns: MessageInput[][] = [[]];
  for (const message of messages) {
    turns.at(-1)!.push(message);
    if (message.type === 'barrierRequest') turns.push([]);
  }
  return turns.flatMap(turn => ordered(turn, keepsOrder));
}

function ordered(turn: readonly MessageInput[], keepsOrder: boolean): MessageInput[] {
  const ranked = turn.map(message => ({ message, rank: rankOf(message) })).sort((a, b) => a.rank - b.rank);
  return ranked.flatMap(({ message, rank }, i) => {
    const before = ranked[i - 1];
    const isStep = before !== undefined && before.rank < rank && rank !== RANK.barrier;
    const isDeleteStep = isStep && before.rank === RANK.delete;
    const isStepAnyway = !keepsOrder && (isStep || (before !== undefined && arePair(before.message, message)));
    return isDeleteStep || isStepAnyway ? [{ type: 'barrierRequest' as const }, message] : [message];
  });
}

/** The two directions of one connection: the reverse one has to be there first. */
function arePair(a: MessageInput, b: MessageInput): boolean {
  if (a.type !== 'flowMod' || b.type !== 'flowMod' || a.cookie === undefined || a.cookie !== b.cookie) return false;
  return readCookie(a.cookie)?.owner === 'connection' && rankOf(a) === RANK.flow;
}

const RANK = { delete: 0, group: 1, meter: 2, flow: 3, packetOut: 4, barrier: 5 } as const;

function rankOf(message: MessageInput): number {
  switch (message.type) {
    case 'flowMod':
      return message.command === OFPFC.DELETE || message.command === OFPFC.DELETE_STRICT ? RANK.delete : RANK.flow;
    case 'groupMod':
      return message.command === OFPGC.DELETE ? RANK.delete : RANK.group;
    case 'meterMod':
      return message.command === OFPMC.DELETE ? RANK.delete : RANK.meter;
    case 'packetOut':
      return RANK.packetOut;
    case 'barrierRequest':
      return RANK.barrier;
    default:
      return RANK.flow;
  }
}
