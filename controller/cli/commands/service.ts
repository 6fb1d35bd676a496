import { Command, InvalidArgumentError } from 'commander';
import type { ServiceView, StrategyView } from '../../api/shapes.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { serviceResource } from '../client/resource.ts';
import { screen, wrapped } from '../screen/terminal.ts';

interface StrategyOptions extends ControllerOptions {
  readonly set: Readonly<Record<string, unknown>>;
  readonly json?: boolean;
}

export function serviceCommand(): Command {
  return new Command('service')
    .description('change how a service of a running controller chooses servers')
    .summary('change the strategy of a service')
    .addCommand(strategyCommand())
    .addCommand(shadowCommand())
    .addCommand(strategiesCommand())
    .addHelpText(
      'after',
      '\nExamples:\n  vipflow service strategies\n  vipflow service strategy web least-connections\n  vipflow service shadow web hash',
    );
}

function strategyCommand(): Command {
  return withSettings(forController(new Command('strategy')))
    .description('set the strategy; existing connections keep their server')
    .argument('<service>', 'such as web')
    .argument('<strategy>', 'name of a strategy: see `vipflow service strategies`')
    .addHelpText(
      'after',
      '\nExamples:\n  vipflow service strategy web least-connections\n  vipflow service strategy web hash --set by=client',
    )
    .action(async (service: string, name: string, { set, json = false, ...options }: StrategyOptions) => {
      printService(
        await controllerOf(options).send<ServiceView>('PATCH', serviceResource(service), { strategy: choiceOf(name, set) }),
        json,
      );
    });
}

function shadowCommand(): Command {
  return withSettings(forController(new Command('shadow')))
    .description('run a second strategy in shadow mode; `none` stops it')
    .argument('<service>', 'such as web')
    .argument('<strategy>', 'name of a strategy, or none')
    .action(async (service: string, name: string, { set, json = false, ...options }: StrategyOptions) => {
      const shadow = name === 'none' ? null : choiceOf(name, set);
      printService(await controllerOf(options).send<ServiceView>('PATCH', serviceResource(service), { shadow }), json);
    });
}

function strategiesCommand(): Command {
  return forController(new Command('strategies'), 'print one JSON object per strategy')
    .description('list the strategies')
    .action(async ({ json = false, ...options }: ControllerOptions & { json?: boolean }) => {
      const found = await controllerOf(options).get<StrategyView[]>('/strategies');
      if (json) for (const one of found) process.stdout.write(`${JSON.stringify(one)}\n`);
      else process.stdout.write(found.map(one => `${strategyText(one, found)}\n`).join(''));
    });
}

/** The name of a strategy, what it does, and its settings. */
function strategyText({ name, summary, options }: StrategyView, all: readonly StrategyView[]): string {
  const width = Math.max(...all.map(one => one.name.length)) + 2;
  const settings = Object.keys((options.properties ?? {}) as object);
  const text = settings.length === 0 ? summary : `${summary} (--set ${settings.join(', ')})`;
  return `${screen.colour.bold(name)}${' '.repeat(width - name.length)}${wrapped(text, screen.columns, width)}`;
}

function withSettings(command: Command): Command {
  return command.option('--set <name=value>', 'a setting of the strategy; can be repeated', setting, {});
}

const choiceOf = (name: string, set: StrategyOptions['set']) => (Object.keys(set).length === 0 ? name : { name, ...set });

function printService(service: ServiceView, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(service)}\n`);
    return;
  }
  const { name, strategy, shadow } = service;
  process.stdout.write(`${name}: ${choiceText(strategy)}${shadow === null ? '' : `, shadow ${choiceText(shadow)}`}\n`);
}

function choiceText({ name, options }: ServiceView['strategy']): string {
  const set = Object.entries(options).map(([key, value]) => `${key} ${String(value)}`);
  return set.length === 0 ? name : `${name} (${set.join(', ')})`;
}

/** Adds `seed=7` to the settings: numbers, true and false are values, everything else is text. */
function setting(text: string, before: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const [, name, value] = /^([A-Za-z]\w*)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('it must look like name=value');
  const plain = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value === 'true' || value === 'false' ? value === 'true' : value;
  return { ...before, [name]: plain };
}
