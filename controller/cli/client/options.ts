import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { CliError, EXIT } from '../exit.ts';
import { ControllerClient } from './controller.ts';

/** Where `vipflow run` and `vipflow lab up` serve by default. */
export const DEFAULT_URL = 'http://127.0.0.1:8080';

/** What every command that asks a running controller takes. */
export interface ControllerOptions {
  readonly url: string;
  readonly token?: string;
}

/** A command with the options that say which controller it asks, and `--json`. */
export function forController(command: Command, json = 'print JSON'): Command {
  return askingController(command).option('--json', json);
}

/** A command with the options that say which controller it asks. */
export function askingController(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'the controller').default(DEFAULT_URL).env('VIPFLOW_URL'))
    .addOption(new Option('--token <token>', 'what lets you in; @FILE reads it from a file').env('VIPFLOW_TOKEN'));
}

/** The controller that the options name. Throws `CliError` for what is no address, or a token that cannot be read. */
export function controllerOf({ url, token }: ControllerOptions): ControllerClient {
  return new ControllerClient(baseOf(url), tokenOf(token));
}

/** `http://HOST:PORT` of what was written: the scheme may be left out, and a path that is the API's or the log's may be there. */
export function baseOf(url: string): string {
  const text = /^\w+:\/\//.test(url) ? url : `http://${url}`;
  if (!URL.canParse(text) || !/^(?:ws|http)s?:/.test(text))
    throw new CliError(EXIT.usage, `--url must look like ${DEFAULT_URL}, not ${url}.`);
  return text.replace(/^ws/, 'http').replace(/\/+(?:(?:flows|events|api\/v1)\/*)?$/, '');
}

/** The token itself, or what the file says that `@FILE` names. */
export function tokenOf(text: string | undefined): string | undefined {
  if (text === undefined || !text.startsWith('@')) return text || undefined;
  const file = text.slice(1);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(EXIT.usage, `The token cannot be read from ${file} (${code}): name a file that this user may read.`);
  }
}
