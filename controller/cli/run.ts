import { Command } from 'commander';
import type { Config } from '../core/config.ts';
import { loadConfig } from '../core/config-file.ts';
import type { LogEntry } from '../core/events.ts';
import { type Controller, ListenError, startController } from '../main.ts';
import { strategyNames } from '../strategies/catalogue.ts';
import { listenError } from './exit.ts';
import { stopSignal } from './stop-signal.ts';
import { lineOf, palette } from './terminal.ts';

export function runCommand(): Command {
  return new Command('run')
    .description('run the controller for switches that connect to it')
    .requiredOption('-c, --config <file>', 'configuration, such as vipflow.yaml')
    .option('--json', 'print the log as JSON, one object a line', false)
    .addHelpText('after', '\nExample:\n  vipflow run -c vipflow.yaml\n  ovs-vsctl set-controller br0 tcp:HOST:6653')
    .action(run);
}

async function run({ config: file, json }: { config: string; json: boolean }): Promise<void> {
  const colour = palette();
  const config = loadConfig(file, { strategies: strategyNames });
  for (const warning of warningsOf(config)) process.stderr.write(`${file}: ${warning}\n`);
  const print = (entry: LogEntry) => process.stdout.write(`${json ? JSON.stringify(entry) : lineOf(entry, colour)}\n`);
  const controller = await startOrExplain(config, print);
  process.stderr.write(`${listening(config, controller)}\n`);
  await stopSignal();
  await controller.stop();
}

/** Starts the controller; a port that cannot be had becomes one clear sentence. */
export async function startOrExplain(config: Config, onEntry: (entry: LogEntry) => void): Promise<Controller> {
  try {
    return await startController(config, { onEntry });
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    const what = error.listener === 'openflow' ? 'OpenFlow' : 'the WebSocket log';
    throw listenError(error.cause, what, config.listen[error.listener], `listen.${error.listener}`);
  }
}

export function listening({ listen }: Config, { openflowPort, httpPort }: Controller): string {
  return `listening for switches on ${listen.openflow.host}:${openflowPort}; log at ws://${listen.http.host}:${httpPort}/flows`;
}

/** Settings that are accepted and do less than they say. */
export function warningsOf({ services }: Config): string[] {
  return services
    .filter(({ health }) => health.type === 'tcp')
    .map(({ name }) => `service ${name}: health type tcp is not there yet; servers are checked by ARP`);
}
