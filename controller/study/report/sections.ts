import { MEASURES, type Measure } from '../figures.ts';
import { type Cost, ranking, type StudyResults, verdictOf } from '../results.ts';
import { serversOf, textIn } from '../scenario.ts';
import { mean } from '../statistics.ts';
import { numberText, verdictCell } from './number-text.ts';
import { figure, paragraph, type TableCell, table } from './page.ts';
import { barChart, escaped } from './svg.ts';
import type { Words } from './words-en.ts';

const headed = (title: string, ...parts: readonly string[]) =>
  `<section><h2>${escaped(title)}</h2>\n${parts.join('\n')}</section>`;

/** Scenarios by strategies: mean response time as a multiple of the best. */
export function overviewSection({ scenarios }: StudyResults, say: Words): string {
  const strategies = scenarios[0]?.cells.map(({ strategy }) => strategy) ?? [];
  const rows = scenarios.map(result => {
    const [timeOf, lostOf] = [verdictOf(result, 'meanMs'), verdictOf(result, 'lost')];
    const best = Math.max(1e-9, Math.min(...strategies.map(strategy => timeOf(strategy).mean)));
    const cells = strategies.map((strategy): TableCell => {
      const { mean: middle, isWorse } = timeOf(strategy);
      const times = middle / best;
      const text = `${numberText(times, times < 10 ? 2 : 1, say)}${lostOf(strategy).mean > 0 ? ' +' : ''}`;
      return [text, isWorse ? 'worse' : 'good'];
    });
    return [textIn(result.scenario.title, say.language), ...cells];
  });
  const picture = table([say.scenario, ...strategies], rows, 'turn');
  return headed(say.overview, paragraph(say.overviewAbout), picture, paragraph(say.overviewCaption, 'soft'));
}

export function methodSection(say: Words): string {
  const rows = (Object.keys(MEASURES) as Measure[]).map(measure => {
    const { short, about } = say.measures[measure];
    return `<li><strong>${escaped(short)}</strong>${say.colon}${escaped(about)}</li>`;
  });
  return headed(
    say.method,
    ...say.methodAbout.map(text => paragraph(text)),
    `<h3>${escaped(say.measuresTitle)}</h3><ul>${rows.join('')}</ul>`,
  );
}

/** Pools of several sizes side by side; nothing where there is one size only. */
export function growthSection({ scenarios }: StudyResults, cost: readonly Cost[], say: Words): string {
  const pools = scenarios.filter(({ scenario }) => /^pool-\d+$/.test(scenario.name));
  if (pools.length < 2) return '';
  const head = [say.strategy, ...pools.map(({ scenario }) => say.poolSize(serversOf(scenario).length))];
  const strategies = pools[0]!.cells.map(({ strategy }) => strategy);
  const times = pools.map(result => verdictOf(result, 'p95Ms'));
  const timeRows = strategies.map(strategy => {
    const column = times.map(timeOf => timeOf(strategy));
    return [strategy, ...column.map(({ mean: ms, isWorse }): TableCell => [ms.toFixed(0), isWorse ? 'worse' : 'good'])];
  });
  const costOf = (scenario: string, strategy: string) =>
    cost.find(each => each.scenario === scenario && each.strategy === strategy)?.microseconds ?? 0;
  const costRows = strategies.map(name => [name, ...pools.map(({ scenario }) => costOf(scenario.name, name).toFixed(1))]);
  return headed(
    say.growth,
    paragraph(say.growthAbout),
    `<h3>${escaped(say.growthTimes)}</h3>${table(head, timeRows)}`,
    `<h3>${escaped(say.growthCost)}</h3>${table(head, costRows)}`,
  );
}

export function costSection({ scenarios }: StudyResults, cost: readonly Cost[], say: Words): string {
  const strategies = scenarios[0]?.cells.map(({ strategy }) => strategy) ?? [];
  const bars = strategies
    .map(name => {
      const value = mean(cost.filter(({ strategy }) => strategy === name).map(({ microseconds }) => microseconds));
      return { name, value, parts: [{ value, kind: 'bar' }], text: `${value.toFixed(1)} µs` };
    })
    .sort((a, b) => a.value - b.value);
  return headed(say.cost, figure(barChart(bars, say.cost), say.costAbout));
}

/** The same cells, simulated and real. */
export function mininetSection(results: StudyResults, mininet: StudyResults, say: Words): string {
  const measures: readonly Measure[] = ['meanMs', 'p95Ms', 'imbalance', 'lost'];
  const tables = mininet.scenarios.map(real => {
    const simulated = results.scenarios.find(({ scenario }) => scenario.name === real.scenario.name);
    if (simulated === undefined) return '';
    const columns = measures.flatMap(measure => [
      { measure, where: say.embedded, verdict: verdictOf(simulated, measure) },
      { measure, where: say.real, verdict: verdictOf(real, measure) },
    ]);
    const head = [say.strategy, ...columns.map(({ measure, where }) => `${say.measures[measure].short}, ${where}`)];
    const rows = ranking(real).map(({ strategy }) => [
      strategy,
      ...columns.map(({ measure, verdict }) => verdictCell(verdict(strategy), measure, say)),
    ]);
    return `<h3>${escaped(textIn(real.scenario.title, say.language))}</h3>${table(head, rows)}`;
  });
  return headed(say.mininet, paragraph(say.mininetAbout), ...tables, paragraph(say.tableCaption, 'soft'));
}
