import { Command } from 'commander';
import type { DecisionsView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { CliError, EXIT } from '../exit.ts';
import { decisionsIn, type Wanted } from '../files/decision-log.ts';
import { type Explained, explanation } from '../screen/explanation.ts';
import { print, screen } from '../screen/terminal.ts';

interface ExplainOptions extends ControllerOptions {
  readonly log?: string;
  readonly json?: boolean;
}

/** Decisions of a client that are looked for; the newest is explained, the others are counted. */
const LIMIT = 20;

export function explainCommand(): Command {
  return forController(new Command('explain'), 'the decision as JSON')
    .description('why a connection went to its server: the candidates with their scores, the rule, the flows, what became of it')
    .summary('say why a client got its server')
    .argument('<connection>', "the client's address, or address:port, or the number (seq) of the decision")
    .option('--log <file>', 'from a recorded log (NDJSON; - is standard input) instead of a running controller')
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
    `\nThis is the newest; ${many} earlier: ${others
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
  const [, ip, port] = /^(\d{1,3}(?:\.\d{1,3}){3})(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (ip === undefined)
    throw new CliError(
      EXIT.usage,
      `${text} is neither a client such as 10.0.0.4 or 10.0.0.4:40112 nor the number of a decision.`,
    );
  return { ip, ...(port !== undefined && { port: Number(port) }) };
}

function unknown(text: string, log: string | undefined): string {
  const where = log === undefined ? `The controller remembers no decision for ${text}` : `${log} has no decision for ${text}`;
  return `${where}: \`vipflow connections\` has those that live, \`vipflow watch --json\` records them.`;
}
