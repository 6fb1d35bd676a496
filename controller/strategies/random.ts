import type { Candidate, Strategy } from './strategy.ts';
import { WeightedDraw } from './weighted-draw.ts';

/** Any of them, by weight. Knows nothing and needs nothing: what every other strategy has to beat. O(log n). */
export function random<C extends Candidate>(): Strategy<C> {
  let lots = new WeightedDraw<C>([]);
  return {
    pick(_connection, candidates, { random }) {
      if (candidates.length === 0) return undefined;
      if (candidates !== lots.candidates) lots = new WeightedDraw(candidates);
      return { candidate: candidates[lots.draw(random())]!, rule: 'drawn by weight' };
    },
  };
}
