import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { configSchema } from '../../core/config.ts';
import type { StrategyBook } from '../../strategies/book.ts';
import { loadBook } from '../../strategies/user-book.ts';
import { asLogged, type ReplayResult, replay, servicesIn } from '../../study/replay.ts';
import { readLog } from '../../study/replay-log.ts';
import { CliError, EXIT } from '../exit.ts';
import { readConfig } from '../files/config.ts';
import { print, type Screen, screen } from '../screen/terminal.ts';
import { self } from '../self.ts';
import { allContestants, type Contestant, contestants } from '../study/plan.ts';

interface ReplayCommandOptions {
  readonly strategy?: readonly Contestant[];
  readonly config?: string;
  readonly json?: boolean;
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('ask strategies how they would have chosen for the connections of a recorded log')
    .summary('ask strategies about a recorded log')
    .argument('<log>', 'lines of `vipflow watch --json` or `vipflow run --json`; - for standard input')
    .option('-s, --strategy <name>', 'a name or a file, settings as in hash?by=5-tuple; all unless given', collect)
    .option('-c, --config <file>', 'a vipflow.yaml with the weights of the servers, which a log does not have')
    .option('--json', 'one JSON object for each strategy')
    .addHelpText(
      'after',
      '\nExamples:\n  vipflow watch --json > log.ndjson\n  vipflow replay log.ndjson --strategy hash --strategy ./mine.ts',
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
  const { entries, unreadable } = readLog(textOf(file));
  if (unreadable > 0)
    print(
      `${unreadable} ${unreadable === 1 ? 'line' : 'lines'} of ${file} could not be read and ${unreadable === 1 ? 'is' : 'are'} left out.`,
    );
  const services = servicesIn(entries);
  if (services.length === 0)
    throw new CliError(EXIT.error, `${file} has no decisions: record some with \`${self} watch --json > log.ndjson\`.`);
  const book = await bookFor(wanted);
  const known = { entries, book, ...(config && { config }) };
  for (const service of services) {
    const results = [
      asLogged(service, known),
      ...wanted.map(({ label, strategy }) => replay(service, { ...known, label, strategy })),
    ];
    const text = json ? results.map(result => JSON.stringify(result)).join('\n') : table(results, screen);
    process.stdout.write(`${text}\n`);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.error, `The log ${file} cannot be read: ${(error as Error).message}.`);
  }
}

/** Files of users included. */
function bookFor(wanted: readonly Contestant[]): Promise<StrategyBook> {
  const server = { name: 'any', ip: '127.0.0.1' };
  const services = wanted.map(({ strategy }, i) => {
    return {
      name: `s${i}`,
      vip: '127.0.0.2',
      port: i + 1,
      strategy: { name: strategy.name, ...strategy.options },
      servers: [server],
    };
  });
  const config = configSchema.parse({ services });
  return loadBook(config, process.cwd(), print, (_path, message) => new CliError(EXIT.config, message));
}

const NAME = 28;

/** Shares of each server, how even they are, and how often it is the log's own choice. */
function table(results: readonly ReplayResult[], { colour, columns }: Screen): string {
  const [{ service, decisions }] = results as [ReplayResult];
  const width = Math.min(80, columns);
  const head = `  ${'strategy'.padEnd(NAME)}${'imbal.'.padStart(8)}${'living'.padStart(8)}${'as logged'.padStart(11)}`;
  const rows = results.map(result => {
    const name = result.strategy ?? 'the log';
    const agreed = `${((100 * result.agreed) / Math.max(1, result.decisions)).toFixed(0)} %`;
    const figures = [result.imbalance.toFixed(2).padStart(8), result.unevenness.toFixed(2).padStart(8), agreed.padStart(11)].join(
      '',
    );
    const shares = Object.entries(result.shares).map(([server, count]) => `${server} ${count}`);
    return [`  ${name.padEnd(NAME)}${figures}`, colour.dim(shareText(shares, width))].join('\n');
  });
  return [colour.bold(`${service}: ${decisions} connections`), colour.dim(head), ...rows].join('\n');
}

/** As many as fit. */
function shareText(shares: readonly string[], width: number): string {
  const text = `    ${shares.join(', ')}`;
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
