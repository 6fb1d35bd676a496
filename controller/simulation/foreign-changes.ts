import { type MessageInput, OFPFC, OFPTT } from '../../openflow/index.ts';
import type { Random } from '../../topologies/embedded/random.ts';
import { readCookie } from '../core/cookie.ts';
import type { InstalledFlow } from '../core/switch.ts';
import { weighted } from './drawing.ts';
import { FOREIGN_CHANGES } from './settings.ts';

/** Draws what somebody else does to the flows that a switch holds: in a word, and the messages. */
export function drawnChange(
  flows: readonly InstalledFlow[],
  random: Random,
): { readonly kind: string; readonly messages: readonly MessageInput[] } {
  const kind = weighted(random, FOREIGN_CHANGES);
  const all = { kind: 'delete-all', messages: [{ type: 'flowMod', command: OFPFC.DELETE, tableId: OFPTT.ALL }] } as const;
  // What a connection's flow does is not compared, so only its loss is noticed.
  const chosen = kind === 'delete-one' ? flows : flows.filter(({ cookie }) => readCookie(cookie)?.owner !== 'connection');
  if (kind === 'delete-all' || chosen.length === 0) return all;
  const { tableId, priority, match, cookie, flags, idleTimeout, instructions } = random.choice(chosen);
  const head = { type: 'flowMod', tableId, priority, match } as const;
  const remove = { ...head, command: OFPFC.DELETE_STRICT };
  switch (kind) {
    case 'delete-one':
      return { kind, messages: [remove] };
    case 'change-one':
      return { kind, messages: [{ ...head, command: OFPFC.MODIFY_STRICT, instructions: [] }] };
    case 'move-one': {
      const moved = { ...head, command: OFPFC.ADD, priority: priority + 1, cookie, flags, idleTimeout, instructions };
      return { kind, messages: [remove, moved] };
    }
  }
}
