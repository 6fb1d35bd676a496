import { leastFilled } from './least-connections.ts';
import type { Candidate, Strategy } from './strategy.ts';

/** The fewest living connections for its weight: a server of weight 2 is to have twice the connections of one of weight 1. O(log n). */
export function weightedLeastConnections<C extends Candidate>(): Strategy<C> {
  return leastFilled('fewest connections for its weight', ({ weight }) => weight);
}
