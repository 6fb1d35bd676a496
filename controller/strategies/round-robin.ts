import type { Candidate, ConnectionKey, Pick, Strategy } from './strategy.ts';

/**
 * Each server in turn. The turn is remembered by name, not by position, so that a server that leaves or comes back does
 * not make another one miss its turn.
 */
export function roundRobin(): Strategy {
  let last: string | undefined;
  const order = new Map<string, number>();
  return {
    pick<C extends Candidate>(_connection: ConnectionKey, candidates: readonly C[]): Pick<C> | undefined {
      for (const { name } of candidates) if (!order.has(name)) order.set(name, order.size);
      const turn = last === undefined ? -1 : order.get(last)!;
      const scores = candidates.map(({ name }) => (order.get(name)! - turn - 1 + order.size) % order.size);
      const index = scores.indexOf(Math.min(...scores));
      const candidate = candidates[index];
      if (candidate === undefined) return undefined;
      last = candidate.name;
      return { candidate, rule: 'next in turn', scores };
    },
  };
}
