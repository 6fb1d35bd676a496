import { Lots } from './lots.ts';
import type { Candidate, Strategy } from './strategy.ts';

/** Any of them, by weight. Knows nothing and needs nothing: what every other strategy has to beat. O(log n). */
export function random<C extends Candidate>(): Strategy<C> {
  let lots = new Lots<C>([]);
  return {
    pick(_connection, candidates, { random }) {
      if (candidates.length === 0) return undefined;
      if (candidates !== lots.candidates) lots = new Lots(candidates);
      return { candidate: candidates[lots.draw(random())]!, rule: 'drawn by weight' };
    },
  };
}
