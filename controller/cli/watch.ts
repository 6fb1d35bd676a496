import { Command } from 'commander';
import { WebSocket } from 'ws';
import type { LogEntry } from '../core/events.ts';
import { CliError, EXIT } from './exit.ts';
import { lineOf } from './log-line.ts';
import { self } from './self.ts';
import { stopSignal } from './stop-signal.ts';
import { screen, tell } from './terminal.ts';

/** Pause between two tries to find a controller that went away. */
const AGAIN_MS = 500;
/** Of the WebSocket's close codes: the reader is too slow (see controller/api/log-stream.ts). */
const TOO_SLOW = 1013;

interface WatchOptions {
  url: string;
  events?: boolean;
  json?: boolean;
}

export function watchCommand(): Command {
  return new Command('watch')
    .description('follow the choices of a running controller')
    .option('--url <url>', 'where its log is', 'ws://127.0.0.1:8080')
    .option('--events', 'servers, switches and warnings instead of choices')
    .option('--json', 'one JSON object a line, as it is sent')
    .addHelpText('after', '\nExamples:\n  vipflow watch\n  vipflow watch --json | jq .server.name')
    .action(watch);
}

async function watch({ url, events = false, json = false }: WatchOptions): Promise<void> {
  const address = addressOf(url, events ? 'events' : 'flows');
  let stopped = false;
  let socket: WebSocket | undefined;
  stopSignal().then(() => {
    stopped = true;
    socket?.terminate();
  });
  const print = (text: string) => process.stdout.write(`${json ? text : lineOf(JSON.parse(text) as LogEntry, screen)}\n`);
  const open = () => {
    socket = new WebSocket(address);
    return follow(socket, print, () => tell(`watching ${address}; Ctrl-C ends`));
  };

  const first = await open();
  if (first.error !== undefined && !stopped) throw new CliError(EXIT.error, unreached(address, first.error));
  if (!stopped) tell(gone(first.code));
  while (!stopped) {
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
    if (stopped) break;
    const { error, code } = await open();
    if (error === undefined && !stopped) tell(gone(code));
  }
}

interface End {
  /** Why there was no connection. */
  readonly error?: Error;
  /** Why the connection was closed. */
  readonly code?: number;
}

/** Prints each line of a connection until it ends. */
function follow(socket: WebSocket, print: (text: string) => void, onOpen: () => void): Promise<End> {
  return new Promise(resolve => {
    let isOpen = false;
    socket.on('open', () => {
      isOpen = true;
      onOpen();
    });
    socket.on('message', data => print(String(data)));
    socket.on('error', error => isOpen || resolve({ error }));
    socket.on('close', code => resolve({ code }));
  });
}

function gone(code: number | undefined): string {
  return code === TOO_SLOW
    ? 'the controller closed the log, because too much of it was unread: lines are missing here'
    : 'the controller is gone; waiting until it is back';
}

function unreached(address: string, { message }: Error): string {
  const status = /response: (\d+)/.exec(message)?.[1];
  if (status === '503') return `The log at ${address} has all the readers it takes: end one of them.`;
  if (status !== undefined)
    return `What answers at ${address} is no log of vipflow (HTTP ${status}): name the right one with --url.`;
  return `No log at ${address} (${message}): start a controller with \`${self} run -c vipflow.yaml\`, or name the right one with --url.`;
}

/** The path is ours to say; the scheme may be left out. */
function addressOf(url: string, path: string): string {
  const text = /^\w+:\/\//.test(url) ? url : `ws://${url}`;
  if (!URL.canParse(text) || !/^(?:ws|http)s?:/.test(text)) {
    throw new CliError(EXIT.usage, `--url must look like ws://127.0.0.1:8080, not ${url}.`);
  }
  return `${text.replace(/^http/, 'ws').replace(/\/+(?:(?:flows|events)\/*)?$/, '')}/${path}`;
}
