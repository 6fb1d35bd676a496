import { Command } from 'commander';
import { WebSocket } from 'ws';
import type { ReaderLine } from '../../api/log/shapes.ts';
import type { StatusView } from '../../api/shapes.ts';
import type { LogEntry } from '../../core/events.ts';
import { type ControllerClient, queryText } from '../client/controller.ts';
import { type ControllerOptions, controllerOf, forController } from '../client/options.ts';
import { CliError, EXIT } from '../exit.ts';
import { examples } from '../help.ts';
import { lineOf } from '../screen/log-line.ts';
import { output, print, screen } from '../screen/terminal.ts';
import { self } from '../self.ts';
import { stopSignal } from '../stop-signal.ts';

/** Pause between two attempts to reconnect. */
const AGAIN_MS = 500;
/** Of the WebSocket's close codes: the reader is too slow. */
const TOO_SLOW = 1013;

interface WatchOptions extends ControllerOptions {
  readonly events?: boolean;
  readonly client?: string;
  readonly service?: string;
  readonly server?: string;
  readonly since?: string;
}

export function watchCommand(): Command {
  return forController(new Command('watch'), 'print the log as JSON, one object per line')
    .description('follow the decisions of a running controller; after a disconnect, continue where the log stopped')
    .summary('follow the decisions of the controller')
    .option('--events', 'follow servers, switches, alerts and warnings instead')
    .option('--client <ip[:port]>', 'only of this client')
    .option('--service <name>', 'only of this service')
    .option('--server <name>', 'only on this server')
    .option('--since <seq>', 'start after this line number; 0: start with all lines that the controller keeps')
    .addHelpText(
      'after',
      examples(
        'vipflow watch --client 10.0.0.4',
        'vipflow watch --json | jq .server.name',
        'vipflow watch --json --since 0 > flows.ndjson',
      ),
    )
    .action(watch);
}

async function watch(options: WatchOptions): Promise<void> {
  const log = new LogReader(options);
  stopSignal().then(() => log.stop());
  for (let isFirst = true; !log.isStopped; isFirst = false) {
    const end = await log.follow();
    if (log.isStopped) return;
    if (typeof end === 'number') print(gone(end));
    else if (isFirst) throw unreached(log.address, end);
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
  }
}

/** Reads one log over as many connections as it takes. */
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

  /** Prints the lines of one connection; resolves when it ends with its close code, or why there was none. */
  follow(): Promise<number | Error> {
    const { client, service, server } = this.#options;
    const query = queryText({ since: this.#since, run: this.#run, client, service, server });
    const socket = new WebSocket(`${this.address}${query}`, { headers: this.#controller.headers });
    this.#socket = socket;
    return new Promise(resolve => {
      let isOpen = false;
      socket.on('open', () => {
        isOpen = true;
        print(`watching ${this.address}; Ctrl-C stops`);
        this.#learnRun();
      });
      socket.on('message', data => this.#print(String(data)));
      socket.on('error', error => isOpen || resolve(error));
      socket.on('close', resolve);
    });
  }

  #print(text: string): void {
    const entry = JSON.parse(text) as LogEntry | ReaderLine;
    if ('seq' in entry) this.#since = String(entry.seq);
    else if (entry.type === 'restart') this.#run = entry.run;
    if (this.#options.json) output(text);
    else if ('seq' in entry) output(lineOf(entry, screen));
    else print(aboutLog(entry));
  }

  /** Line numbers restart with each run of a controller, so the run is remembered with them. */
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
      return `skipped ${line.count} lines: this reader was too slow`;
    case 'gap':
      return `lines ${line.from} to ${line.to} are missing: the controller no longer keeps them`;
    case 'restart':
      return 'the controller restarted';
  }
}

function gone(code: number): string {
  return code === TOO_SLOW
    ? 'the controller closed the log because this reader was too slow: lines are missing here'
    : 'the controller disconnected; waiting until it is back';
}

function unreached(address: string, { message }: Error): CliError {
  const status = /response: (\d+)/.exec(message)?.[1];
  const token = `The log at ${address} requires a token: pass one of api.tokens with --token or VIPFLOW_TOKEN.`;
  const url = 'set --url to the address of the controller.';
  switch (status) {
    case undefined:
      return new CliError(
        EXIT.prerequisite,
        `No log answers at ${address} (${message}): start a controller with \`${self} run -c vipflow.yaml\`, or set --url to its address.`,
      );
    case '401':
    case '403':
      return new CliError(EXIT.prerequisite, token);
    case '503':
      return new CliError(EXIT.error, `The log at ${address} has reached its limit of readers: stop one of them.`);
    default:
      return new CliError(EXIT.error, `The server at ${address} is not a vipflow log (HTTP ${status}): ${url}`);
  }
}
