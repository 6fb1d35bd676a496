import { InvalidArgumentError } from 'commander';
import { isStrategyFile } from '../../core/config/strategy.ts';
import type { StrategyConfig } from '../../core/config.ts';
import { strategies, strategyNames } from '../../strategies/catalogue.ts';
import { scenarioNames, scenarios } from '../../study/catalogue.ts';
import { strategyNamed } from '../../study/named-strategy.ts';
import type { Scenario } from '../../study/scenario.ts';
import { unknownText } from '../argument.ts';

/** A strategy, and the text that named it. */
export interface Contestant {
  readonly label: string;
  readonly strategy: StrategyConfig;
}

/** A short study: the names of the scenarios, and the number of seeds. */
export const QUICK = { scenarios: ['one-slow-server', 'crash'], seeds: 4 };

/** What is run on real Open vSwitch, in real time, by default. */
export const MININET = { scenarios: ['equal-servers', 'one-slow-server'], seeds: 1 };

/** The strategies of a list with commas; settings can follow a name, as in `hash?by=5-tuple`. Throws `InvalidArgumentError`. */
export function contestants(list: string): Contestant[] {
  const labels = [...new Set(list.split(',').map(word => word.trim()))].filter(word => word !== '');
  if (labels.length === 0) throw new InvalidArgumentError('it names no strategy');
  return labels.map(label => {
    const strategy = strategyNamed(label);
    if (!isStrategyFile(strategy.name)) assertBuiltIn(strategy);
    return { label, strategy };
  });
}

export const allContestants = (): Contestant[] => contestants(strategyNames.join(','));

function assertBuiltIn({ name, options }: StrategyConfig): void {
  const entry = Object.hasOwn(strategies, name) ? strategies[name]! : undefined;
  if (entry === undefined) throw new InvalidArgumentError(unknownText('strategy', name, strategyNames));
  const [issue] = entry.options.safeParse(options).error?.issues ?? [];
  if (issue !== undefined) throw new InvalidArgumentError(`wrong setting for ${name}: ${issue.message}`);
}

/** The built-in scenarios of a list with commas. Throws `InvalidArgumentError`. */
export function scenarioList(list: string): Scenario[] {
  return list.split(',').map(word => {
    const found = scenarios.find(({ name }) => name === word.trim());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(unknownText('scenario', word.trim(), scenarioNames));
  });
}
