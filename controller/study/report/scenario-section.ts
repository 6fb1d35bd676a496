import type { Distribution } from '../../../topologies/embedded/distribution.ts';
import { rateAt } from '../../../topologies/embedded/http/arrivals.ts';
import { MEASURES, type Measure } from '../figures.ts';
import { hasFigures, ranking, type ScenarioResult, verdictOf } from '../results.ts';
import { arrivalsOf, requestsPerConnection, type Scenario, textIn } from '../scenario.ts';
import { mean } from '../statistics.ts';
import { numberText, verdictCell } from './number-text.ts';
import { figure, paragraph, table } from './page.ts';
import { barChart, escaped, panels, spanChart } from './svg.ts';
import type { Words } from './words-en.ts';

const charted = (title: string, picture: string, caption: string) => `<h3>${escaped(title)}</h3>${figure(picture, caption)}`;

/** One scenario: what it is, charts, and the table. */
export function scenarioSection(result: ScenarioResult, say: Words): string {
  const { scenario } = result;
  const parts = [
    `<section id="${scenario.name}"><h2>${escaped(textIn(scenario.title, say.language))}</h2>`,
    paragraph(textIn(scenario.about, say.language)),
    paragraph(facts(scenario, say), 'soft'),
    charted(say.spanTitle, spans(result, say), say.spanCaption),
    hasFigures(result, 'lost') || hasFigures(result, 'late') ? trouble(result, say) : '',
    scenario.happenings.length > 0 || scenario.arrivals.kind === 'flash' ? overTime(result, say) : '',
    scenario.connections.length > 1 ? charted(say.livingTitle, livingPanels(result, say), say.livingCaption) : '',
    figures(result, say),
    '</section>',
  ];
  return parts.join('\n');
}

/** The chart of response times; also drawn alone, for the documents. */
export function spans(result: ScenarioResult, say: Words): string {
  const [p50, p95, p99] = (['p50Ms', 'p95Ms', 'p99Ms'] as const).map(measure => verdictOf(result, measure));
  const rows = ranking(result).map(verdict => {
    const { strategy } = verdict;
    return { ...verdict, p50: p50!(strategy).mean, p95: p95!(strategy).mean, p99: p99!(strategy).mean };
  });
  return spanChart(rows, say.spanTitle);
}

function trouble(result: ScenarioResult, say: Words): string {
  const [lostOf, lateOf] = [verdictOf(result, 'lost'), verdictOf(result, 'late')];
  const bars = result.cells
    .map(({ strategy: name }) => ({ name, lost: lostOf(name).mean, late: lateOf(name).mean }))
    .sort((a, b) => a.lost + a.late - b.lost - b.late)
    .map(({ name, lost, late }) => {
      const parts = Object.entries({ lost, late }).map(([kind, value]) => ({ kind, value }));
      return { name, parts, text: say.troubleText(numberText(lost, 1, say), numberText(late, 1, say)) };
    });
  return charted(say.troubleTitle, barChart(bars, say.troubleTitle), say.troubleCaption);
}

function overTime({ scenario, cells }: ScenarioResult, say: Words): string {
  const charts = cells.map(({ strategy, runs }) => {
    const line = runs[0]!.overTime.map((_, i) => {
      const values = runs.flatMap(run => run.overTime[i] ?? []);
      return values.length === 0 ? null : mean(values);
    });
    return { name: strategy, lines: [line] };
  });
  const marks = scenario.happenings.map(({ atMs }) => atMs / scenario.durationMs);
  const picture = panels(charts, { title: say.timeTitle, isLog: true, marks });
  return charted(say.timeTitle, picture, say.timeCaption(marks.length > 0));
}

/** Living connections over time; also drawn alone, for the documents. */
export function livingPanels({ cells }: ScenarioResult, say: Words): string {
  const charts = cells.map(({ strategy, runs }) => {
    const { living } = runs[0]!;
    return { name: strategy, lines: (living[0] ?? []).map((_, server) => living.map(counts => counts[server]!)) };
  });
  return panels(charts, { title: say.livingTitle, isLog: false, marks: [] });
}

function figures(result: ScenarioResult, say: Words): string {
  const measures = (Object.keys(MEASURES) as Measure[]).filter(measure => hasFigures(result, measure));
  const columns = measures.map(measure => verdictOf(result, measure));
  const rows = ranking(result).map(({ strategy }) => [
    strategy,
    ...measures.map((measure, i) => verdictCell(columns[i]!(strategy), measure, say)),
  ]);
  return `${table([say.strategy, ...measures.map(measure => say.measures[measure].short)], rows)}${paragraph(say.tableCaption, 'soft')}`;
}

function facts(scenario: Scenario, say: Words): string {
  const arrivals = arrivalsOf(scenario);
  const [usual, peak] = [rateAt(arrivals, 0), arrivals.kind === 'flash' ? arrivals.peakPerSecond : undefined];
  const rate = (value: number) => numberText(value, value < 10 ? 1 : 0, say);
  const seconds = (ms: number) => numberText(ms / 1000, ms % 1000 === 0 ? 0 : 1, say);
  const requests = requestsPerConnection(scenario);
  const text = say.scenarioFacts({
    clients: String(scenario.clients),
    seconds: seconds(scenario.durationMs),
    warmUpSeconds: seconds(scenario.warmUpMs),
    perSecond: peak === undefined ? rate(usual) : `${rate(usual)} – ${rate(peak)}`,
    requests: requests === 1 ? '' : say.requests(numberText(requests, 1, say)),
    service: distributionText(scenario.serviceTime as Distribution),
  });
  const groups = [...scenario.servers, ...scenario.spare].map(say.group);
  return `${say.servers(groups.join(', '))} ${text}`;
}

/** `exponential(meanMs 20)`: the words of the scenario's file. */
function distributionText({ kind, ...numbers }: Distribution): string {
  const settings = Object.entries(numbers).map(([key, value]) => `${key} ${value}`);
  return `${kind}(${settings.join(', ')})`;
}
