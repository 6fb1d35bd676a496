import { Command } from 'commander';
import { WebSocket } from 'ws';
import type { StatusView } from '../../api/shapes.ts';
import type { LogEntry } from '../../core/events.ts';
import type { ControllerClient } from '../client/controller.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { CliError, EXIT } from '../exit.ts';
import { lineOf } from '../screen/log-line.ts';
import { print, screen } from '../screen/terminal.ts';
import { self } from '../self.ts';
import { stopSignal } from '../stop-signal.ts';

/** Pause between two tries to find a controller that went away. */
const AGAIN_MS = 500;
/** Of the WebSocket's close codes: the reader is too slow. */
const TOO_SLOW = 1013;

interface WatchOptions extends ControllerOptions {
  readonly events?: boolean;
  readonly json?: boolean;
  readonly client?: string;
  readonly service?: string;
  readonly server?: string;
  readonly since?: string;
}

/** Lines about the log itself: they carry no number of their own. */
type ReaderLine =
  | { readonly type: 'skipped'; readonly count: number }
  | { readonly type: 'gap'; readonly from: number; readonly to: number }
  | { readonly type: 'restart'; readonly run: string };

export function watchCommand(): Command {
  return forController(new Command('watch'), 'one JSON object a line, as it is sent')
    .description('follow the choices of a running controller; goes on where it was when the controller was away')
    .summary('follow the choices of a controller')
    .option('--events', 'servers, switches, alerts and warnings instead of choices')
    .option('--client <ip[:port]>', 'of this client alone')
    .option('--service <name>', 'of this service alone')
    .option('--server <name>', 'on this server alone')
    .option('--since <seq>', 'begin behind this line, as far as it is remembered; 0: with all that is')
    .addHelpText(
      'after',
      '\nExamples:\n  vipflow watch --client 10.0.0.4\n  vipflow watch --json | jq .server.name\n  vipflow watch --json --since 0 > flows.ndjson',
    )
    .action(watch);
}

async function watch(options: WatchOptions): Promise<void> {
  const log = new LogReader(options);
  stopSignal().then(() => log.stop());
  const first = await log.follow();
  if (first.error !== undefined && !log.isStopped) throw unreached(log.address, first.error);
  if (!log.isStopped) print(gone(first.code));
  while (!log.isStopped) {
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
    if (log.isStopped) break;
    const { error, code } = await log.follow();
    if (error === undefined && !log.isStopped) print(gone(code));
  }
}

interface End {
  /** Why there was no connection. */
  readonly error?: Error;
  /** Why the connection was closed. */
  readonly code?: number;
}

/** One log, over as many connections as it takes. */
class LogReader {
  readonly address: string;
  isStopped = false;
  readonly #controller: ControllerClient;
  readonly #options: WatchOptions;
  #socket: WebSocket | undefined;
  /** The last line that was seen. */
  #since: string | undefined;
  #run: string | undefined;

  constructor(options: WatchOptions) {
    this.#controller = controllerOf(options);
    this.#options = options;
    this.#since = options.since;
    this.address = `${this.#controller.base.replace(/^http/, 'ws')}/${options.events ? 'events' : 'flows'}`;
  }

  stop(): void {
    this.isStopped = true;
    this.#socket?.terminate();
  }

  /** Prints each line of a connection until it ends. */
  follow(): Promise<End> {
    const { client, service, server } = this.#options;
    const query = Object.entries({ since: this.#since, run: this.#run, client, service, server });
    const given = query.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as [string, string]]));
    const socket = new WebSocket(given.length === 0 ? this.address : `${this.address}?${new URLSearchParams(given)}`, {
      headers: this.#controller.headers,
    });
    this.#socket = socket;
    return new Promise(resolve => {
      let isOpen = false;
      socket.on('open', () => {
        isOpen = true;
        print(`watching ${this.address}; Ctrl-C ends`);
        this.#learnRun();
      });
      socket.on('message', data => this.#print(String(data)));
      socket.on('error', error => isOpen || resolve({ error }));
      socket.on('close', code => resolve({ code }));
    });
  }

  #print(text: string): void {
    const entry = JSON.parse(text) as LogEntry | ReaderLine;
    if ('seq' in entry) this.#since = String(entry.seq);
    else if (entry.type === 'restart') this.#run = entry.run;
    if (this.#options.json) process.stdout.write(`${text}\n`);
    else if ('seq' in entry) process.stdout.write(`${lineOf(entry, screen)}\n`);
    else print(aboutLog(entry));
  }

  /** Numbers count anew in each run of a controller. */
  #learnRun(): void {
    this.#controller.get<StatusView>('/status').then(
      ({ startedAt }) => {
        this.#run = startedAt;
      },
      () => {}, // an older controller: a number that is too large shows a new run, too
    );
  }
}

function aboutLog(line: ReaderLine): string {
  switch (line.type) {
    case 'skipped':
      return `${line.count} lines were left out: they came faster than they were read`;
    case 'gap':
      return `lines ${line.from} to ${line.to} are no longer remembered`;
    case 'restart':
      return 'the controller was started anew';
  }
}

function gone(code: number | undefined): string {
  return code === TOO_SLOW
    ? 'the controller closed the log, because too much of it was unread: lines are missing here'
    : 'the controller is gone; waiting until it is back';
}

function unreached(address: string, { message }: Error): CliError {
  const status = /response: (\d+)/.exec(message)?.[1];
  if (status === '503') return new CliError(EXIT.error, `The log at ${address} has all the readers it takes: end one of them.`);
  if (status === '401' || status === '403')
    return new CliError(
      EXIT.prerequisite,
      `The log at ${address} wants a token: give one of api.tokens with --token or VIPFLOW_TOKEN.`,
    );
  if (status !== undefined)
    return new CliError(
      EXIT.error,
      `What answers at ${address} is no log of vipflow (HTTP ${status}): name the right one with --url.`,
    );
  return new CliError(
    EXIT.prerequisite,
    `No log at ${address} (${message}): start a controller with \`${self} run -c vipflow.yaml\`, or name the right one with --url.`,
  );
}
