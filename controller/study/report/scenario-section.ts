import type { Distribution } from '../../../topologies/embedded/distribution.ts';
import { rateAt } from '../../../topologies/embedded/http/arrivals.ts';
import { hasFigures, MEASURES, type Measure, ranking, type ScenarioResult, verdicts } from '../results.ts';
import { arrivalsOf, requestsPerConnection, type Scenario, textIn } from '../scenario.ts';
import { mean } from '../statistics.ts';
import { estimateText, numberText } from './number-text.ts';
import { figure, paragraph, type TableCell, table } from './page.ts';
import { barChart, escaped, panels, type Span, spanChart } from './svg.ts';
import type { Words } from './words.ts';

type Language = 'en' | 'fr';

/** One scenario: what it is, charts, and the table. */
export function scenarioSection(result: ScenarioResult, say: Words, language: Language): string {
  const { scenario } = result;
  const parts = [
    `<section id="${scenario.name}"><h2>${escaped(textIn(scenario.title, language))}</h2>`,
    paragraph(textIn(scenario.about, language)),
    paragraph(facts(scenario, say, language), 'soft'),
    `<h3>${escaped(say.spanTitle)}</h3>${figure(spans(result, say), say.spanCaption)}`,
    hasFigures(result, 'lost') || hasFigures(result, 'late') ? trouble(result, say, language) : '',
    scenario.happenings.length > 0 || scenario.arrivals.kind === 'flash' ? overTime(result, say) : '',
    scenario.connections.length > 1 ? living(result, say) : '',
    figures(result, say, language),
    '</section>',
  ];
  return parts.join('\n');
}

/** The chart of response times; also drawn alone, for the documents. */
export function spans(result: ScenarioResult, say: Words): string {
  const of = (measure: Measure) => new Map(verdicts(result, measure).map(each => [each.strategy, each.mean]));
  const [p50, p95, p99] = [of('p50Ms'), of('p95Ms'), of('p99Ms')];
  const rows = ranking(result).map(({ strategy, mean: middle, half, isWorse }): Span => {
    const percentiles = { p50: p50.get(strategy)!, p95: p95.get(strategy)!, p99: p99.get(strategy)! };
    return { name: strategy, isWorse, mean: middle, half, ...percentiles };
  });
  return spanChart(rows, say.spanTitle);
}

function trouble(result: ScenarioResult, say: Words, language: Language): string {
  const late = new Map(verdicts(result, 'late').map(each => [each.strategy, each.mean]));
  const bars = verdicts(result, 'lost')
    .map(({ strategy, mean: lost }) => ({ name: strategy, lost, late: late.get(strategy)! }))
    .sort((a, b) => a.lost + a.late - b.lost - b.late)
    .map(({ name, lost, late }) => ({
      name,
      parts: [
        { value: lost, kind: 'lost' },
        { value: late, kind: 'late' },
      ],
      text: say.troubleText(numberText(lost, 1, language), numberText(late, 1, language)),
    }));
  return `<h3>${escaped(say.troubleTitle)}</h3>${figure(barChart(bars, say.troubleTitle), say.troubleCaption)}`;
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
  const picture = panels(charts, { title: say.timeTitle, isLog: true, marks, unit: '' });
  return `<h3>${escaped(say.timeTitle)}</h3>${figure(picture, say.timeCaption(marks.length > 0))}`;
}

/** Living connections over time; also drawn alone, for the documents. */
export function livingPanels({ cells }: ScenarioResult, say: Words): string {
  const charts = cells.map(({ strategy, runs }) => {
    const { living } = runs[0]!;
    return { name: strategy, lines: (living[0] ?? []).map((_, server) => living.map(counts => counts[server]!)) };
  });
  return panels(charts, { title: say.livingTitle, isLog: false, marks: [], unit: '' });
}

function living(result: ScenarioResult, say: Words): string {
  return `<h3>${escaped(say.livingTitle)}</h3>${figure(livingPanels(result, say), say.livingCaption)}`;
}

function figures(result: ScenarioResult, say: Words, language: Language): string {
  const measures = (Object.keys(MEASURES) as Measure[]).filter(measure => hasFigures(result, measure));
  const columns = measures.map(measure => new Map(verdicts(result, measure).map(each => [each.strategy, each])));
  const rows = ranking(result).map(({ strategy }) => [
    strategy,
    ...measures.map((measure, i): TableCell => {
      const verdict = columns[i]!.get(strategy)!;
      return [estimateText(verdict, measure, language), verdict.isWorse ? 'worse' : 'good'];
    }),
  ]);
  return `${table([say.strategy, ...measures.map(measure => say.measures[measure].short)], rows)}${paragraph(say.tableCaption, 'soft')}`;
}

function facts(scenario: Scenario, say: Words, language: Language): string {
  const arrivals = arrivalsOf(scenario);
  const [usual, peak] = [rateAt(arrivals, 0), arrivals.kind === 'flash' ? arrivals.peakPerSecond : undefined];
  const rate = (value: number) => numberText(value, value < 10 ? 1 : 0, language);
  const seconds = (ms: number) => numberText(ms / 1000, ms % 1000 === 0 ? 0 : 1, language);
  const requests = requestsPerConnection(scenario);
  const perConnection = language === 'fr' ? 'requêtes chacune en moyenne' : 'requests each on average';
  const text = say.scenarioFacts({
    clients: scenario.clients,
    seconds: seconds(scenario.durationMs),
    warmUpSeconds: seconds(scenario.warmUpMs),
    perSecond: peak === undefined ? rate(usual) : `${rate(usual)} – ${rate(peak)}`,
    requests: requests === 1 ? '' : ` (${numberText(requests, 1, language)} ${perConnection})`,
    service: distributionText(scenario.serviceTime as Distribution),
  });
  const groups = [...scenario.servers, ...scenario.spare].map(
    ({ count, speed, weight, workers }) => `${count} × (speed ${speed}, weight ${weight}, workers ${workers})`,
  );
  const list =
    language === 'fr'
      ? groups.map(group => group.replace('speed', 'vitesse').replace('weight', 'poids').replace('workers', 'ouvriers'))
      : groups;
  return `${say.speeds(list.join(', '))} ${text}`;
}

/** `exponential(meanMs 20)`: the words of the scenario's file. */
function distributionText({ kind, ...numbers }: Distribution): string {
  return `${kind}(${Object.entries(numbers)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ')})`;
}
