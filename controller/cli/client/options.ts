import { type Command, Option } from 'commander';
import { CliError, EXIT } from '../exit.ts';
import { readText } from '../files/text.ts';
import { ControllerClient } from './controller.ts';

/** Where `vipflow run` and `vipflow lab up` serve by default. */
export const DEFAULT_URL = 'http://127.0.0.1:8080';

/** The options of every command that asks a running controller. */
export interface ControllerOptions {
  readonly url: string;
  readonly token?: string;
  /** Where the command has it. */
  readonly json?: boolean;
}

/** A command with the options that say which controller it asks, and `--json`. */
export function forController(command: Command, json = 'print JSON'): Command {
  return askingController(command).option('--json', json);
}

/** A command with the options that say which controller it asks. */
export function askingController(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'URL of the controller').default(DEFAULT_URL).env('VIPFLOW_URL'))
    .addOption(new Option('--token <token>', 'API token; @FILE reads it from a file').env('VIPFLOW_TOKEN'));
}

/** A client of the controller that the options name. Throws `CliError` for an invalid URL or an unreadable token file. */
export function controllerOf({ url, token }: ControllerOptions): ControllerClient {
  return new ControllerClient(baseOf(url), tokenOf(token));
}

/** `http://HOST:PORT` of a URL. The scheme can be omitted; a path of the API or the log is removed. Throws `CliError`. */
export function baseOf(url: string): string {
  const text = /^\w+:\/\//.test(url) ? url : `http://${url}`;
  if (!URL.canParse(text) || !/^(?:ws|http)s?:/.test(text))
    throw new CliError(EXIT.usage, `Invalid value "${url}" for --url: it must look like ${DEFAULT_URL}.`);
  return text.replace(/^ws/, 'http').replace(/\/+(?:(?:flows|events|api\/v1)\/*)?$/, '');
}

/** The token itself, or the content of the file that `@FILE` names. Throws `CliError` when it cannot be read. */
export function tokenOf(text: string | undefined): string | undefined {
  if (text === undefined || !text.startsWith('@')) return text || undefined;
  return readText(text.slice(1), EXIT.usage).trim();
}
