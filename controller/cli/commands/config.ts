import { Command } from 'commander';
import type { AppliedView, CheckView, StatusView } from '../../api/shapes.ts';
import { RefusedError } from '../client/controller.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { CliError, EXIT } from '../exit.ts';
import { readText } from '../files/text.ts';
import { examples } from '../help.ts';
import { counted } from '../screen/figures.ts';
import { output, print } from '../screen/terminal.ts';

export function configCommand(): Command {
  return new Command('config')
    .description('show, check, apply and save the configuration of a running controller')
    .summary('show, check, apply and save the configuration')
    .addCommand(
      forController(new Command('show'), 'print JSON, with all defaults')
        .description('print the current configuration without its secrets')
        .action(show),
    )
    .addCommand(
      forController(new Command('check'))
        .description('check a file and print the changes it would make; change nothing')
        .argument('<file>', 'such as vipflow.yaml; - reads standard input')
        .action(check),
    )
    .addCommand(
      forController(new Command('apply'))
        .description('apply a file as the configuration; connections stay')
        .argument('<file>', 'such as vipflow.yaml; - reads standard input')
        .action(apply),
    )
    .addCommand(
      forController(new Command('save'))
        .description('write the current configuration to the file of `vipflow run`; comments stay')
        .action(save),
    )
    .addHelpText('after', '\nTo check a file without a controller: vipflow check FILE')
    .addHelpText('after', examples('vipflow config show', 'vipflow config check vipflow.yaml', 'vipflow config save'));
}

async function show({ json = false, ...options }: ControllerOptions): Promise<void> {
  const controller = controllerOf(options);
  const text = await controller.text('/config', { format: json ? 'json' : undefined });
  output(text.replace(/\n$/, ''));
}

async function check(file: string, { json = false, ...options }: ControllerOptions): Promise<void> {
  const found = await controllerOf(options).send<CheckView>('POST', '/config/check', readText(file, EXIT.config));
  if (json) output(JSON.stringify(found));
  if (!found.valid) throw invalid(file, json ? [] : found.problems);
  if (!json) printChanges(found.changes, 'would be made', 'The file would change nothing');
}

async function apply(file: string, { json = false, ...options }: ControllerOptions): Promise<void> {
  try {
    const applied = await controllerOf(options).send<AppliedView>('PUT', '/config', readText(file, EXIT.config));
    if (json) output(JSON.stringify(applied));
    else printChanges(applied.changes, 'applied', 'Nothing changed');
  } catch (error) {
    if (error instanceof RefusedError && error.problem.status === 422) throw invalid(file, error.problem.problems ?? []);
    throw error;
  }
}

async function save({ json = false, ...options }: ControllerOptions): Promise<void> {
  const { file } = await controllerOf(options).send<StatusView['config']>('POST', '/config/save');
  output(json ? JSON.stringify({ file }) : `saved to ${file}`);
}

function printChanges(changes: readonly string[], what: string, none: string): void {
  if (changes.length === 0) print(`${none}.`);
  for (const change of changes) output(change);
  if (changes.length > 0) print(`${counted(changes.length, 'change')} ${what}`);
}

/** Prints each error on its own line, as `vipflow check` does. */
function invalid(file: string, problems: CheckView['problems']): CliError {
  for (const { path, message, line = 1, column = 1 } of problems)
    process.stderr.write(`${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}\n`);
  return new CliError(EXIT.config, `${file} is invalid; nothing was changed.`);
}
