import { Command, InvalidArgumentError } from 'commander';
import type { ServiceView, StrategyView } from '../../api/shapes.ts';
import { settingValue } from '../../study/named-strategy.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { serviceResource } from '../client/resource.ts';
import { examples } from '../help.ts';
import { output, screen, wrapped } from '../screen/terminal.ts';

type Settings = Readonly<Record<string, unknown>>;

interface StrategyOptions extends ControllerOptions {
  readonly set: Settings;
}

export function serviceCommand(): Command {
  return new Command('service')
    .description('change how a service of a running controller chooses servers')
    .summary('change the strategy of a service')
    .addCommand(
      choosing('strategy', 'name of a strategy: see `vipflow service strategies`')
        .description('set the strategy; existing connections keep their server')
        .addHelpText(
          'after',
          examples('vipflow service strategy web least-connections', 'vipflow service strategy web hash --set by=client'),
        ),
    )
    .addCommand(
      choosing('shadow', 'name of a strategy, or none').description('run a second strategy in shadow mode; `none` stops it'),
    )
    .addCommand(
      forController(new Command('strategies'), 'print one JSON object per strategy')
        .description('list the strategies')
        .action(listStrategies),
    )
    .addHelpText(
      'after',
      examples('vipflow service strategies', 'vipflow service strategy web least-connections', 'vipflow service shadow web hash'),
    );
}

/** A command that sets the strategy or the shadow strategy of a service. */
function choosing(what: 'strategy' | 'shadow', about: string): Command {
  return forController(new Command(what))
    .option('--set <name=value>', 'a setting of the strategy; can be repeated', setting, {})
    .argument('<service>', 'such as web')
    .argument('<strategy>', about)
    .action(async (service: string, name: string, { set, json = false, ...options }: StrategyOptions) => {
      const choice = Object.keys(set).length === 0 ? name : { name, ...set };
      const change = { [what]: what === 'shadow' && name === 'none' ? null : choice };
      const changed = await controllerOf(options).send<ServiceView>('PATCH', serviceResource(service), change);
      output(json ? JSON.stringify(changed) : serviceText(changed));
    });
}

async function listStrategies(options: ControllerOptions): Promise<void> {
  const found = await controllerOf(options).get<StrategyView[]>('/strategies');
  const width = Math.max(...found.map(({ name }) => name.length)) + 2;
  for (const one of found) output(options.json ? JSON.stringify(one) : strategyText(one, width));
}

/** The name of a strategy, what it does, and its settings. */
function strategyText({ name, summary, options }: StrategyView, width: number): string {
  const settings = Object.keys((options.properties ?? {}) as object);
  const text = settings.length === 0 ? summary : `${summary} (--set ${settings.join(', ')})`;
  return `${screen.colour.bold(name)}${' '.repeat(width - name.length)}${wrapped(text, screen.columns, width)}`;
}

function serviceText({ name, strategy, shadow }: ServiceView): string {
  return `${name}: ${choiceText(strategy)}${shadow === null ? '' : `, shadow ${choiceText(shadow)}`}`;
}

function choiceText({ name, options }: ServiceView['strategy']): string {
  const set = Object.entries(options).map(([key, value]) => `${key} ${String(value)}`);
  return set.length === 0 ? name : `${name} (${set.join(', ')})`;
}

/** Adds `seed=7` to the settings. */
function setting(text: string, before: Settings): Settings {
  const [, name, value] = /^([A-Za-z]\w*)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('it must look like name=value');
  return { ...before, [name]: settingValue(value) };
}
