import { Command } from 'commander';
import type { SwitchView } from '../../api/shapes.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { spanText } from '../screen/figures.ts';
import { printList } from '../screen/listing.ts';
import type { Column } from '../screen/table.ts';
import { screen } from '../screen/terminal.ts';

export function switchesCommand(): Command {
  return forController(new Command('switches'), 'print one JSON object per switch')
    .description('list the switches of a running controller: connection, ports, flows')
    .summary('list switches')
    .addHelpText('after', '\nExamples:\n  vipflow switches\n  vipflow switches --json | jq .ports')
    .action(switches);
}

async function switches(options: ControllerOptions & { json?: boolean }): Promise<void> {
  const found = await controllerOf(options).get<SwitchView[]>('/switches');
  const none =
    'No switch has connected: run `ovs-vsctl set-controller br0 tcp:HOST:6653` on the switch, or `vipflow doctor` here.';
  printList(found, COLUMNS, options.json === true, none);
}

const COLUMNS: readonly Column<SwitchView>[] = [
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
