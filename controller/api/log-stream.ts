import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { FLOW_ENTRIES, type LogEntry } from '../core/events.ts';

/** Readers at once; the next one is refused with 503. */
export const MAX_READERS = 256;
/** Bytes that may wait for one slow reader; beyond that it is closed (1013, try again later) and slows nobody. */
export const MAX_UNREAD_BYTES = 1 << 20;
/** Readers say nothing; a frame larger than this closes the connection. */
const MAX_INCOMING_BYTES = 1024;

const PATHS: Record<string, (entry: LogEntry) => boolean> = {
  '/flows': entry => isFlowEntry(entry),
  '/events': entry => !isFlowEntry(entry),
};

/** The log as WebSocket text frames, one JSON object each: `/flows` decisions and ends, `/events` everything else. */
export class LogStream {
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_INCOMING_BYTES });
  readonly #readers = new Map<WebSocket, (entry: LogEntry) => boolean>();

  attach(server: HttpServer): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  publish(entry: LogEntry): void {
    if (this.#readers.size === 0) return;
    const line = JSON.stringify(entry);
    for (const [reader, wants] of this.#readers) {
      if (!wants(entry) || reader.readyState !== WebSocket.OPEN) continue;
      if (reader.bufferedAmount > MAX_UNREAD_BYTES) reader.close(1013, 'too slow');
      else reader.send(line);
    }
  }

  close(): void {
    for (const reader of this.#readers.keys()) reader.terminate();
    this.#sockets.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const wants = PATHS[new URL(request.url ?? '/', 'http://localhost').pathname];
    const status =
      wants === undefined
        ? '404 Not Found'
        : isForeign(request)
          ? '403 Forbidden'
          : this.#readers.size >= MAX_READERS
            ? '503 Service Unavailable'
            : undefined;
    if (wants === undefined || status !== undefined) {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, reader => {
      this.#readers.set(reader, wants);
      reader.on('close', () => this.#readers.delete(reader));
      reader.on('error', () => reader.terminate());
    });
  }
}

function isFlowEntry(entry: LogEntry): boolean {
  return (FLOW_ENTRIES as readonly string[]).includes(entry.type);
}

/** A page of another site may not read the log through somebody's browser: its Origin is not the address it connects to. */
function isForeign({ headers: { origin, host } }: IncomingMessage): boolean {
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
