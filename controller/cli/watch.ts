import { Command } from 'commander';
import { WebSocket } from 'ws';
import type { LogEntry } from '../core/events.ts';
import { CliError, EXIT } from './exit.ts';
import { lineOf, palette } from './terminal.ts';

interface WatchOptions {
  url: string;
  events: boolean;
  json: boolean;
}

export function watchCommand(): Command {
  return new Command('watch')
    .description('follow the choices of a running controller')
    .option('--url <url>', 'where its log is', 'ws://127.0.0.1:8080')
    .option('--events', 'servers, switches and warnings instead of choices', false)
    .option('--json', 'one JSON object a line, as it is sent', false)
    .addHelpText('after', '\nExamples:\n  vipflow watch\n  vipflow watch --json | jq .server.name')
    .action(watch);
}

async function watch({ url, events, json }: WatchOptions): Promise<void> {
  const address = `${url.replace(/\/+$/, '')}/${events ? 'events' : 'flows'}`;
  const colour = palette();
  const socket = openSocket(address);
  process.stdout.on('error', () => socket.close()); // the reader of our pipe is gone
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => process.stderr.write(`watching ${address}, Ctrl-C ends\n`));
    socket.on('message', data => {
      const text = String(data);
      process.stdout.write(`${json ? text : lineOf(JSON.parse(text) as LogEntry, colour)}\n`);
    });
    socket.on('error', error =>
      reject(
        new CliError(
          EXIT.error,
          `No log at ${address} (${error.message}): is a controller running? Start one with \`vipflow run -c vipflow.yaml\`.`,
        ),
      ),
    );
    socket.on('close', () => resolve());
    process.once('SIGINT', () => socket.close());
  });
}

function openSocket(address: string): WebSocket {
  try {
    return new WebSocket(address);
  } catch {
    throw new CliError(EXIT.usage, `--url must look like ws://127.0.0.1:8080, not ${address}.`);
  }
}
