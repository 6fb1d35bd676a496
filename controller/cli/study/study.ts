import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { scenarioInputs, scenarioNames, scenarios } from '../../study/catalogue.ts';
import type { Figures } from '../../study/figures.ts';
import { reportHtml } from '../../study/report/html.ts';
import type { Cell, Cost, ScenarioResult, StudyResults } from '../../study/results.ts';
import { type Scenario, textIn } from '../../study/scenario.ts';
import { parseScenario } from '../../study/scenario-file.ts';
import { sentence, unknownText, wholeNumber } from '../argument.ts';
import { CliError, EXIT } from '../exit.ts';
import { readText } from '../files/text.ts';
import { examples, glossary } from '../help.ts';
import { realisations } from '../lab/realisations.ts';
import { output, print, screen } from '../screen/terminal.ts';
import { version } from '../self.ts';
import { stopSignal } from '../stop-signal.ts';
import { MininetTestbed, onMininet } from './mininet.ts';
import { allContestants, type Contestant, contestants, MININET, QUICK, scenarioList } from './plan.ts';
import { studyProgress } from './progress.ts';
import { summary } from './summary.ts';
import { work } from './worker.ts';
import { type RunTask, runAll } from './worker-pool.ts';

interface StudyOptions {
  readonly strategies?: readonly Contestant[];
  readonly scenarios?: readonly Scenario[];
  readonly scenario?: readonly string[];
  readonly seeds?: number;
  readonly quick?: boolean;
  readonly on: 'embedded' | 'mininet';
  readonly lang: 'en' | 'fr';
  readonly json?: string;
  readonly html?: string;
  readonly jobs: number;
  readonly show?: string;
  readonly worker?: boolean;
}

const SEEDS = 5;
const MAX_COUNT = 9999;

export function studyCommand(): Command {
  return new Command('study')
    .description('run strategies through scenarios under virtual time, with the real controller, and compare them')
    .summary('compare strategies in scenarios')
    .option(
      '--strategies <list>',
      'names or files, separated by commas, with settings as in hash?by=5-tuple (default: all)',
      contestants,
    )
    .option('--scenarios <list>', 'names, separated by commas (default: all)', scenarioList)
    .option('--scenario <file...>', 'your own scenarios; without --scenarios only these are run')
    .option('--seeds <n>', `repetitions; at least 2 for confidence intervals (default: ${SEEDS})`, wholeNumber(1, MAX_COUNT))
    .option('--quick', `a short study: ${QUICK.scenarios.join(', ')}, ${QUICK.seeds} seeds`)
    .addOption(
      new Option('--on <what>', 'mininet: run the scenarios on real Open vSwitch as well, in real time')
        .choices(['embedded', 'mininet'])
        .default('embedded'),
    )
    .addOption(new Option('--lang <language>', 'language of the report and the summary').choices(['en', 'fr']).default('en'))
    .option('--html <file>', 'write a self-contained HTML report')
    .option('--json <file>', 'write all figures as JSON')
    .addOption(
      new Option('--jobs <n>', 'number of processes')
        .default(availableParallelism(), 'one per core')
        .argParser(wholeNumber(1, MAX_COUNT)),
    )
    .option('--show <scenario>', 'print a scenario as YAML, as a template for your own')
    .addOption(new Option('--worker').hideHelp())
    .addHelpText(
      'after',
      glossary('Scenarios', 22, scenarios, ({ name, title }) => [name, textIn(title, 'en')]),
    )
    .addHelpText(
      'after',
      examples(
        'vipflow study --quick',
        'vipflow study --html report.html --lang fr',
        'vipflow study --strategies round-robin,./mine.ts --scenarios crash',
      ),
    )
    .action(run);
}

