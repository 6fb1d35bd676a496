import { exp } from './elementary.ts';
import type { Random } from './random.ts';

/** How a time is spread, as data. Milliseconds; never below 0. */
export type Distribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly lowMs: number; readonly highMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'normal'; readonly meanMs: number; readonly deviationMs: number }
  /** Heavy-tailed: the variance is infinite for a shape up to 2. The shape is above 1, so that there is a mean. */
  | { readonly kind: 'pareto'; readonly meanMs: number; readonly shape: number }
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number };

export function draw(distribution: Distribution, random: Random): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return random.uniform(distribution.lowMs, distribution.highMs);
    case 'exponential':
      return random.exponential(distribution.meanMs);
    case 'normal':
      return Math.max(0, random.normal(distribution.meanMs, distribution.deviationMs));
    case 'pareto':
      return random.pareto(distribution.shape, (distribution.meanMs * (distribution.shape - 1)) / distribution.shape);
    case 'lognormal':
      return random.lognormal(distribution.medianMs, distribution.sigma);
  }
}

/** The mean that many draws come to; of `normal` without the part cut off at 0. */
export function meanMs(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return (distribution.lowMs + distribution.highMs) / 2;
    case 'lognormal':
      return distribution.medianMs * exp((distribution.sigma * distribution.sigma) / 2);
    default:
      return distribution.meanMs;
  }
}
