import { dirname } from 'node:path';
import { Command } from 'commander';
import { ConfigError } from '../../core/config-error.ts';
import type { LogEntry } from '../../core/events.ts';
import type { Controller } from '../../main.ts';
import { strategyFiles } from '../../strategies/user-book.ts';
import { readConfig } from '../files/config.ts';
import { fileWatch } from '../files/watch.ts';
import { lineOf } from '../screen/log-line.ts';
import { output, print, screen } from '../screen/terminal.ts';
import { listening, startOrExplain } from '../start.ts';
import { stopSignal } from '../stop-signal.ts';

export function runCommand(): Command {
  return new Command('run')
    .description('run the controller; switches connect to it')
    .summary('run the controller')
    .requiredOption('-c, --config <file>', 'configuration file, such as vipflow.yaml')
    .option('--json', 'print the log as JSON, one object per line')
    .addHelpText(
      'after',
      '\nExample:\n  vipflow run -c vipflow.yaml\n\nOn the switch:\n  ovs-vsctl set bridge br0 protocols=OpenFlow13\n  ovs-vsctl set-controller br0 tcp:HOST:6653',
    )
    .action(run);
}

async function run({ config: file, json = false }: { config: string; json?: boolean }): Promise<void> {
  const document = readConfig(file);
  const stopped = stopSignal('SIGHUP');
  const printEntry = (entry: LogEntry) => output(json ? JSON.stringify(entry) : lineOf(entry, screen));
  const controller = await startOrExplain(document, printEntry, name => `listen.${name}`, file);
  print(listening(document.config, controller));
  const unwatch = followFile(file, controller);
  await stopped;
  unwatch();
  await controller.stop();
}

/** Applies the file whenever it, or a strategy file that it names, changes, and on SIGHUP. Errors in it are logged. */
function followFile(file: string, { liveConfig }: Controller): () => void {
  const files = () => [file, ...strategyFiles(liveConfig.document.config, dirname(file))];
  const take = (source: string) => {
    liveConfig
      .change(source, () => readConfig(file))
      .catch(
        (error: Error) => error instanceof ConfigError || print(`${error.message} The current configuration stays in force.`),
      )
      .finally(() => watch(files()));
  };
  const watch = fileWatch(take);
  const onHangUp = () => take('SIGHUP');
  process.on('SIGHUP', onHangUp);
  watch(files());
  return () => {
    process.off('SIGHUP', onHangUp);
    watch([]);
  };
}
