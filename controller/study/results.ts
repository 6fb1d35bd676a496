import { type Figures, MEASURES, type Measure } from './figures.ts';
import type { Scenario } from './scenario.ts';
import { type Estimate, estimate, holm, mean, pairedP } from './statistics.ts';

/** The runs of one strategy in one scenario, in the order of the seeds. */
export interface Cell {
  readonly strategy: string;
  readonly runs: readonly Figures[];
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
}

/** All of a study: the same for the same strategies, scenarios and seeds. */
export interface StudyResults {
  readonly v: 1;
  readonly version: string;
  readonly command: string;
  readonly seeds: readonly string[];
  readonly scenarios: readonly ScenarioResult[];
}

/**
 * What the machine took, which is not the same twice: microseconds of a pick with what the strategy does between picks. Of the seeds the
 * fastest: what other work of the machine adds is left out.
 */
export interface Cost {
  readonly scenario: string;
  readonly strategy: string;
  readonly microseconds: number;
}

/** A strategy against the others of its scenario, by one measure. */
export interface Verdict extends Estimate {
  readonly strategy: string;
  readonly isBest: boolean;
  /** Worse than the best, and not by luck: the paired differences (of times: of their logarithms) hold at 5 % for all together (Holm). */
  readonly isWorse: boolean;
}

/** Compares the strategies of a scenario; in the order of the cells. */
export function verdicts({ cells }: ScenarioResult, measure: Measure): Verdict[] {
  const values = cells.map(({ runs }) => runs.map(run => run[measure]));
  const sign = MEASURES[measure].isMoreBetter ? -1 : 1;
  const best = values.reduce((found, each, i) => (sign * mean(each) < sign * mean(values[found]!) ? i : found), 0);
  const others = values.map((_, i) => i).filter(i => i !== best);
  const scale = MEASURES[measure].isTime ? Math.log1p : (value: number) => value;
  const probabilities = others.map(i => pairedP(values[i]!.map((value, run) => scale(value) - scale(values[best]![run]!))));
  const worse = new Set(holm(probabilities).flatMap((held, k) => (held ? [others[k]!] : [])));
  return cells.map(({ strategy }, i) => ({ ...estimate(values[i]!), strategy, isBest: i === best, isWorse: worse.has(i) }));
}

/** The verdicts by the name of the strategy. */
export function verdictOf(result: ScenarioResult, measure: Measure): (strategy: string) => Verdict {
  const all = new Map(verdicts(result, measure).map(each => [each.strategy, each]));
  return strategy => all.get(strategy)!;
}

/** The strategies of a scenario by their mean response time, the fastest first. */
export function ranking(result: ScenarioResult): Verdict[] {
  return verdicts(result, 'meanMs').sort((a, b) => a.mean - b.mean);
}

/** Whether a measure is other than 0 in any run of a scenario. */
export function hasFigures({ cells }: ScenarioResult, measure: Measure): boolean {
  return cells.some(({ runs }) => runs.some(run => run[measure] !== 0));
}
