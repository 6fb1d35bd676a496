import { Command } from 'commander';
import type { InstalledFlowView, SwitchView } from '../api/shapes.ts';
import { TABLE } from '../core/pipeline.ts';
import type { ControllerClient } from './controller-client.ts';
import { type ControllerOptions, controllerOf, forController } from './controller-options.ts';
import { CliError, EXIT } from './exit.ts';
import { countText, spanText } from './figures.ts';
import { actionWords, matchWords } from './flow-words.ts';
import { type Column, table } from './table.ts';
import { screen } from './terminal.ts';

interface FlowsOptions extends ControllerOptions {
  readonly raw?: boolean;
  readonly json?: boolean;
  readonly service?: string;
}

export function flowsCommand(): Command {
  return forController(new Command('flows'), 'one JSON object a line for each flow')
    .description('the flows that a switch has now, as it says itself: in words, or as ovs-ofctl prints them')
    .summary('list the flows of a switch')
    .argument('[switch]', 'its number or datapath id; the only one unless given')
    .option('--raw', "in ovs-ofctl's text")
    .option('--service <name>', 'of this service alone')
    .addHelpText('after', '\nExamples:\n  vipflow flows\n  vipflow flows 1 --raw | grep priority=400')
    .action(flows);
}

async function flows(name: string | undefined, options: FlowsOptions): Promise<void> {
  const controller = controllerOf(options);
  const dpid = name ?? (await onlySwitch(controller));
  const all = await controller.get<InstalledFlowView[]>(`/switches/${encodeURIComponent(dpid)}/flows`);
  const chosen = options.service === undefined ? all : all.filter(({ service }) => service === options.service);
  const lines = options.json
    ? chosen.map(flow => JSON.stringify(flow))
    : options.raw
      ? chosen.map(({ text }) => text)
      : tables(chosen);
  process.stdout.write(lines.map(line => `${line}\n`).join(''));
}

async function onlySwitch(controller: ControllerClient): Promise<string> {
  const switches = (await controller.get<SwitchView[]>('/switches')).filter(({ connected }) => connected);
  if (switches.length === 0) throw new CliError(EXIT.error, 'No switch is connected: `vipflow doctor` finds out why.');
  if (switches.length === 1) return switches[0]!.dpid;
  throw new CliError(EXIT.usage, `There are several switches: name one of ${switches.map(({ number }) => number).join(', ')}.`);
}

/** The flows table by table, in the order a packet passes them. */
function tables(all: readonly InstalledFlowView[]): string[] {
  const numbers = [...new Set(all.map(flow => flow.table))].sort((a, b) => a - b);
  return numbers.flatMap((number, i) => {
    const rows = all.filter(flow => flow.table === number);
    const title = `table ${number}${TITLES[number] === undefined ? '' : `: ${TITLES[number]}`}`;
    return [...(i === 0 ? [] : ['']), screen.colour.bold(title), table(rows, COLUMNS, screen)];
  });
}

const TITLES: Readonly<Record<number, string>> = {
  [TABLE.admit]: 'who may send what, ARP for VIPs',
  [TABLE.service]: 'services and their connections',
  [TABLE.learn]: 'where the sender is',
  [TABLE.forward]: 'where the receiver is',
};

const COLUMNS: readonly Column<InstalledFlowView>[] = [
  { title: 'prio', text: ({ priority }) => String(priority), isFigure: true },
  { title: 'packets that are', text: ({ match }) => matchWords(match), atLeast: 30 },
  { title: 'become', text: ({ actions, next }) => actionWords(actions, next), atLeast: 22 },
  { title: 'for', text: whose, paint: ({ owner }) => (owner === null ? screen.colour.yellow : undefined), spare: 1 },
  { title: 'count', text: ({ packets }) => countText(packets), isFigure: true },
  { title: 'age', text: ({ ageMs }) => spanText(ageMs), isFigure: true, spare: 2 },
];

function whose({ owner, service, server }: InstalledFlowView): string {
  if (owner === null) return 'not ours';
  return server === null ? (service ?? '') : `${service}/${server}`;
}
