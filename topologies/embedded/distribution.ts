import { exp, ln, power } from './elementary.ts';
import type { Random } from './random.ts';

/** How a time is spread, as data. Milliseconds; never below 0. */
export type Distribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly lowMs: number; readonly highMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'normal'; readonly meanMs: number; readonly deviationMs: number }
  /** Heavy-tailed: the variance is infinite for a shape up to 2. The shape is above 1, so that there is a mean. */
  | { readonly kind: 'pareto'; readonly meanMs: number; readonly shape: number }
  /** Heavy-tailed between two ends: every moment is finite (Harchol-Balter, Crovella and Murta, 1999). */
  | { readonly kind: 'bounded-pareto'; readonly lowMs: number; readonly highMs: number; readonly shape: number }
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
    case 'bounded-pareto': {
      const { lowMs, highMs, shape } = distribution;
      return lowMs * power(1 - random.next() * (1 - power(lowMs / highMs, shape)), -1 / shape);
    }
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
    case 'bounded-pareto': {
      const { lowMs, highMs, shape } = distribution;
      const ratio = power(lowMs / highMs, shape);
      if (shape === 1) return (lowMs * ln(highMs / lowMs)) / (1 - ratio);
      return ((shape / (shape - 1)) * (lowMs - highMs * ratio)) / (1 - ratio);
    }
    case 'lognormal':
      return distribution.medianMs * exp((distribution.sigma * distribution.sigma) / 2);
    default:
      return distribution.meanMs;
  }
}
