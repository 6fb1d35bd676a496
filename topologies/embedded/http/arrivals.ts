import type { Distribution } from '../distribution.ts';
import type { Random } from '../random.ts';

/** When clients come, as data. */
export type Arrivals =
  /** A number of users, each of whom comes again after a while when it has its answer. */
  | { readonly kind: 'closed'; readonly users: number; readonly think: Distribution }
  | { readonly kind: 'poisson'; readonly perSecond: number }
  | { readonly kind: 'interval'; readonly everyMs: number }
  /** Poisson whose rate rises to a peak, stays there and falls again. Times from the start of the clients. */
  | {
      readonly kind: 'flash';
      readonly perSecond: number;
      readonly peakPerSecond: number;
      readonly atMs: number;
      readonly riseMs: number;
      readonly stayMs: number;
      readonly fallMs: number;
    };

export type OpenArrivals = Exclude<Arrivals, { kind: 'closed' }>;

/** How many come in a second, `ms` after the start. */
export function rateAt(arrivals: OpenArrivals, ms: number): number {
  if (arrivals.kind === 'poisson') return arrivals.perSecond;
  if (arrivals.kind === 'interval') return 1000 / arrivals.everyMs;
  const { perSecond, peakPerSecond, atMs, riseMs, stayMs, fallMs } = arrivals;
  const since = ms - atMs;
  const height = peakPerSecond - perSecond;
  if (since < 0 || since >= riseMs + stayMs + fallMs) return perSecond;
  if (since < riseMs) return perSecond + (height * since) / riseMs;
  if (since < riseMs + stayMs) return peakPerSecond;
  return peakPerSecond - (height * (since - riseMs - stayMs)) / fallMs;
}

/** When the next one comes after `ms`; Infinity when none does. A rate that changes by thinning (Lewis and Shedler, 1979). */
export function nextArrival(arrivals: OpenArrivals, ms: number, random: Random): number {
  if (arrivals.kind === 'interval') return ms + arrivals.everyMs;
  if (arrivals.kind === 'poisson')
    return arrivals.perSecond > 0 ? ms + random.exponential(1000 / arrivals.perSecond) : Number.POSITIVE_INFINITY;
  const { perSecond, peakPerSecond, atMs, riseMs, stayMs, fallMs } = arrivals;
  const highest = Math.max(perSecond, peakPerSecond);
  const last = perSecond > 0 ? Number.POSITIVE_INFINITY : atMs + riseMs + stayMs + fallMs;
  for (let at = ms; highest > 0 && at < last; ) {
    at += random.exponential(1000 / highest);
    if (random.next() * highest < rateAt(arrivals, at)) return at;
  }
  return Number.POSITIVE_INFINITY;
}
