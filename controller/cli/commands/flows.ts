import { Command } from 'commander';
import type { InstalledFlowView, SwitchView } from '../../api/shapes.ts';
import { TABLE } from '../../core/pipeline.ts';
import type { ControllerClient } from '../client/controller.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { CliError, EXIT } from '../exit.ts';
import { examples } from '../help.ts';
import { countText, spanText } from '../screen/figures.ts';
import { actionWords, matchWords } from '../screen/flow-words.ts';
import { output, screen, wrapped } from '../screen/terminal.ts';

interface FlowsOptions extends ControllerOptions {
  readonly raw?: boolean;
  readonly service?: string;
}

export function flowsCommand(): Command {
  return forController(new Command('flows'), 'print one JSON object per flow')
    .description('list the flows that a switch has installed, in words or as ovs-ofctl prints them')
    .summary('list the flows of a switch')
    .argument('[switch]', 'number or datapath id of the switch (default: the only one)')
    .option('--raw', 'print the flows as ovs-ofctl does')
    .option('--service <name>', 'only of this service')
    .addHelpText('after', examples('vipflow flows', 'vipflow flows 1 --raw | grep priority=400'))
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
  for (const line of lines) output(line);
}

async function onlySwitch(controller: ControllerClient): Promise<string> {
  const switches = (await controller.get<SwitchView[]>('/switches')).filter(({ connected }) => connected);
  if (switches.length === 0) throw new CliError(EXIT.error, 'No switch is connected: `vipflow doctor` finds out why.');
  if (switches.length === 1) return switches[0]!.dpid;
  throw new CliError(
    EXIT.usage,
    `Several switches are connected: choose one of ${switches.map(({ number }) => number).join(', ')}.`,
  );
}

/** The flows table by table, in the order in which a packet passes them. */
function tables(all: readonly InstalledFlowView[]): string[] {
  const numbers = [...new Set(all.map(flow => flow.table))].sort((a, b) => a - b);
  return numbers.flatMap((number, i) => {
    const title = `table ${number}${TITLES[number] === undefined ? '' : `: ${TITLES[number]}`}`;
    const lines = all.filter(flow => flow.table === number).map(sentenceOf);
    return [...(i === 0 ? [] : ['']), screen.colour.bold(title), ...lines];
  });
}

const TITLES: Readonly<Record<number, string>> = {
  [TABLE.admit]: 'source checks, ARP for VIPs',
  [TABLE.service]: 'services and their connections',
  [TABLE.learn]: 'source location',
  [TABLE.forward]: 'forwarding',
};

/** `400  tcp from ... → to ..., out at port 2 (web/server2, 7 packets, 12 s)`: priority, match, actions, owner, use. */
function sentenceOf(flow: InstalledFlowView): string {
  const { priority, match, actions, next, packets, ageMs, idleTimeoutMs, service, server } = flow;
  const about = [
    flow.owner === null ? 'foreign' : [service, server].filter(name => name !== null).join('/'),
    `${countText(packets)} ${packets === 1 ? 'packet' : 'packets'}`,
    idleTimeoutMs === null ? '' : spanText(ageMs),
  ].filter(text => text !== '');
  const text = `${matchWords(match)} → ${actionWords(actions, next)} (${about.join(', ')})`;
  const body = wrapped(text, screen.columns, INDENT);
  return `${String(priority).padStart(INDENT - 2)}  ${flow.owner === null ? screen.colour.yellow(body) : body}`;
}

const INDENT = 6;
