import { Argument, Command } from 'commander';
import type { ServiceView, SwitchView } from '../../api/shapes.ts';
import { ControllerClient } from '../client/controller.ts';
import { baseOf, DEFAULT_URL, tokenOf } from '../client/options.ts';
import { examples } from '../help.ts';
import { output } from '../screen/terminal.ts';
import { type Node, SHELLS, type Shell } from './scripts.ts';

/** The longest wait for names of a controller, because the user waits at a prompt. */
const NAMES_MS = 200;

/** `tree` gives the whole program, with all its commands. */
export function completionCommand(tree: () => Promise<Command>): Command {
  return new Command('completion')
    .description('print a script that completes commands, options and the names of services and servers')
    .summary('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices([...Object.keys(SHELLS), 'names']))
    .argument('[kind]', 'with names: services, servers or switches')
    .addHelpText(
      'after',
      examples(
        'source <(vipflow completion bash)',
        'vipflow completion zsh > ~/.zfunc/_vipflow',
        'vipflow completion fish > ~/.config/fish/completions/vipflow.fish',
      ),
    )
    .action(async (shell: Shell | 'names', kind: string | undefined) => {
      const lines = shell === 'names' ? await names(kind) : [SHELLS[shell](nodesOf(await tree()))];
      for (const line of lines) output(line);
    });
}

/** A command and every command below it, with the words that can follow. */
function nodesOf(command: Command, at: readonly string[] = []): Node[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).map(one => ({ word: one.name(), about: one.summary() || one.description() }));
  const options = help.visibleOptions(command).map(({ long, description }) => ({ word: long!, about: description }));
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices.map(word => ({ word, about: '' })));
  const named = command.registeredArguments.map(one => one.name());
  const node = {
    ...{ path: at.join(' '), words: [...commands, ...choices], options },
    kinds: named.flatMap(name => KIND_OF[name] ?? []),
    hasFiles: named.some(name => name === 'file' || name === 'input'),
  };
  const below = command.commands.filter(one => one.name() !== 'help');
  return [node, ...below.flatMap(one => nodesOf(one, [...at, one.name()]))];
}

/** What an argument is completed with, by its name. */
const KIND_OF: Readonly<Record<string, string>> = { service: 'services', 'service/server': 'servers', switch: 'switches' };

async function names(kind: string | undefined): Promise<string[]> {
  const { VIPFLOW_URL: url = DEFAULT_URL, VIPFLOW_TOKEN: token } = process.env;
  try {
    const controller = new ControllerClient(baseOf(url), tokenOf(token), NAMES_MS);
    if (kind === 'switches') return (await controller.get<SwitchView[]>('/switches')).map(({ number }) => String(number));
    const services = await controller.get<ServiceView[]>('/services');
    if (kind === 'services') return services.map(({ name }) => name);
    return services.flatMap(({ name, servers }) => servers.map(server => `${name}/${server.name}`));
  } catch {
    return []; // no names is no reason to spoil a prompt
  }
}
