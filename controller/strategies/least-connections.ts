import { Ranking } from './ranking.ts';
import type { Candidate, Strategy } from './strategy.ts';

/** The fewest living connections; a server in its slow start counts as a part of one. Equals take turns. O(log n). */
export function leastConnections<C extends Candidate>(): Strategy<C> {
  return leastFilled('fewest connections', ({ ramp }) => ramp);
}

/**
 * The fewest living connections for a share, counted with the one that is to be placed, so that an empty small server does not go before an
 * empty large one (as `wlc` of the Linux Virtual Server, which counts it, too). O(log n): a heap that `update` keeps in order.
 */
export function leastFilled<C extends Candidate>(rule: string, shareOf: (candidate: C) => number): Strategy<C> {
  const load = (candidate: C): number => (candidate.connections + 1) / shareOf(candidate);
  const ranking = new Ranking<C>(load);
  return {
    pick(_connection, candidates) {
      const candidate = ranking.first(candidates);
      if (candidate === undefined) return undefined;
      ranking.picked(candidate);
      return { candidate, rule, score: load };
    },
    update: candidate => ranking.update(candidate),
  };
}
