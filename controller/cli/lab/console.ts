import type { LiveLab } from '../../../topologies/embedded/live/live-lab.ts';
import type { LiveConfig } from '../../live-config.ts';
import { strategyNames } from '../../strategies/catalogue.ts';
import { statOf } from '../proc.ts';
import { barChart } from '../screen/bar-chart.ts';
import { print, screen } from '../screen/terminal.ts';
import { actionOf, type KeyAction, keyLine } from './keys.ts';

/**
 * Reads the keys of an embedded lab from here on; gives what ends that. Undefined where there is no terminal, or the process is in
 * the background. `liveConfig` is of our own controller.
 */
export function openConsole(lab: LiveLab, liveConfig: LiveConfig | undefined): (() => void) | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY || isInBackground()) return undefined;
  const onData = (chunk: Buffer) => {
    const keys = chunk.toString();
    if (keys.startsWith('\u001b')) return; // an arrow or a function key
    for (const key of keys) {
      const servers = serversOf(lab).map(({ name }) => ({ host: name, on: lab.isOn(name) }));
      const now = liveConfig?.document.config.services[0]?.strategy.name;
      const strategy = now === undefined ? {} : { strategy: { all: strategyNames, now } };
      const action = actionOf(key, { servers, requestsPerSecond: lab.load.state.requestsPerSecond, ...strategy });
      if (action !== undefined) perform(action, lab, liveConfig);
    }
  };
  process.stdin.setRawMode(true).resume().on('data', onData);
  print(keyLine(serversOf(lab).length));
  return () => process.stdin.off('data', onData).setRawMode(false).pause();
}

/** The hosts of servers, in the order of their keys. */
const serversOf = ({ spec }: LiveLab) => spec.hosts.filter(({ role }) => role === 'server');

function perform(action: KeyAction, lab: LiveLab, liveConfig: LiveConfig | undefined): void {
  switch (action.type) {
    case 'power':
      lab.power(action.host, action.on);
      print(`${titleOf(action.host, lab)} ${action.on ? 'is on again' : 'is off: it no longer answers'}`);
      break;
    case 'load':
      lab.load.set(action.requestsPerSecond);
      print(`${action.requestsPerSecond} requests per second`);
      break;
    case 'strategy':
      useStrategy(action.name, liveConfig!);
      break;
    case 'shares':
      showShares(lab);
      break;
    case 'help':
      for (const line of HELP) print(line);
      break;
    case 'quit':
      process.emit('SIGINT', 'SIGINT');
  }
}

/** Changes the strategy of all services; the change is logged. */
function useStrategy(name: string, liveConfig: LiveConfig): void {
  const edits = liveConfig.document.config.services.map((_, i) => ({ path: ['services', i, 'strategy'], value: name }));
  liveConfig.edit('a key', edits).catch((error: Error) => print(error.message));
}

function showShares(lab: LiveLab): void {
  const shares = lab.load.shares(serversOf(lab).map(({ page, name }) => page ?? name));
  const total = [...shares.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(`\n${total} answers in the last 60 s\n${barChart(shares, screen)}\n\n`);
}

function titleOf(host: string, lab: LiveLab): string {
  const { page = host, ip = '' } = serversOf(lab).find(({ name }) => name === host) ?? {};
  return `${page} (${host}, ${ip})`;
}

const HELP = [
  '1 to 9  turn the host of a server off or on; requests to it fail until its probes do',
  'a       use the next strategy; all weights are 1 here',
  '+ -     more or fewer requests per second',
  's       print how often each server answered in the last 60 s',
  'h       print this help',
  'q       stop the lab, as Ctrl-C does',
];

/** A background job that touches its terminal is stopped (SIGTTIN, SIGTTOU). */
function isInBackground(): boolean {
  const [, , group, , , foreground] = statOf('self');
  return group !== foreground;
}
