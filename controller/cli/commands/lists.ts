import { Command } from 'commander';
import type { ConnectionsView, ConnectionView, ServerView, ServiceView, SwitchView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import { wholeNumber } from '../argument.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { serviceResource } from '../client/resource.ts';
import { examples } from '../help.ts';
import { byteRateText, counted, countText, spanText } from '../screen/figures.ts';
import { frontText, serverColour, serverFigures, serverState, serviceColour } from '../screen/server-words.ts';
import { type Column, table } from '../screen/table.ts';
import { output, print, screen } from '../screen/terminal.ts';

/** A command that lists all objects of a kind; `about`: what is listed of each. */
function listCommand(kind: string, one: string, about: string): Command {
  return forController(new Command(kind), `print one JSON object per ${one}`)
    .description(`list the ${kind} of a running controller${about}`)
    .summary(`list ${kind}`);
}

/** Prints rows as a table, or as one JSON object a line; `none` is what people read where there are none. */
function printList<T>(rows: readonly T[], columns: readonly Column<T>[], json: boolean, none: string): void {
  if (json) for (const row of rows) output(JSON.stringify(row));
  else if (rows.length === 0) print(none);
  else output(table(rows, columns, screen));
}

export function servicesCommand(): Command {
  return listCommand('services', 'service', ': state, strategy, connections, rates')
    .addHelpText('after', examples('vipflow services', 'vipflow services --json | jq .strategy.name'))
    .action(async (options: ControllerOptions) => {
      const found = await controllerOf(options).get<ServiceView[]>('/services');
      printList(found, SERVICE_COLUMNS, options.json === true, 'There are no services.');
    });
}

const SERVICE_COLUMNS: readonly Column<ServiceView>[] = [
  { title: 'service', text: ({ name }) => name, atLeast: 8 },
  { title: 'front', text: frontText },
  { title: 'state', text: ({ state }) => state, paint: service => serviceColour(service, screen.colour) },
  { title: 'strategy', text: strategyText, atLeast: 18 },
  { title: 'servers', text: ({ servers }) => `${servers.filter(isUsed).length}/${servers.length}`, isFigure: true },
  { title: 'conns', text: ({ connections }) => countText(connections), isFigure: true },
  { title: 'new/s', text: ({ newPerSecond }) => countText(newPerSecond), isFigure: true },
  { title: 'traffic', text: ({ bytesPerSecond }) => byteRateText(bytesPerSecond), isFigure: true, spare: 1 },
];

const isUsed = ({ state, health }: ServerView) => state === 'ready' && health === 'up';

function strategyText({ strategy, shadow }: ServiceView): string {
  return shadow === null ? strategy.name : `${strategy.name} (shadow ${shadow.name})`;
}

export function serversCommand(): Command {
  return listCommand('servers', 'server', ': state, connections, actual and due share, rates')
    .argument('[service]', 'only of this service')
    .addHelpText('after', examples('vipflow servers', 'vipflow servers web --json | jq "{name, health, connections}"'))
    .action(async (name: string | undefined, options: ControllerOptions) => {
      const controller = controllerOf(options);
      const services =
        name === undefined
          ? await controller.get<ServiceView[]>('/services')
          : [await controller.get<ServiceView>(serviceResource(name))];
      const rows = services.flatMap(({ name: service, servers }) => servers.map(server => ({ service, ...server })));
      printList(rows, SERVER_COLUMNS, options.json === true, 'There are no servers.');
    });
}

const SERVER_COLUMNS: readonly Column<ServerView & { readonly service: string }>[] = [
  { title: 'server', text: ({ service, name }) => `${service}/${name}`, atLeast: 10 },
  { title: 'address', text: endpointText },
  { title: 'state', text: serverState, paint: row => serverColour(row, screen.colour) },
  { title: 'weight', text: ({ weight }) => String(weight), isFigure: true, spare: 3 },
  ...serverFigures,
  { title: 'why', text: ({ reason }) => reason, atLeast: 12, spare: 4 },
];

export function switchesCommand(): Command {
  return listCommand('switches', 'switch', ': connection, ports, flows')
    .addHelpText('after', examples('vipflow switches', 'vipflow switches --json | jq .ports'))
    .action(async (options: ControllerOptions) => {
      const found = await controllerOf(options).get<SwitchView[]>('/switches');
      const none =
        'No switch has connected: run `ovs-vsctl set-controller br0 tcp:HOST:6653` on the switch, or `vipflow doctor` here.';
      printList(found, SWITCH_COLUMNS, options.json === true, none);
    });
}

const SWITCH_COLUMNS: readonly Column<SwitchView>[] = [
  { title: 'switch', text: ({ number }) => String(number), isFigure: true },
  { title: 'dpid', text: ({ dpid }) => dpid, spare: 1 },
  {
    title: 'state',
    text: ({ connected }) => (connected ? 'connected' : 'lost'),
    paint: ({ connected }) => (connected ? screen.colour.green : screen.colour.red),
  },
  { title: 'for', text: ({ since }) => spanText(Math.max(0, Date.now() - Date.parse(since))), isFigure: true },
  { title: 'ports', text: ({ ports }) => `${ports.filter(({ up }) => up).length}/${ports.length}`, isFigure: true },
  { title: 'flows', text: ({ flows }) => (flows === null ? '-' : String(flows)), isFigure: true },
  { title: 'from', text: ({ address }) => address },
  { title: 'description', text: ({ description }) => description, atLeast: 12 },
];

/** The most connections that one answer of the controller holds. */
const MAX_LIMIT = 1000;

interface ConnectionsOptions extends ControllerOptions {
  readonly client?: string;
  readonly service?: string;
  readonly server?: string;
  readonly limit: number;
}

export function connectionsCommand(): Command {
  return listCommand('connections', 'connection', ', newest first')
    .option('--client <ip[:port]>', 'only of this client')
    .option('--service <name>', 'only of this service')
    .option('--server <name>', 'only on this server')
    .option('--limit <n>', 'print at most <n>', wholeNumber(1, MAX_LIMIT), 100)
    .addHelpText('after', examples('vipflow connections --client 10.0.0.4', 'vipflow connections --service web --server server2'))
    .action(async ({ client, service, server, limit, json = false, ...options }: ConnectionsOptions) => {
      const wanted = { client, service, server };
      const { total, items } = await controllerOf(options).get<ConnectionsView>('/connections', { ...wanted, limit });
      const isAsked = Object.values(wanted).some(value => value !== undefined);
      printList(items, CONNECTION_COLUMNS, json, isAsked ? 'No connection matches.' : 'There are no connections.');
      if (!json && total > items.length) print(`${items.length} of ${counted(total, 'connection')}; --limit prints more`);
    });
}

const CONNECTION_COLUMNS: readonly Column<ConnectionView>[] = [
  { title: 'seq', text: ({ id }) => String(id), isFigure: true },
  { title: 'client', text: ({ client }) => endpointText(client) },
  { title: 'service', text: ({ service }) => service, atLeast: 8 },
  { title: 'server', text: ({ server }) => server, paint: () => screen.colour.green, atLeast: 8 },
  { title: 'switch', text: ({ dpid }) => String(BigInt(`0x${dpid}`)), isFigure: true, spare: 1 },
  { title: 'age', text: ({ ageMs }) => spanText(ageMs), isFigure: true },
  { title: 'answered in', text: ({ answeredMs }) => (answeredMs === null ? '-' : spanText(answeredMs)), isFigure: true },
  { title: 'state', text: ({ closed }) => (closed ? 'closed' : 'open') },
];
