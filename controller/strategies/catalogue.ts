import { roundRobin } from './round-robin.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy by its name in `vipflow.yaml`; each call makes a fresh one, for one service. */
export const strategies = {
  'round-robin': roundRobin,
} as const satisfies Record<string, () => Strategy>;

export type StrategyName = keyof typeof strategies;

export const strategyNames = Object.keys(strategies) as StrategyName[];
