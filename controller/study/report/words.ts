import type { Measure } from '../results.ts';
import { english } from './words-en.ts';
import { french } from './words-fr.ts';

/** Everything that a report says, in one language. */
export interface Words {
  readonly title: string;
  /** With its spaces. */
  readonly colon: string;
  readonly lead: (strategies: number, scenarios: number, seeds: number) => string;
  readonly contents: string;
  readonly overview: string;
  readonly overviewAbout: string;
  readonly overviewCaption: string;
  readonly method: string;
  /** Paragraphs. */
  readonly methodAbout: readonly string[];
  readonly measuresTitle: string;
  readonly measures: Readonly<Record<Measure, { readonly short: string; readonly about: string }>>;
  readonly scenario: string;
  readonly strategy: string;
  readonly servers: string;
  readonly scenarioFacts: (facts: ScenarioFacts) => string;
  readonly speeds: (text: string) => string;
  readonly spanTitle: string;
  readonly spanCaption: string;
  readonly tableCaption: string;
  readonly troubleTitle: string;
  readonly troubleCaption: string;
  readonly troubleText: (lost: string, late: string) => string;
  readonly timeTitle: string;
  readonly timeCaption: (hasMarks: boolean) => string;
  readonly livingTitle: string;
  readonly livingCaption: string;
  readonly growth: string;
  readonly growthAbout: string;
  readonly growthTimes: string;
  readonly growthCost: string;
  readonly cost: string;
  readonly costAbout: string;
  readonly mininet: string;
  readonly mininetAbout: string;
  readonly embedded: string;
  readonly real: string;
  readonly limits: string;
  readonly limitsAbout: readonly string[];
  readonly repeat: string;
  readonly repeatAbout: (version: string) => string;
  readonly seeds: string;
  readonly sources: string;
}

export interface ScenarioFacts {
  readonly clients: number;
  readonly seconds: string;
  readonly warmUpSeconds: string;
  readonly perSecond: string;
  readonly requests: string;
  readonly service: string;
}

export const words: Readonly<Record<'en' | 'fr', Words>> = { en: english, fr: french };

/** Papers that the method and the strategies stand on; the same in every language. */
export const SOURCES: readonly string[] = [
  'A. M. Law, Simulation Modeling and Analysis, 5th edition, McGraw-Hill 2015: replication, warm-up, common random numbers (4.5, 9.5, 11.2).',
  'S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 1979.',
  'M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.7: Student’s t.',
  'L. Kleinrock, Queueing Systems, volume 1, Wiley 1975: M/M/1, M/M/c, splitting of Poisson arrivals.',
  'Y. Azar, A. Broder, A. Karlin and E. Upfal, Balanced allocations, STOC 1994; M. Mitzenmacher, The power of two choices in randomized load balancing, 1996.',
  'D. Eisenbud et al., Maglev: A fast and reliable software network load balancer, NSDI 2016.',
  'V. Mirrokni, M. Thorup and M. Zadimoghaddam, Consistent hashing with bounded loads, SODA 2018.',
  'M. Harchol-Balter, M. Crovella and C. Murta, On choosing a task assignment policy for a distributed server system, JPDC 59, 1999: bounded Pareto service times.',
];
