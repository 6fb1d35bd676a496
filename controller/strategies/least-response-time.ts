import { z } from 'zod';
import { duration } from '../core/config/fields.ts';
import { Patience } from './patience.ts';
import { Ranking } from './ranking.ts';
import type { Candidate, ResponseTime, Strategy } from './strategy.ts';

/** No measurement counts as less, so that none is worth nothing. */
const SHORTEST_MS = 0.001;

export const leastResponseTimeOptions = z.strictObject({
  decay: duration(100, 3_600_000)
    .prefault('10s')
    .describe('time in which an old measurement decays to 37 %, so that a slow server is tried again'),
});

/**
 * The lowest cost, where the cost of a server is its response time, faded since it was measured, times its connections with the one that
 * is to be placed, for its weight (peak EWMA, as in Twitter's Finagle, `PeakEwma`, and linkerd). A server that was slow is so tried again
 * by and by, and its measurement then shows whether it has recovered; `Patience` handles those that do not answer.
 *
 * All fade by the same factor, so the order changes with numbers alone and not with time: a heap on ln(ms) + at / decay + ln(connections
 * + 1) - ln(weight) stays right, and a pick is O(log n). What waiting makes of a server can only be worse, so it is looked at when it is first.
 *
 * A server that was never measured is taken to answer like the best that was, and its first connection is free: it goes first once, and
 * does not get all that comes before its first answer.
 */
export function leastResponseTime<C extends Candidate>({ decay }: z.output<typeof leastResponseTimeOptions>): Strategy<C> {
  const patience = new Patience<C>(decay);
  const known = new Ranking<C>(candidate => logCost(candidate, patience.estimate(candidate), decay));
  const unknown = new Ranking<C>(candidate => (patience.estimate(candidate) ? Number.POSITIVE_INFINITY : filled(candidate)));
  const rankings = [known, unknown];

  /** The first of a ranking, when all that is late has gone back in it. */
  const firstOf = (ranking: Ranking<C>, candidates: readonly C[], now: number): C | undefined => {
    for (;;) {
      const first = ranking.first(candidates);
      if (first === undefined || !patience.worsens(first, now)) return first;
      for (const each of rankings) each.update(first);
    }
  };

  return {
    pick(_connection, candidates, { now }) {
      patience.follow(candidates);
      for (const each of rankings) each.first(candidates);
      const stranger = firstOf(unknown, candidates, now);
      const best = firstOf(known, candidates, now);
      if (best === undefined || stranger === undefined) return undefined;
      const bestKnown = patience.estimate(best);
      const assumedMs = bestKnown === undefined ? 1 : fadedMs(bestKnown, decay, now);
      const score = (candidate: C): number => {
        const estimate = patience.estimate(candidate);
        if (estimate === undefined) return assumedMs * filled(candidate);
        return (fadedMs(estimate, decay, now) * (candidate.connections + 1)) / candidate.weight;
      };
      const isStranger = patience.estimate(stranger) === undefined && (bestKnown === undefined || score(stranger) <= score(best));
      const candidate = isStranger ? stranger : best;
      patience.placed(candidate, now);
      for (const each of rankings) each.picked(candidate);
      return { candidate, rule: isStranger ? 'not measured yet' : 'lowest response time for its connections', score };
    },
    update(candidate) {
      patience.update(candidate);
      for (const each of rankings) each.update(candidate);
    },
  };
}

function filled({ connections, weight }: Candidate): number {
  return connections / weight;
}

function logCost({ connections, weight }: Candidate, estimate: ResponseTime | undefined, decay: number): number {
  if (estimate === undefined) return Number.POSITIVE_INFINITY;
  return Math.log((Math.max(estimate.ms, SHORTEST_MS) * (connections + 1)) / weight) + estimate.at / decay;
}

function fadedMs({ ms, at }: ResponseTime, decay: number, now: number): number {
  return Math.max(ms, SHORTEST_MS) * Math.exp((at - now) / decay);
}
