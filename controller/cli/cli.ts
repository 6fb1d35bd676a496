import { Command, CommanderError } from 'commander';
import { ConfigError } from '../core/config-file.ts';
import { checkCommand } from './check.ts';
import { CliError, EXIT } from './exit.ts';
import { labCommand } from './lab.ts';
import { runCommand } from './run.ts';
import { version } from './version.ts';
import { watchCommand } from './watch.ts';

const EXIT_CODES = `
Exit codes:
  0 ok   1 error   2 usage   3 invalid configuration
  4 something is missing first: root, Open vSwitch, a free port
  5 a check failed: a request was not answered`;

function program(): Command {
  return new Command('vipflow')
    .description('A load balancer in the OpenFlow 1.3 switch that is already there.')
    .version(version)
    .showHelpAfterError('(--help shows what there is)')
    .addCommand(runCommand())
    .addCommand(checkCommand())
    .addCommand(labCommand())
    .addCommand(watchCommand())
    .addHelpText('after', EXIT_CODES);
}

/** Runs one command line; sets the process's exit code, and ends the process where a command ends. */
export async function runCli(argv: readonly string[]): Promise<void> {
  try {
    const all = program();
    for (const command of [all, ...all.commands, ...all.commands.flatMap(({ commands }) => commands)]) command.exitOverride();
    await all.parseAsync(argv);
  } catch (error) {
    process.exitCode = explain(error);
  }
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // it has printed its own words
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.config;
  }
  if (error instanceof CliError) {
    process.stderr.write(`vipflow: ${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`vipflow: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.error;
}
