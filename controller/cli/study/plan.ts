import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { isStrategyFile } from '../../core/config/strategy.ts';
import type { StrategyConfig } from '../../core/config.ts';
import { nearest } from '../../core/nearest.ts';
import { strategies, strategyNames } from '../../strategies/catalogue.ts';
import { scenarioNames, scenarios } from '../../study/catalogue.ts';
import { strategyNamed } from '../../study/named-strategy.ts';
import type { Scenario } from '../../study/scenario.ts';
import { parseScenario } from '../../study/scenario-file.ts';
import { CliError, EXIT } from '../exit.ts';

/** A strategy, and how it was named. */
export interface Contestant {
  readonly label: string;
  readonly strategy: StrategyConfig;
}

/** Scenarios and seeds of a short look. */
export const QUICK = { scenarios: ['one-slow-server', 'crash'], seeds: 4 } as const;

/** What is run on real Open vSwitch, in real time, by default. */
export const MININET = { scenarios: ['equal-servers', 'one-slow-server'], seeds: 1 } as const;

/** Those that are named with commas; settings may follow a name, as in `hash?by=5-tuple`. */
export function contestants(list: string): Contestant[] {
  const labels = [...new Set(list.split(',').map(word => word.trim()))].filter(word => word !== '');
  if (labels.length === 0) throw new InvalidArgumentError('It names nobody');
  return labels.map(label => {
    const strategy = strategyNamed(label);
    if (!isStrategyFile(strategy.name)) assertBuiltIn(strategy);
    return { label, strategy };
  });
}

export const allContestants = (): Contestant[] => contestants(strategyNames.join(','));

function assertBuiltIn({ name, options }: StrategyConfig): void {
  const entry = Object.hasOwn(strategies, name) ? strategies[name]! : undefined;
  if (entry === undefined) throw new InvalidArgumentError(unknown('strategy', name, strategyNames));
  const [issue] = entry.options.safeParse(options).error?.issues ?? [];
  if (issue !== undefined) throw new InvalidArgumentError(`It gives ${name} a wrong setting: ${issue.message}`);
}

/** Scenarios that come with vipflow, by name. */
export function scenarioList(list: string): Scenario[] {
  return list.split(',').map(word => {
    const found = scenarios.find(({ name }) => name === word.trim());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(unknown('scenario', word, scenarioNames));
  });
}

function unknown(what: string, word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `It names the ${what} ${word}, which does not exist: ${near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`}`;
}

/** A user's scenario. Throws `ConfigError` with its mistakes. */
export function scenarioFrom(file: string): Scenario {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.config, `The scenario ${file} cannot be read: ${(error as Error).message}.`);
  }
  return parseScenario(text, file);
}
