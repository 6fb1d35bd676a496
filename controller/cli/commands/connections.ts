import { Command, InvalidArgumentError, Option } from 'commander';
import type { ConnectionsView, ConnectionView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { counted, spanText } from '../screen/figures.ts';
import { printList } from '../screen/listing.ts';
import type { Column } from '../screen/table.ts';
import { print, screen } from '../screen/terminal.ts';

/** As many as one answer of the controller holds. */
const MAX_LIMIT = 1000;

interface ConnectionsOptions extends ControllerOptions {
  readonly client?: string;
  readonly service?: string;
  readonly server?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export function connectionsCommand(): Command {
  return forController(new Command('connections'), 'one JSON object a line for each connection')
    .description('living connections of a running controller, the newest first')
    .summary('list living connections')
    .option('--client <ip[:port]>', 'of this client alone')
    .option('--service <name>', 'of this service alone')
    .option('--server <name>', 'on this server alone')
    .addOption(new Option('--limit <n>', 'at most so many').default(100).argParser(limit))
    .addHelpText(
      'after',
      '\nExamples:\n  vipflow connections --client 10.0.0.4\n  vipflow connections --service web --server server2',
    )
    .action(connections);
}

async function connections({
  client,
  service,
  server,
  limit: most,
  json = false,
  ...options
}: ConnectionsOptions): Promise<void> {
  const query = { client, service, server, limit: most };
  const { total, items } = await controllerOf(options).get<ConnectionsView>('/connections', query);
  const isAsked = client !== undefined || service !== undefined || server !== undefined;
  printList(items, COLUMNS, json, `There is no living connection${isAsked ? ' like that' : ''}.`);
  if (!json && total > items.length) print(`${items.length} of ${counted(total, 'connection')}: see more with --limit.`);
}

const COLUMNS: readonly Column<ConnectionView>[] = [
  { title: 'seq', text: ({ id }) => String(id), isFigure: true },
  { title: 'client', text: ({ client }) => endpointText(client) },
  { title: 'service', text: ({ service }) => service, atLeast: 8 },
  { title: 'server', text: ({ server }) => server, paint: () => screen.colour.green, atLeast: 8 },
  { title: 'switch', text: ({ dpid }) => String(BigInt(`0x${dpid}`)), isFigure: true, spare: 1 },
  { title: 'age', text: ({ ageMs }) => spanText(ageMs), isFigure: true },
  { title: 'answered in', text: ({ answeredMs }) => (answeredMs === null ? '-' : spanText(answeredMs)), isFigure: true },
  { title: 'state', text: ({ closed }) => (closed ? 'closed' : 'open') },
];

export function limit(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MAX_LIMIT)
    throw new InvalidArgumentError(`It must be a number from 1 to ${MAX_LIMIT}`);
  return value;
}
