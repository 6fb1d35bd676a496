import { Command } from 'commander';
import type { Config } from '../core/config.ts';
import type { LogEntry } from '../core/events.ts';
import { type Controller, ListenError, startController } from '../main.ts';
import { readConfig } from './config-file.ts';
import { listenError } from './exit.ts';
import { lineOf } from './log-line.ts';
import { stopSignal } from './stop-signal.ts';
import { screen, tell } from './terminal.ts';

export function runCommand(): Command {
  return new Command('run')
    .description('run the controller for switches that connect to it')
    .summary('run the controller for your switches')
    .requiredOption('-c, --config <file>', 'configuration, such as vipflow.yaml')
    .option('--json', 'print the log as JSON, one object a line')
    .addHelpText(
      'after',
      '\nExample:\n  vipflow run -c vipflow.yaml\nand on the switch:\n  ovs-vsctl set bridge br0 protocols=OpenFlow13\n  ovs-vsctl set-controller br0 tcp:HOST:6653',
    )
    .action(run);
}

async function run({ config: file, json = false }: { config: string; json?: boolean }): Promise<void> {
  const config = readConfig(file);
  for (const warning of warningsOf(config)) tell(`${file}: ${warning}`);
  const stopped = stopSignal();
  const print = (entry: LogEntry) => process.stdout.write(`${json ? JSON.stringify(entry) : lineOf(entry, screen)}\n`);
  const controller = await startOrExplain(config, print, name => `listen.${name}`);
  tell(listening(config, controller));
  await stopped;
  await controller.stop();
}

/** Starts the controller; a port that cannot be had becomes one clear sentence. */
export async function startOrExplain(
  config: Config,
  onEntry: (entry: LogEntry) => void,
  settingOf: (listener: keyof Config['listen']) => string,
): Promise<Controller> {
  try {
    return await startController(config, { onEntry });
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    const what = error.listener === 'openflow' ? 'OpenFlow' : 'the WebSocket log';
    throw listenError(error.cause, what, config.listen[error.listener], settingOf(error.listener));
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
