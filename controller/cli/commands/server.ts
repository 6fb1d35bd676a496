import { Command, InvalidArgumentError, Option } from 'commander';
import type { ServerView } from '../../api/shapes.ts';
import { MAX_WEIGHT, type ServerState } from '../../core/config/server.ts';
import { parseDuration } from '../../core/duration.ts';
import { parseEndpoint, wholeNumber } from '../argument.ts';
import { remainingText, waitUntilDrained } from '../client/drain.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { serverPath, serviceResource } from '../client/resource.ts';
import { CliError, EXIT } from '../exit.ts';
import { serverState } from '../screen/server-words.ts';

interface ServerOptions extends ControllerOptions {
  readonly json?: boolean;
}

interface WaitOptions extends ServerOptions {
  readonly wait?: boolean;
  readonly deadline?: number;
}

interface AddOptions extends ServerOptions {
  readonly weight?: number;
  readonly state?: ServerState;
}

const PATH = 'such as web/server2';
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
      '\nExamples:\n  vipflow server drain web/server2 --wait --deadline 60s\n  vipflow server ready web/server2\n  vipflow server weight web/server2 5',
    );
}

function stateCommand(state: ServerState, description: string): Command {
  return forController(new Command(state))
    .description(description)
    .argument('<service/server>', PATH)
    .action((path: string, options: ServerOptions) => setState(path, state, options));
}

function draining(state: ServerState, description: string): Command {
  return stateCommand(state, description)
    .option('--wait', 'wait until the server has no connections left')
    .addOption(new Option('--deadline <time>', 'stop waiting after this time, with exit code 5 (default: 60s)').argParser(time))
    .addHelpText('after', `\nExample:\n  vipflow server ${state} web/server2 --wait --deadline 60s`);
}

async function setState(
  path: string,
  state: ServerState,
  { wait = false, deadline, json = false, ...options }: WaitOptions,
): Promise<void> {
  if (deadline !== undefined && !wait) throw new CliError(EXIT.usage, 'The option --deadline requires --wait.');
  const { resource } = serverPath(path);
  const controller = controllerOf(options);
  const server = await controller.send<ServerView>('PATCH', resource, { state });
  if (wait) await waitUntilDrained(controller, { name: path, resource, deadlineMs: deadline ?? DEFAULT_DEADLINE_MS, json });
  else printServer(path, server, json);
}

function weightCommand(): Command {
  return forController(new Command('weight'))
    .description('change the weight of a server, for strategies that use weights')
    .argument('<service/server>', PATH)
    .argument('<weight>', '1 to 1000', weight)
    .action(async (path: string, value: number, { json = false, ...options }: ServerOptions) => {
      printServer(
        path,
        await controllerOf(options).send<ServerView>('PATCH', serverPath(path).resource, { weight: value }),
        json,
      );
    });
}

function addCommand(): Command {
  return forController(new Command('add'))
    .description('add a server to a service')
    .argument('<service/server>', PATH)
    .argument('<address>', 'such as 10.0.0.9 or 10.0.0.9:8000 (default: the port of the service)', address)
    .addOption(new Option('--weight <n>', '1 to 1000 (default: 1)').argParser(weight))
    .addOption(
      new Option('--state <state>', 'administrative state (default: ready)').choices([
        'ready',
        'drain',
        'maintenance',
        'standby',
      ]),
    )
    .addHelpText('after', '\nExample:\n  vipflow server add web/server4 10.0.0.9:8000 --weight 2')
    .action(
      async (
        path: string,
        where: { ip: string; port?: number },
        { json = false, weight: heavy, state, ...options }: AddOptions,
      ) => {
        const { service, server: name } = serverPath(path);
        const body = { name, ...where, ...(heavy !== undefined && { weight: heavy }), ...(state && { state }) };
        printServer(
          path,
          await controllerOf(options).send<ServerView>('POST', `${serviceResource(service)}/servers`, body),
          json,
        );
      },
    );
}

function removeCommand(): Command {
  return forController(new Command('remove'))
    .description('remove a server from a service; its connections end by themselves')
    .argument('<service/server>', PATH)
    .action(async (path: string, { json = false, ...options }: ServerOptions) => {
      await controllerOf(options).send('DELETE', serverPath(path).resource);
      process.stdout.write(json ? `${JSON.stringify({ server: path, removed: true })}\n` : `${path} is removed\n`);
    });
}

/** Prints how a server is now: a line for people, or JSON. */
function printServer(path: string, server: ServerView, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(server)}\n`);
  else process.stdout.write(`${path}: ${serverState(server)}, weight ${server.weight}, ${remainingText(server)}\n`);
}

const weight = wholeNumber(1, MAX_WEIGHT);

function time(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('it must be a duration such as 60s, 5m or 500ms');
  return ms;
}

function address(text: string): { ip: string; port?: number } {
  const found = parseEndpoint(text);
  if (found === undefined) throw new InvalidArgumentError('it must look like 10.0.0.9 or 10.0.0.9:8000');
  return found;
}
