import { Command } from 'commander';
import type { DecisionsView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import { parseEndpoint } from '../argument.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { CliError, EXIT } from '../exit.ts';
import { decisionsIn, type Wanted } from '../files/decision-log.ts';
import { type Explained, explanation } from '../screen/explanation.ts';
import { print, screen } from '../screen/terminal.ts';

interface ExplainOptions extends ControllerOptions {
  readonly log?: string;
  readonly json?: boolean;
}

/** How many decisions of a client are read: the newest is explained, the others are counted. */
const LIMIT = 20;

export function explainCommand(): Command {
  return forController(new Command('explain'), 'print the decision as JSON')
    .description('explain why a connection went to its server: candidates, scores, rule, flows, and how it ended')
    .summary('explain why a client got its server')
    .argument('<connection>', 'client address, address:port, or number (seq) of the decision')
    .option('--log <file>', 'read a recorded log (NDJSON; - reads standard input) instead of asking a controller')
    .addHelpText(
      'after',
      '\nExamples:\n  vipflow explain 10.0.0.4\n  vipflow explain 10.0.0.4:40112\n  vipflow explain 5123 --log flows.ndjson',
    )
    .action(explain);
}

async function explain(text: string, { log, json = false, ...options }: ExplainOptions): Promise<void> {
  const wanted = wantedBy(text);
  const found = log === undefined ? await ask(options, wanted) : decisionsIn(log, wanted);
  const [newest, ...others] = found;
  if (newest === undefined) throw new CliError(EXIT.error, unknown(text, log));
  if (json) {
    process.stdout.write(`${JSON.stringify(newest)}\n`);
    return;
  }
  process.stdout.write(`${explanation(newest, screen)}\n`);
  if (others.length === 0) return;
  const many = log === undefined && others.length >= LIMIT - 1 ? `${others.length} or more` : String(others.length);
  print(
    `\nThis is the newest decision; ${many} earlier: ${others
      .slice(0, 4)
      .map(({ seq }) => `explain ${seq}`)
      .join(', ')}${others.length > 4 ? ', ...' : ''}`,
  );
}

async function ask(options: ControllerOptions, { seq, ip, port }: Wanted): Promise<readonly Explained[]> {
  const controller = controllerOf(options);
  if (seq !== undefined) return [await controller.get<Explained>(`/decisions/${seq}`)];
  const client = ip !== undefined && port !== undefined ? endpointText({ ip, port }) : ip;
  return (await controller.get<DecisionsView>('/decisions', { client, limit: LIMIT })).items;
}

function wantedBy(text: string): Wanted {
  if (/^\d{1,15}$/.test(text)) return { seq: Number(text) };
  const client = parseEndpoint(text);
  if (client === undefined)
    throw new CliError(
      EXIT.usage,
      `Invalid connection "${text}": it must be a client, such as 10.0.0.4 or 10.0.0.4:40112, or the number of a decision.`,
    );
  return client;
}

function unknown(text: string, log: string | undefined): string {
  const where = log === undefined ? `The controller has no decision for ${text}` : `${log} has no decision for ${text}`;
  return `${where}: \`vipflow connections\` lists current connections, \`vipflow watch --json\` records decisions.`;
}
