import type { ResponseTime } from '../strategies/strategy.ts';

/** Time in which an old measurement fades to a third. */
export const RESPONSE_DECAY_MS = 10_000;

/**
 * A measurement joins what was known: a slower one counts at once, a faster one in proportion to the time that has passed, so that a
 * server that is slow now is not hidden by its past (peak-sensitive EWMA, as in Finagle's `PeakEwma`).
 */
export function smoothed(before: ResponseTime | undefined, ms: number, now: number): ResponseTime {
  if (before === undefined || ms >= before.ms) return { ms, at: now };
  const weight = Math.exp(-Math.max(0, now - before.at) / RESPONSE_DECAY_MS);
  return { ms: before.ms * weight + ms * (1 - weight), at: now };
}
