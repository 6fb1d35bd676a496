import { readFileSync, writeFileSync } from 'node:fs';
import { MEASURES, type Measure } from '../controller/study/figures.ts';
import { words } from '../controller/study/report/languages.ts';
import { STYLE } from '../controller/study/report/page.ts';
import { livingPanels, spans } from '../controller/study/report/scenario-section.ts';
import { type Cost, ranking, type ScenarioResult, type StudyResults, verdicts } from '../controller/study/results.ts';
import { textIn } from '../controller/study/scenario.ts';

/**
 * Puts the figures of a study into the pages of the algorithms, between their marks, and draws their pictures:
 * `npx tsx docs/study-figures.ts study.json [naive.json]`, where study.json is of `vipflow study --json study.json`, and naive.json of
 * `vipflow study --scenarios long-and-short --strategies least-connections,./docs/examples/requests-ever-sent.mjs --json naive.json`.
 */
type Figures = StudyResults & { readonly machine: { readonly cost: readonly Cost[] } };

const [studyFile, naiveFile] = process.argv.slice(2);
if (studyFile === undefined) throw new Error('name the JSON of a study');
const study = JSON.parse(readFileSync(studyFile, 'utf8')) as Figures;
const say = words.en;

const named = (name: string): ScenarioResult => study.scenarios.find(({ scenario }) => scenario.name === name)!;
const number = (value: number, digits: number) => value.toFixed(value >= 100 ? 0 : digits);
const of = (result: ScenarioResult, measure: Measure, strategy: string) =>
  verdicts(result, measure).find(each => each.strategy === strategy)!;

function between(page: string, text: string): void {
  const file = new URL(page, import.meta.url);
  const [begin, end] = ['<!-- figures -->', '<!-- end of figures -->'];
  const before = readFileSync(file, 'utf8');
  if (!before.includes(begin) || !before.includes(end)) throw new Error(`${page} has no marks for figures`);
  const [head] = before.split(begin);
  const [, tail] = before.split(end);
  writeFileSync(file, `${head}${begin}\n\n${text}\n\n${end}${tail}`);
}

function picture(page: string, svg: string): void {
  const styled = svg.replace(
    /<svg ([^>]*)>/,
    `<svg xmlns="http://www.w3.org/2000/svg" $1><style>${STYLE.replace(/\n/g, ' ')} svg { background: var(--paper) }</style>`,
  );
  writeFileSync(new URL(page, import.meta.url), `${styled}\n`);
}

/** One strategy in all scenarios. */
function strategyTable(strategy: string): string {
  const rows = study.scenarios.map(result => {
    const place = ranking(result).findIndex(each => each.strategy === strategy) + 1;
    const { mean, half, isWorse } = of(result, 'meanMs', strategy);
    const best = ranking(result)[0]!.mean;
    const figures = (['p95Ms', 'p99Ms', 'imbalance', 'lost', 'moved'] as const).map(measure =>
      number(of(result, measure, strategy).mean, MEASURES[measure].digits),
    );
    const ratio = `${(mean / best).toFixed(2)}${isWorse ? '' : ' *'}`;
    return `| ${textIn(result.scenario.title, 'en')} | ${number(mean, 1)} ± ${number(half ?? 0, 1)} | ${ratio} | ${place} | ${figures.join(' | ')} |`;
  });
  return [
    `${study.seeds.length} seeds, \`${commandText()}\`. *Of the best*: mean response time as a multiple of the best strategy's; a star marks no`,
    'significant difference. Times in ms; lost: requests per run; moved: fraction of the clients whose server changed although it was up.',
    '',
    '| scenario | mean | of the best | place | p95 | p99 | imbalance | lost | moved |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...rows,
  ].join('\n');
}

const commandText = () => `vipflow study --seeds ${study.seeds.length}`;

/** All strategies: the mean as a multiple of the best in each scenario, and what a pick costs. */
function comparison(): string {
  const strategies = study.scenarios[0]!.cells.map(({ strategy }) => strategy);
  const head = ['scenario', ...strategies.map(name => `[${name}](algorithms/${name}.md)`)];
  const rows = study.scenarios.map(result => {
    const best = ranking(result)[0]!.mean;
    const cells = strategies.map(strategy => {
      const { mean, isWorse } = of(result, 'meanMs', strategy);
      const text = number(mean / best, mean / best < 10 ? 2 : 1);
      return `${isWorse ? text : `**${text}**`}${of(result, 'lost', strategy).mean > 0 ? ' +' : ''}`;
    });
    return [textIn(result.scenario.title, 'en'), ...cells];
  });
  const cost = strategies.map(strategy => {
    const own = study.machine.cost.filter(each => each.strategy === strategy);
    return number(own.reduce((sum, { microseconds }) => sum + microseconds, 0) / own.length, 1);
  });
  const table = [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows, ['cost of a pick, µs', ...cost]];
  return table.map(row => `| ${row.join(' | ')} |`).join('\n');
}

between('algorithms.md', comparison());
for (const { strategy } of study.scenarios[0]!.cells) between(`algorithms/${strategy}.md`, strategyTable(strategy));
for (const name of ['one-slow-server', 'pool-30']) picture(`algorithms/${name}.svg`, spans(named(name), say));
if (naiveFile !== undefined) {
  const naive = JSON.parse(readFileSync(naiveFile, 'utf8')) as StudyResults;
  const cells = naive.scenarios[0]!.cells.map(cell => ({ ...cell, strategy: cell.strategy.replace(/^.*\//, '') }));
  picture('algorithms/living-connections.svg', livingPanels({ ...naive.scenarios[0]!, cells }, say));
}
