import { Command } from 'commander';
import type { ServiceView } from '../../api/shapes.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { byteRateText, countText } from '../screen/figures.ts';
import { printList } from '../screen/listing.ts';
import { frontText, serviceColour } from '../screen/server-words.ts';
import type { Column } from '../screen/table.ts';
import { screen } from '../screen/terminal.ts';

export function servicesCommand(): Command {
  return forController(new Command('services'), 'print one JSON object per service')
    .description('list the services of a running controller: state, strategy, connections, rates')
    .summary('list services')
    .addHelpText('after', '\nExamples:\n  vipflow services\n  vipflow services --json | jq .strategy.name')
    .action(services);
}

async function services(options: ControllerOptions & { json?: boolean }): Promise<void> {
  const found = await controllerOf(options).get<ServiceView[]>('/services');
  printList(found, COLUMNS, options.json === true, 'There are no services.');
}

const COLUMNS: readonly Column<ServiceView>[] = [
  { title: 'service', text: ({ name }) => name, atLeast: 8 },
  { title: 'front', text: frontText },
  { title: 'state', text: ({ state }) => state, paint: service => serviceColour(service, screen.colour) },
  { title: 'strategy', text: strategyText, atLeast: 18 },
  { title: 'servers', text: ({ servers }) => `${servers.filter(isUsed).length}/${servers.length}`, isFigure: true },
  { title: 'conns', text: ({ connections }) => countText(connections), isFigure: true },
  { title: 'new/s', text: ({ newPerSecond }) => countText(newPerSecond), isFigure: true },
  { title: 'traffic', text: ({ bytesPerSecond }) => byteRateText(bytesPerSecond), isFigure: true, spare: 1 },
];

function isUsed({ state, health }: ServiceView['servers'][number]): boolean {
  return state === 'ready' && health === 'up';
}

function strategyText({ strategy, shadow }: ServiceView): string {
  return shadow === null ? strategy.name : `${strategy.name} (shadow ${shadow.name})`;
}
