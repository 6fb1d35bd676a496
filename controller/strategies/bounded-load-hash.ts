import { z } from 'zod';
import { connectionHash, hashedBy } from './connection-hash.ts';
import { Maglev } from './maglev.ts';
import type { Candidate, Strategy } from './strategy.ts';

export const boundedLoadHashOptions = z.strictObject({
  by: hashedBy,
  factor: z
    .number()
    .min(1.01)
    .max(100)
    .default(1.25)
    .describe('multiple of its share of the living connections up to which a server gets new ones'),
});

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, SODA 2018, arXiv 1608.01350): the server of the connection's
 * slot in a Maglev table, or, where that has its bound of living connections already, the next one along the table that has not. The bound
 * of a server is its share of all connections, with the one that is to be placed, times `factor`, rounded up; so there is always one below.
 * O(1) for a fixed factor: the paper's 1 / (factor - 1)^2 steps.
 */
export function boundedLoadHash<C extends Candidate>(options: z.output<typeof boundedLoadHashOptions>): Strategy<C> {
  let table = new Maglev<C>([]);
  let bounds = new Bounds<C>([], options.factor);
  return {
    pick(connection, candidates) {
      if (candidates.length === 0) return undefined;
      if (candidates !== table.candidates) {
        table = new Maglev(candidates, table.slots.length);
        bounds = new Bounds(candidates, options.factor);
      }
      const [used, within] = [table, bounds];
      const slot = table.slotOf(connectionHash(connection, options.by));
      const steps = stepsToRoom(used, slot, within);
      const rule = steps === 0 ? `slot ${slot} of ${used.slots.length}, by ${options.by}` : 'next in the table below its bound';
      return {
        candidate: used.owner((slot + steps) % used.slots.length),
        rule,
        score: candidate => used.distance(slot, candidate) + (within.hasRoom(candidate) ? 0 : used.slots.length),
      };
    },
    update: candidate => bounds.update(candidate),
  };
}

/** Slots to go on until there is room: 0 where nobody in the table has any, as those who have may be too small for a slot. */
function stepsToRoom<C extends Candidate>(table: Maglev<C>, slot: number, bounds: Bounds<C>): number {
  const size = table.slots.length;
  for (let steps = 0; steps < size; steps++) if (bounds.hasRoom(table.owner((slot + steps) % size))) return steps;
  return 0;
}

/** How many connections each may have. */
class Bounds<C extends Candidate> {
  readonly #factor: number;
  readonly #counted: Map<C, number>;
  #connections = 0;
  #weight = 0;

  constructor(candidates: readonly C[], factor: number) {
    this.#factor = factor;
    this.#counted = new Map(candidates.map(candidate => [candidate, candidate.connections]));
    for (const { connections, weight } of candidates) {
      this.#connections += connections;
      this.#weight += weight;
    }
  }

  hasRoom({ connections, weight }: C): boolean {
    return connections < Math.ceil((this.#factor * (this.#connections + 1) * weight) / this.#weight);
  }

  update(candidate: C): void {
    const counted = this.#counted.get(candidate);
    if (counted === undefined) return;
    this.#connections += candidate.connections - counted;
    this.#counted.set(candidate, candidate.connections);
  }
}
