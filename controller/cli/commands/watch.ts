import { Command } from 'commander';
import { WebSocket } from 'ws';
import type { ReaderLine, StatusView } from '../../api/shapes.ts';
import type { LogEntry } from '../../core/events.ts';
import { queryText } from '../client/controller.ts';
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
  const log = logReader(options);
  stopSignal().then(log.stop);
  for (let isFirst = true; !log.isStopped; isFirst = false) {
    const end = await log.follow();
    if (log.isStopped) return;
    if (typeof end === 'number') print(gone(end));
    else if (isFirst) throw unreached(log.address, end);
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
  }
}

/** Reads one log over as many connections as it takes. */
function logReader({ events, json, client, service, server, ...options }: WatchOptions) {
  const controller = controllerOf(options);
  const address = `${controller.base.replace(/^http/, 'ws')}/${events ? 'events' : 'flows'}`;
  let socket: WebSocket | undefined;
  let isStopped = false;
  /** The last line that was seen. */
  let { since } = options;
  let run: string | undefined;
  const take = (text: string) => {
    const entry = JSON.parse(text) as LogEntry | ReaderLine;
    if ('seq' in entry) since = String(entry.seq);
    else if (entry.type === 'restart') run = entry.run;
    if (json) output(text);
    else if ('seq' in entry) output(lineOf(entry, screen));
    else print(aboutLog(entry));
  };
  /** Line numbers restart with each run of a controller, so the run is remembered with them. */
  const learnRun = () =>
    controller.get<StatusView>('/status').then(
      ({ startedAt }) => {
        run = startedAt;
      },
      () => {}, // an older controller: a number that is too large shows a new run, too
    );
  return {
    address,
    get isStopped() {
      return isStopped;
    },
    stop(): void {
      isStopped = true;
      socket?.terminate();
    },
    /** Prints the lines of one connection; resolves when it ends with its close code, or why there was none. */
    follow(): Promise<number | Error> {
      const query = queryText({ since, run, client, service, server });
      const opened = new WebSocket(`${address}${query}`, { headers: controller.headers });
      socket = opened;
      return new Promise(resolve => {
        let isOpen = false;
        opened.on('open', () => {
          isOpen = true;
          print(`watching ${address}; Ctrl-C stops`);
          learnRun();
        });
        opened.on('message', data => take(String(data)));
        opened.on('error', error => isOpen || resolve(error));
        opened.on('close', resolve);
      });
    },
  };
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
  if (status === undefined)
    return new CliError(
      EXIT.prerequisite,
      `No log answers at ${address} (${message}): start a controller with \`${self} run -c vipflow.yaml\`, or set --url to its address.`,
    );
  if (status === '401' || status === '403')
    return new CliError(
      EXIT.prerequisite,
      `The log at ${address} requires a token: pass one of api.tokens with --token or VIPFLOW_TOKEN.`,
    );
  if (status === '503')
    return new CliError(EXIT.error, `The log at ${address} has reached its limit of readers: stop one of them.`);
  return new CliError(
    EXIT.error,
    `The server at ${address} is not a vipflow log (HTTP ${status}): set --url to the address of the controller.`,
  );
}
