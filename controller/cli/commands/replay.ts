import { Command } from 'commander';
import { configSchema } from '../../core/config.ts';
import type { StrategyBook } from '../../strategies/book.ts';
import { loadBook } from '../../strategies/user-book.ts';
import { asLogged, type ReplayResult, replay, servicesIn } from '../../study/replay.ts';
import { readLog } from '../../study/replay-log.ts';
import { CliError, EXIT } from '../exit.ts';
import { readConfig } from '../files/config.ts';
import { readText } from '../files/text.ts';
import { examples } from '../help.ts';
import { counted } from '../screen/figures.ts';
import { output, print, type Screen, screen } from '../screen/terminal.ts';
import { self } from '../self.ts';
import { allContestants, type Contestant, contestants } from '../study/plan.ts';

interface ReplayCommandOptions {
  readonly strategy?: readonly Contestant[];
  readonly config?: string;
  readonly json?: boolean;
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('replay the connections of a recorded log with other strategies and compare the choices')
    .summary('replay a recorded log with other strategies')
    .argument('<log>', 'output of `vipflow watch --json` or `vipflow run --json`; - reads standard input')
    .option('-s, --strategy <name>', 'name or file, with settings as in hash?by=5-tuple; can be repeated (default: all)', collect)
    .option('-c, --config <file>', 'a vipflow.yaml with the weights of the servers, which the log does not contain')
    .option('--json', 'print one JSON object per strategy')
    .addHelpText(
      'after',
      examples('vipflow watch --json > log.ndjson', 'vipflow replay log.ndjson --strategy hash --strategy ./mine.ts'),
    )
    .action(run);
}

function collect(text: string, before: readonly Contestant[] = []): Contestant[] {
  return [...before, ...contestants(text)];
}

async function run(
  file: string,
  { strategy: wanted = allContestants(), config: configFile, json = false }: ReplayCommandOptions,
): Promise<void> {
  const config = configFile === undefined ? undefined : readConfig(configFile).config;
  const { entries, unreadable } = readLog(readText(file, EXIT.error));
  if (unreadable > 0) print(`skipped ${counted(unreadable, 'unreadable line')} of ${file}`);
  const services = servicesIn(entries);
  if (services.length === 0)
    throw new CliError(EXIT.error, `${file} contains no decisions: record some with \`${self} watch --json > log.ndjson\`.`);
  const book = await bookFor(wanted);
  const known = { entries, book, ...(config && { config }) };
  for (const service of services) {
    const results = [
      asLogged(service, known),
      ...wanted.map(({ label, strategy }) => replay(service, { ...known, label, strategy })),
    ];
    const text = json ? results.map(result => JSON.stringify(result)).join('\n') : table(results, screen);
    output(text);
  }
}

/** The strategies to replay, with those that are files. */
function bookFor(wanted: readonly Contestant[]): Promise<StrategyBook> {
  const somewhere = { vip: '127.0.0.2', servers: [{ name: 'any', ip: '127.0.0.1' }] };
  const services = wanted.map(({ strategy: { name, options } }, i) => {
    return { ...somewhere, name: `s${i}`, port: i + 1, strategy: { name, ...options } };
  });
  const config = configSchema.parse({ services });
  return loadBook(config, process.cwd(), print, (_path, message) => new CliError(EXIT.config, message));
}

const NAME = 28;

/** For each strategy: imbalance of shares and of living connections, choices equal to the log's, and the share of each server. */
function table(results: readonly ReplayResult[], { colour, columns }: Screen): string {
  const [{ service, decisions }] = results as [ReplayResult];
  const width = Math.min(80, columns);
  const head = `  ${'strategy'.padEnd(NAME)}${'imbal.'.padStart(8)}${'living'.padStart(8)}${'as logged'.padStart(11)}`;
  const rows = results.map(result => {
    const name = result.strategy ?? 'the log';
    const agreed = `${((100 * result.agreed) / Math.max(1, result.decisions)).toFixed(0)} %`;
    const [imbalance, unevenness] = [result.imbalance, result.unevenness].map(figure => figure.toFixed(2).padStart(8));
    const shares = Object.entries(result.shares).map(([server, count]) => `${server} ${count}`);
    return [`  ${name.padEnd(NAME)}${imbalance}${unevenness}${agreed.padStart(11)}`, colour.dim(shareText(shares, width))].join(
      '\n',
    );
  });
  return [colour.bold(`${service}: ${decisions} connections`), colour.dim(head), ...rows].join('\n');
}

/** As many as fit. */
function shareText(shares: readonly string[], width: number): string {
  const text = `    ${shares.join(', ')}`;
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
