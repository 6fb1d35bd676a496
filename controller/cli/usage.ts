import type { Command } from 'commander';
import { sentence } from './argument.ts';
import { print } from './screen/terminal.ts';

/** Gives a command and all below it our help and our error messages instead of commander's. */
export function explainUsage(command: Command, above = ''): void {
  const path = `${above}${command.name()}`;
  command.exitOverride();
  command.helpOption('-h, --help', 'print this help');
  if (above !== '' && command.commands.length > 0) command.helpCommand('help [command]', 'print the help of a command');
  command.configureHelp({ subcommandTerm });
  command.configureOutput({ outputError: text => print(`vipflow: ${usageSentence(text, path)}`) });
  for (const below of command.commands) explainUsage(below, `${path} `);
}

/** A command in the list of the command above it; `[options]` is left out, because every command has some. */
function subcommandTerm(command: Command): string {
  const needed = command.registeredArguments.map(one => (one.required ? `<${one.name()}>` : `[${one.name()}]`));
  return [command.name(), ...needed].join(' ');
}

/** Commander's messages and ours: `unknown type "x"`, `invalid value "x" for --option: it must be ...`. */
const MESSAGES: readonly (readonly [commander: RegExp, ours: string])[] = [
  [/^unknown (command|option) '(.*)'/s, 'unknown $1 "$2"'],
  [/^missing required argument '(.*)'/s, 'missing argument <$1>'],
  [/^required option '(.*)' not specified/s, 'missing option $1'],
  [/^option '(.*)' argument missing/s, 'missing value of option $1'],
  [/^option '(.*?)' (?:argument|value) '(.*)'(?: from env '(?:\w+)')? is invalid\. /s, 'invalid value "$2" for $1: '],
  [/^command-argument value '(.*)' is invalid for argument '(.*?)'\. /s, 'invalid value "$1" for <$2>: '],
  [/^too many arguments.* Expected (\d+) arguments? but got (\d+)/s, 'too many arguments: expected $1, got $2'],
  [/Allowed choices are (.*)/s, 'it must be one of $1'],
];

/** `error: unknown command 'rnu'\n(Did you mean run?)` and the like as sentences that name the page of help. */
export function usageSentence(text: string, path: string): string {
  const [, found = text, near] = /^(?:error: )?(.*?)\.?(?:\n\(Did you mean (?:one of )?(.*)\?\))?\s*$/s.exec(text) ?? [];
  const what = MESSAGES.reduce((message, [commander, ours]) => message.replace(commander, ours), found);
  return `${sentence(`${what}${near === undefined ? '' : `; ${nearText(near.split(', '))}`}`)} See \`${path} --help\`.`;
}

function nearText(names: readonly string[]): string {
  const quoted = names.map(name => `"${name}"`).join(', ');
  return names.length === 1 ? `the closest match is ${quoted}` : `the closest matches are ${quoted}`;
}
