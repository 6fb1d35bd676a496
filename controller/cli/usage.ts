import type { Command } from 'commander';
import { print } from './screen/terminal.ts';

/** Makes one sentence of what commander finds wrong with a command line, for a command and all below it. */
export function explainUsage(command: Command, above = ''): void {
  const path = `${above}${command.name()}`;
  command.exitOverride();
  command.configureHelp({ subcommandTerm });
  command.configureOutput({ outputError: text => print(`vipflow: ${usageSentence(text, path)}`) });
  for (const below of command.commands) explainUsage(below, `${path} `);
}

/** A command in the list of those above it: that it has options goes without saying. */
function subcommandTerm(command: Command): string {
  const needed = command.registeredArguments.map(one => (one.required ? `<${one.name()}>` : `[${one.name()}]`));
  return [command.name(), ...needed].join(' ');
}

/** `error: unknown command 'rnu'\n(Did you mean run?)` and the like, as a sentence that says where to look. */
export function usageSentence(text: string, path: string): string {
  const [, found = text, near] = /^(?:error: )?(.*?)\.?(?:\n\(Did you mean (?:one of )?(.*)\?\))?\s*$/s.exec(text) ?? [];
  const what = found.replace('is invalid. It', 'is wrong: it');
  return near === undefined ? `${what}; see \`${path} --help\`.` : `${what}; did you mean ${near}? See \`${path} --help\`.`;
}
