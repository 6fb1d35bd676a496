import { resolve } from 'node:path';
import { isStrategyFile } from '../core/config/strategy.ts';
import { type Config, strategiesIn } from '../core/config.ts';
import { builtIn, type StrategyBook } from './book.ts';
import { type StrategyEntry, strategyOf } from './catalogue.ts';
import { guarded } from './guard.ts';
import type { Candidate } from './strategy.ts';
import { loadStrategyFile } from './user-strategy.ts';

/** The files with users' strategies that a configuration names, as absolute paths. */
export function strategyFiles(config: Config, folder: string): string[] {
  const names = strategiesIn(config).map(({ strategy: { name } }) => name);
  return [...new Set(names.filter(isStrategyFile).map(name => resolve(folder, name)))];
}

/**
 * The strategies that a configuration names, those in files of users included, whose names are relative to `folder`. `report` gets what a
 * user's strategy does wrong. A file that cannot be used, or settings that it refuses, end in `problem` with their place.
 */
export async function loadBook(
  config: Config,
  folder: string,
  report: (sentence: string) => void,
  problem: (path: readonly (string | number)[], message: string) => Error,
): Promise<StrategyBook> {
  const entries = new Map<string, StrategyEntry>();
  for (const { path, strategy } of strategiesIn(config)) {
    const { name } = strategy;
    if (!isStrategyFile(name)) continue;
    try {
      const entry = entries.get(name) ?? safe(await loadStrategyFile(resolve(folder, name)), name, report);
      entries.set(name, entry);
      strategyOf<Candidate>(strategy, entry);
    } catch (error) {
      throw problem(path, (error as Error).message);
    }
  }
  return name => entries.get(name) ?? builtIn(name);
}

function safe(entry: StrategyEntry, name: string, report: (sentence: string) => void): StrategyEntry {
  const make = <C extends Candidate>(options: never) =>
    guarded<C>(entry.make<C>(options), problem => report(`the strategy ${name} ${problem}`));
  return { ...entry, make };
}
