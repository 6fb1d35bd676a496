import { z } from 'zod';
import { duration } from '../core/config/fields.ts';
import { Ranking } from './ranking.ts';
import type { Candidate, Strategy } from './strategy.ts';

/** No measurement counts as less, so that none is worth nothing. */
const SHORTEST_MS = 0.001;

export const leastResponseTimeOptions = z.strictObject({
  decay: duration(100, 3_600_000)
    .prefault('10s')
    .describe('time in which a measurement that is not repeated fades to a third, so that a slow server is tried again'),
});

/**
 * The lowest cost, where the cost of a server is its response time, faded since it was measured, times its connections with the one that
 * is to be placed, for its weight (peak EWMA, as in Twitter's Finagle, `PeakEwma`, and linkerd). A server that was slow is so tried again
 * by and by, and its measurement then says whether it recovered.
 *
 * All fade by the same factor, so the order changes with numbers alone and not with time: a heap on ln(ms) + at / decay + ln(connections
 * + 1) - ln(weight) stays right, and a pick is O(log n).
 *
 * A server that was never measured is taken to answer like the best that was, and its first connection is free: it goes first once, and
 * does not get all that comes before its first answer.
 */
export function leastResponseTime<C extends Candidate>({ decay }: z.output<typeof leastResponseTimeOptions>): Strategy<C> {
  const known = new Ranking<C>(candidate => logCost(candidate, decay));
  const unknown = new Ranking<C>(candidate => (candidate.response === undefined ? filled(candidate) : Number.POSITIVE_INFINITY));
  return {
    pick(_connection, candidates, { now }) {
      const best = known.first(candidates);
      const stranger = unknown.first(candidates);
      if (best === undefined || stranger === undefined) return undefined;
      const assumedMs = best.response === undefined ? 1 : fadedMs(best.response, decay, now);
      const score = (candidate: C): number =>
        candidate.response === undefined
          ? assumedMs * filled(candidate)
          : (fadedMs(candidate.response, decay, now) * (candidate.connections + 1)) / candidate.weight;
      const isStranger = stranger.response === undefined && (best.response === undefined || score(stranger) <= score(best));
      const candidate = isStranger ? stranger : best;
      known.picked(candidate);
      unknown.picked(candidate);
      return { candidate, rule: isStranger ? 'not measured yet' : 'lowest response time for its connections', score };
    },
    update(candidate) {
      known.update(candidate);
      unknown.update(candidate);
    },
  };
}

function filled({ connections, weight }: Candidate): number {
  return connections / weight;
}

function logCost({ response, connections, weight }: Candidate, decay: number): number {
  if (response === undefined) return Number.POSITIVE_INFINITY;
  return Math.log((Math.max(response.ms, SHORTEST_MS) * (connections + 1)) / weight) + response.at / decay;
}

function fadedMs({ ms, at }: { readonly ms: number; readonly at: number }, decay: number, now: number): number {
  return Math.max(ms, SHORTEST_MS) * Math.exp((at - now) / decay);
}
