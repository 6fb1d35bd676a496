import { z } from 'zod';
import { connectionHash, hashedBy } from './connection-hash.ts';
import { Maglev } from './maglev.ts';
import type { Candidate, Strategy } from './strategy.ts';

export const hashOptions = z.strictObject({ by: hashedBy });

/**
 * The server that a hash of the client's address, or of the whole connection, stands for in a Maglev table: O(1), nothing to remember, and the
 * same choice in every controller that knows the same servers. The table is built when the candidates change.
 */
export function hash<C extends Candidate>({ by }: z.output<typeof hashOptions>): Strategy<C> {
  let table = new Maglev<C>([]);
  return {
    pick(connection, candidates) {
      if (candidates.length === 0) return undefined;
      if (candidates !== table.candidates) table = new Maglev(candidates, table.slots.length);
      const used = table;
      const slot = used.slotOf(connectionHash(connection, by));
      const rule = `slot ${slot} of ${used.slots.length}, by ${by}`;
      return { candidate: used.owner(slot), rule, score: candidate => used.distance(slot, candidate) };
    },
  };
}
