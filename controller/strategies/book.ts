import { type StrategyEntry, strategies } from './catalogue.ts';

/** Finds what the name of a strategy stands for; throws for one that nobody checked. */
export type StrategyBook = (name: string) => StrategyEntry;

/** The strategies that come with vipflow. */
export function builtIn(name: string): StrategyEntry {
  const entry = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
  if (entry === undefined) throw new Error(`unknown strategy ${name}`);
  return entry;
}
