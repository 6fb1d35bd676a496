import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { AppliedView, CheckView, StatusView } from '../../api/shapes.ts';
import { RefusedError } from '../client/controller.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { CliError, EXIT } from '../exit.ts';
import { counted } from '../screen/figures.ts';
import { print } from '../screen/terminal.ts';

interface ConfigOptions extends ControllerOptions {
  readonly json?: boolean;
}

export function configCommand(): Command {
  return new Command('config')
    .description('the configuration of a running controller; `vipflow check` looks at a file alone')
    .summary('show, check, apply and save the configuration')
    .addCommand(
      forController(new Command('show'), 'as JSON, with everything that is there by default')
        .description('print the configuration in force, without its secrets')
        .action(show),
    )
    .addCommand(
      forController(new Command('check'))
        .description('say what is wrong with a file, and what it would change; nothing is changed')
        .argument('<file>', 'such as vipflow.yaml; - is standard input')
        .action(check),
    )
    .addCommand(
      forController(new Command('apply'))
        .description('take a file as the configuration: the difference is applied, living connections stay')
        .argument('<file>', 'such as vipflow.yaml; - is standard input')
        .action(apply),
    )
    .addCommand(
      forController(new Command('save'))
        .description('write the configuration in force to the file that the controller was started with; comments stay')
        .action(save),
    )
    .addHelpText('after', '\nExamples:\n  vipflow config show\n  vipflow config check vipflow.yaml\n  vipflow config save');
}

async function show({ json = false, ...options }: ConfigOptions): Promise<void> {
  const controller = controllerOf(options);
  const text = await controller.text('/config', { format: json ? 'json' : undefined });
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

async function check(file: string, { json = false, ...options }: ConfigOptions): Promise<void> {
  const found = await controllerOf(options).send<CheckView>('POST', '/config/check', textOf(file));
  if (json) process.stdout.write(`${JSON.stringify(found)}\n`);
  if (!found.valid) throw invalid(file, json ? [] : found.problems);
  if (!json) printChanges(found.changes, 'that it would make', 'It would change nothing');
}

async function apply(file: string, { json = false, ...options }: ConfigOptions): Promise<void> {
  try {
    const applied = await controllerOf(options).send<AppliedView>('PUT', '/config', textOf(file));
    if (json) process.stdout.write(`${JSON.stringify(applied)}\n`);
    else printChanges(applied.changes, 'applied', 'Nothing changed');
  } catch (error) {
    if (error instanceof RefusedError && error.problem.status === 422) throw invalid(file, error.problem.problems ?? []);
    throw error;
  }
}

async function save({ json = false, ...options }: ConfigOptions): Promise<void> {
  const { file } = await controllerOf(options).send<StatusView['config']>('POST', '/config/save');
  process.stdout.write(json ? `${JSON.stringify({ file })}\n` : `written to ${file}\n`);
}

function printChanges(changes: readonly string[], what: string, none: string): void {
  if (changes.length === 0) print(`${none}.`);
  for (const change of changes) process.stdout.write(`${change}\n`);
  if (changes.length > 0) print(`${counted(changes.length, 'change')} ${what}`);
}

/** Each mistake on a line of its own, as `vipflow check` has them. */
function invalid(file: string, problems: CheckView['problems']): CliError {
  for (const { path, message, line = 1, column = 1 } of problems)
    process.stderr.write(`${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}\n`);
  return new CliError(EXIT.config, `${file} is not valid, and nothing was changed.`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.config, `${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
