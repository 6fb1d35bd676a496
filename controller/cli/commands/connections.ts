import { Command, Option } from 'commander';
import type { ConnectionsView, ConnectionView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import { wholeNumber } from '../argument.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { counted, spanText } from '../screen/figures.ts';
import { printList } from '../screen/listing.ts';
import type { Column } from '../screen/table.ts';
import { print, screen } from '../screen/terminal.ts';

/** The most that one answer of the controller holds. */
const MAX_LIMIT = 1000;

interface ConnectionsOptions extends ControllerOptions {
  readonly client?: string;
  readonly service?: string;
  readonly server?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export function connectionsCommand(): Command {
  return forController(new Command('connections'), 'print one JSON object per connection')
    .description('list the connections of a running controller, newest first')
    .summary('list connections')
    .option('--client <ip[:port]>', 'only of this client')
    .option('--service <name>', 'only of this service')
    .option('--server <name>', 'only on this server')
    .addOption(new Option('--limit <n>', 'print at most <n>').default(100).argParser(wholeNumber(1, MAX_LIMIT)))
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
  printList(items, COLUMNS, json, isAsked ? 'No connection matches.' : 'There are no connections.');
  if (!json && total > items.length) print(`${items.length} of ${counted(total, 'connection')}; --limit prints more`);
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
