import { Command, InvalidArgumentError, Option } from 'commander';
import type { ServerView } from '../../api/shapes.ts';
import { MAX_WEIGHT, SERVER_STATES, type ServerState } from '../../core/config/server.ts';
import { parseDuration } from '../../core/duration.ts';
import { parseEndpoint, wholeNumber } from '../argument.ts';
import { remainingText, waitUntilDrained } from '../client/drain.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { serverPath, serviceResource } from '../client/resource.ts';
import { CliError, EXIT } from '../exit.ts';
import { examples } from '../help.ts';
import { serverState } from '../screen/server-words.ts';
import { output } from '../screen/terminal.ts';

interface WaitOptions extends ControllerOptions {
  readonly wait?: boolean;
  readonly deadline?: number;
}

interface AddOptions extends ControllerOptions {
  readonly weight?: number;
  readonly state?: ServerState;
}

const DEFAULT_DEADLINE_MS = 60_000;

export function serverCommand(): Command {
  return new Command('server')
    .description('change the state and the weight of servers of a running controller; add and remove servers')
    .summary('change the state and weight of servers; add and remove them')
    .addCommand(draining('drain', 'send no new connections to a server; it keeps those it has'))
    .addCommand(stateCommand('ready', 'send new connections to a server'))
    .addCommand(draining('maintenance', 'take a server out of use at once and end its connections'))
    .addCommand(stateCommand('standby', 'make a server a spare'))
    .addCommand(weightCommand())
    .addCommand(addCommand())
    .addCommand(removeCommand())
    .addHelpText(
      'after',
      examples(
        'vipflow server drain web/server2 --wait --deadline 60s',
        'vipflow server ready web/server2',
        'vipflow server weight web/server2 5',
      ),
    );
}

/** A command about the server that its first argument names. */
function ofServer(name: string, description: string): Command {
  return forController(new Command(name)).description(description).argument('<service/server>', 'such as web/server2');
}

function stateCommand(state: ServerState, description: string): Command {
  return ofServer(state, description).action((path: string, options: WaitOptions) => setState(path, state, options));
}

function draining(state: ServerState, description: string): Command {
  return stateCommand(state, description)
    .option('--wait', 'wait until the server has no connections left')
    .option('--deadline <time>', 'stop waiting after this time, with exit code 5 (default: 60s)', time)
    .addHelpText('after', examples(`vipflow server ${state} web/server2 --wait --deadline 60s`));
}

async function setState(path: string, state: ServerState, options: WaitOptions): Promise<void> {
  const { wait = false, deadline, json = false } = options;
  if (deadline !== undefined && !wait) throw new CliError(EXIT.usage, 'The option --deadline requires --wait.');
  const controller = controllerOf(options);
  const server = await controller.send<ServerView>('PATCH', serverPath(path).resource, { state });
  if (wait) await waitUntilDrained(controller, path, { deadlineMs: deadline ?? DEFAULT_DEADLINE_MS, json });
  else printServer(path, server, options);
}

function weightCommand(): Command {
  return ofServer('weight', 'change the weight of a server, for strategies that use weights')
    .argument('<weight>', '1 to 1000', wholeNumber(1, MAX_WEIGHT))
    .action(async (path: string, weight: number, options: ControllerOptions) => {
      const server = await controllerOf(options).send<ServerView>('PATCH', serverPath(path).resource, { weight });
      printServer(path, server, options);
    });
}

function addCommand(): Command {
  return ofServer('add', 'add a server to a service')
    .argument('<address>', 'such as 10.0.0.9 or 10.0.0.9:8000 (default: the port of the service)', address)
    .option('--weight <n>', '1 to 1000 (default: 1)', wholeNumber(1, MAX_WEIGHT))
    .addOption(new Option('--state <state>', 'administrative state (default: ready)').choices(SERVER_STATES))
    .addHelpText('after', examples('vipflow server add web/server4 10.0.0.9:8000 --weight 2'))
    .action(async (path: string, where: ReturnType<typeof address>, options: AddOptions) => {
      const { service, server: name } = serverPath(path);
      const { weight, state } = options;
      const body = { name, ...where, weight, state }; // what is undefined is not sent
      const server = await controllerOf(options).send<ServerView>('POST', `${serviceResource(service)}/servers`, body);
      printServer(path, server, options);
    });
}

function removeCommand(): Command {
  return ofServer('remove', 'remove a server from a service; its connections end by themselves').action(
    async (path: string, options: ControllerOptions) => {
      await controllerOf(options).send('DELETE', serverPath(path).resource);
      output(options.json ? JSON.stringify({ server: path, removed: true }) : `${path} is removed`);
    },
  );
}

/** Prints how a server is now: a line for people, or JSON. */
function printServer(path: string, server: ServerView, { json }: ControllerOptions): void {
  output(json ? JSON.stringify(server) : `${path}: ${serverState(server)}, weight ${server.weight}, ${remainingText(server)}`);
}

function time(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('it must be a duration such as 60s, 5m or 500ms');
  return ms;
}

function address(text: string) {
  const found = parseEndpoint(text);
  if (found === undefined) throw new InvalidArgumentError('it must look like 10.0.0.9 or 10.0.0.9:8000');
  return found;
}