async function run(options: StudyOptions): Promise<void> {
  if (options.worker) return work();
  if (options.show !== undefined) return show(options.show);
  const plan = planOf(options);
  if (options.on === 'mininet') await realisations.mininet.prepare();
  const { results, cost } = await embeddedStudy(plan, options);
  output(summary(results, options.lang, screen));
  const mininet = options.on === 'mininet' ? await mininetStudy(plan) : undefined;
  if (mininet !== undefined) output(`\nMininet\n\n${summary(mininet, options.lang, screen)}`);
  const real = mininet && { mininet };
  if (options.json !== undefined) write(options.json, `${JSON.stringify({ ...results, ...real, machine: { cost } })}\n`);
  if (options.html !== undefined) write(options.html, reportHtml({ results, cost, ...real }, options.lang));
}

/** Does the runs one after the other in real time. Removes its labs also when a signal stops it. */
async function mininetStudy({ contestants, scenarios, seeds }: Plan): Promise<StudyResults> {
  const stopped = stopSignal().then(signal => {
    throw new CliError(EXIT.error, `The study was stopped by ${signal}.`);
  });
  stopped.catch(() => {});
  const progress = studyProgress(scenarios.length * contestants.length * seeds.length);
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const testbed = new MininetTestbed(scenario, await freePort());
    try {
      await Promise.race([testbed.start(), stopped]);
      const cells: Cell[] = [];
      for (const contestant of contestants) {
        const runs: Figures[] = [];
        for (const seed of seeds) {
          runs.push(await Promise.race([testbed.run(contestant, seed), stopped]));
          progress.done(scenario.name);
        }
        cells.push({ strategy: contestant.label, runs });
      }
      results.push({ scenario, cells });
    } finally {
      await testbed.stop();
    }
  }
  progress.end();
  return { v: 1, version, command: command(), seeds, scenarios: results };
}

/** A free port of loopback. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

type Plan = ReturnType<typeof planOf>;

function planOf(options: StudyOptions) {
  const { strategies = allContestants(), scenarios: named, scenario = [], quick = false, seeds } = options;
  const isReal = options.on === 'mininet';
  const own = scenario.map(file => parseScenario(readText(file, EXIT.config), file));
  const usual = isReal ? MININET : quick ? QUICK : { scenarios: scenarioNames, seeds: SEEDS };
  const chosen = [...(named ?? (own.length > 0 ? [] : scenarios.filter(({ name }) => usual.scenarios.includes(name)))), ...own];
  return {
    contestants: strategies,
    scenarios: isReal ? chosen.map(onMininet) : chosen,
    seeds: Array.from({ length: seeds ?? usual.seeds }, (_, i) => String(i + 1)),
  };
}

async function embeddedStudy(plan: Plan, { jobs }: StudyOptions): Promise<{ results: StudyResults; cost: Cost[] }> {
  const { seeds } = plan;
  const tasks: RunTask[] = plan.scenarios
    .flatMap(scenario => plan.contestants.flatMap(({ strategy }) => seeds.map(seed => ({ scenario, strategy, seed }))))
    .map((task, id) => ({ ...task, id }));
  const progress = studyProgress(tasks.length);
  const answers = await runAll(tasks, jobs, ({ scenario }) => progress.done(scenario.name)).finally(() => progress.end());
  const cost: Cost[] = [];
  const results = plan.scenarios.map((scenario): ScenarioResult => {
    const cells = plan.contestants.map(({ label }) => {
      const own = answers.splice(0, seeds.length); // they come in the order of the tasks
      const microseconds = Math.min(...own.map(one => one.microseconds));
      cost.push({ scenario: scenario.name, strategy: label, microseconds });
      return { strategy: label, runs: own.map(({ figures }) => figures) };
    });
    return { scenario, cells };
  });
  return { results: { v: 1, version, command: command(), seeds, scenarios: results }, cost };
}

/** The command line, so that the report can say how to repeat the study. */
function command(): string {
  const words = process.argv.slice(2).map(word => (/^[\w./:,=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ['vipflow', ...words].join(' ');
}

function show(name: string): void {
  const found = scenarioInputs.find(input => input.name === name);
  if (found === undefined) throw new CliError(EXIT.usage, sentence(unknownText('scenario', name, scenarioNames)));
  process.stdout.write(stringify(found));
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(EXIT.error, `${file} cannot be written: ${(error as Error).message}.`);
  }
  print(`wrote ${file}`);
}
