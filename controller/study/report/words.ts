import type { Measure } from '../results.ts';

/** The texts of a report in one language. */
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
