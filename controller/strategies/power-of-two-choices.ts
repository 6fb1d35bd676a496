import type { Candidate, Strategy } from './strategy.ts';
import { WeightedDraw } from './weighted-draw.ts';

/**
 * Two different ones are drawn by weight, and the one with fewer connections for its weight is picked (Azar, Broder, Karlin and Upfal 1994;
 * Mitzenmacher 2001: the fullest of n servers then has ln ln n / ln 2 connections too many, where one draw leaves ln n / ln ln n). It does not
 * herd, however old the counts are. O(log n).
 */
export function powerOfTwoChoices<C extends Candidate>(): Strategy<C> {
  let lots = new WeightedDraw<C>([]);
  return {
    pick(_connection, candidates, { random }) {
      if (candidates.length === 0) return undefined;
      if (candidates !== lots.candidates) lots = new WeightedDraw(candidates);
      const first = lots.draw(random());
      const second = candidates.length === 1 ? first : lots.drawOther(first, random());
      const [one, other] = [candidates[first]!, candidates[second]!];
      return {
        candidate: load(other) < load(one) ? other : one,
        rule: `the emptier of ${one.name} and ${other.name}`,
        score: load,
      };
    },
  };
}

function load({ connections, weight }: Candidate): number {
  return (connections + 1) / weight;
}
