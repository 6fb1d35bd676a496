import { Command } from 'commander';
import type { ServerView, ServiceView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { byteRateText, countText, shareText, spanText } from '../screen/figures.ts';
import { printList } from '../screen/listing.ts';
import { serverColour, serverState } from '../screen/server-words.ts';
import type { Column } from '../screen/table.ts';
import { screen } from '../screen/terminal.ts';

type Row = ServerView & { readonly service: string };

export function serversCommand(): Command {
  return forController(new Command('servers'), 'print one JSON object per server')
    .description('list the servers of a running controller: state, connections, actual and due share, rates')
    .summary('list servers')
    .argument('[service]', 'only of this service')
    .addHelpText('after', '\nExamples:\n  vipflow servers\n  vipflow servers web --json | jq "{name, health, connections}"')
    .action(servers);
}

async function servers(name: string | undefined, options: ControllerOptions & { json?: boolean }): Promise<void> {
  const controller = controllerOf(options);
  const found =
    name === undefined
      ? await controller.get<ServiceView[]>('/services')
      : [await controller.get<ServiceView>(`/services/${encodeURIComponent(name)}`)];
  const rows = found.flatMap(({ name: service, servers: pool }) => pool.map(server => ({ service, ...server })));
  printList(rows, COLUMNS, options.json === true, 'There are no servers.');
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'server', text: ({ service, name }) => `${service}/${name}`, atLeast: 10 },
  { title: 'address', text: endpointText },
  { title: 'state', text: serverState, paint: row => serverColour(row, screen.colour) },
  { title: 'weight', text: ({ weight }) => String(weight), isFigure: true, spare: 3 },
  { title: 'conns', text: ({ connections }) => countText(connections), isFigure: true },
  { title: 'share', text: ({ share }) => (share === null ? '-' : shareText(share)), isFigure: true },
  { title: 'due', text: ({ expectedShare }) => shareText(expectedShare), isFigure: true },
  { title: 'new/s', text: ({ newPerSecond }) => countText(newPerSecond), isFigure: true },
  { title: 'traffic', text: ({ bytesPerSecond }) => byteRateText(bytesPerSecond), isFigure: true, spare: 2 },
  { title: 'answer', text: ({ responseMs }) => (responseMs === null ? '-' : spanText(responseMs)), isFigure: true },
  { title: 'why', text: ({ reason }) => reason, atLeast: 12, spare: 4 },
];
