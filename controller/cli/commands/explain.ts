import { Command } from 'commander';
import type { DecisionsView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import { parseEndpoint } from '../argument.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { CliError, EXIT } from '../exit.ts';
import { decisionsIn, type Wanted } from '../files/decision-log.ts';
import { examples } from '../help.ts';
import { type Explained, explanation } from '../screen/explanation.ts';
import { output, print, screen } from '../screen/terminal.ts';

interface ExplainOptions extends ControllerOptions {
  readonly log?: string;
}

/** How many decisions of a client are read: the newest is explained, the others are counted. */
const LIMIT = 20;
/** How many of the others are named. */
const MOST_NAMED = 4;

export function explainCommand(): Command {
  return forController(new Command('explain'), 'print the decision as JSON')
    .description('explain why a connection went to its server: candidates, scores, rule, flows, and how it ended')
    .summary('explain why a client got its server')
    .argument('<connection>', 'client address, address:port, or number (seq) of the decision')
    .option('--log <file>', 'read a recorded log (NDJSON; - reads standard input) instead of asking a controller')
    .addHelpText(
      'after',
      examples('vipflow explain 10.0.0.4', 'vipflow explain 10.0.0.4:40112', 'vipflow explain 5123 --log flows.ndjson'),
    )
    .action(explain);
}

async function explain(text: string, { log, json = false, ...options }: ExplainOptions): Promise<void> {
  const wanted = wantedBy(text);
  const [newest, ...others] = log === undefined ? await ask(options, wanted) : decisionsIn(log, wanted);
  if (newest === undefined) throw new CliError(EXIT.error, unknown(text, log));
  output(json ? JSON.stringify(newest) : explanation(newest, screen));
  if (json || others.length === 0) return;
  const many = log === undefined && others.length >= LIMIT - 1 ? `${others.length} or more` : String(others.length);
  const commands = others.map(({ seq }, i) => (i < MOST_NAMED ? `explain ${seq}` : '...')).slice(0, MOST_NAMED + 1);
  print(`\nThis is the newest decision; ${many} earlier: ${commands.join(', ')}`);
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
  return `${log ?? 'The controller'} has no decision for ${text}: \`vipflow connections\` lists current connections, \`vipflow watch --json\` records decisions.`;
}
