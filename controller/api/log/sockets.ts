import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Access, Requester } from '../access.ts';
import { bearerOf } from '../api-app.ts';
import { badRequest, detailsOf, ProblemError } from '../problem.ts';
import { frames } from './encoding.ts';
import { logQuery, type Run, readingOf } from './query.ts';
import type { Reading } from './reader.ts';
import { LOGS, type LogStream } from './stream.ts';

/** Readers send nothing; a frame larger than this closes the connection. */
const MAX_INCOMING_BYTES = 1024;
/** A reader that does not answer a ping before the next one is disconnected. */
export const PING_EVERY_MS = 30_000;
/** The subprotocol of a browser, beside its token as `bearer.TOKEN`. The server selects this one, so the token is not sent back. */
export const PROTOCOL = 'vipflow';
const BEARER = 'bearer.';

/** The parts that the WebSocket server needs. */
export interface LogSocketsOptions {
  readonly stream: LogStream;
  readonly access: Access;
  readonly run: Run;
  readonly now: () => number;
}

/** `/flows` and `/events` as WebSockets. */
export class LogSockets {
  readonly #options: LogSocketsOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_INCOMING_BYTES,
    handleProtocols: protocols => (protocols.has(PROTOCOL) ? PROTOCOL : false),
  });
  /** Whether each socket has answered since the last ping. */
  readonly #alive = new Map<WebSocket, boolean>();
  #pingedAt: number;

  constructor(options: LogSocketsOptions) {
    this.#options = options;
    this.#pingedAt = options.now();
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  onTick(now: number): void {
    if (now - this.#pingedAt < PING_EVERY_MS) return;
    this.#pingedAt = now;
    for (const [socket, isAlive] of this.#alive) {
      this.#alive.set(socket, false);
      if (isAlive) socket.ping();
      else socket.terminate();
    }
  }

  close(): void {
    for (const socket of this.#alive.keys()) socket.terminate();
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    try {
      const reading = this.#admit(request);
      this.#server.handleUpgrade(request, socket, head, reader => this.#read(reader, socket, reading));
    } catch (error) {
      refuse(socket, error instanceof ProblemError ? error : new ProblemError(500, 'internal error; please report it'));
    }
  }

  /** The reading that a request asks for. Throws `ProblemError`. */
  #admit(request: IncomingMessage): Reading {
    const { stream, access, run, now } = this.#options;
    const url = new URL(request.url ?? '/', 'http://localhost');
    const log = LOGS.find(name => url.pathname === `/${name}`);
    if (log === undefined) throw new ProblemError(404, 'unknown path; the WebSockets are /flows and /events');
    const query = logQuery.safeParse(Object.fromEntries(url.searchParams));
    if (!query.success) throw badRequest('query', query.error.issues);
    const requester = requesterOf(request, query.data.token);
    // A WebSocket only reads, but a page of another site can read its frames, as it cannot read an HTTP response.
    access.checkOrigin(requester, false);
    access.checkRole(requester, 'read', now());
    return readingOf(stream, log, query.data, run, frames);
  }

  #read(reader: WebSocket, socket: Duplex, reading: Reading): void {
    const close = this.#options.stream.open(reading, {
      get unread() {
        return socket.writableLength;
      },
      write: bytes => {
        if (reader.readyState === WebSocket.OPEN) socket.write(bytes);
      },
      end: () => reader.close(1001, 'controller stopping'),
    });
    this.#alive.set(reader, true);
    reader.on('pong', () => this.#alive.set(reader, true));
    reader.on('error', () => reader.terminate());
    reader.on('close', () => {
      close();
      this.#alive.delete(reader);
    });
  }
}

function requesterOf({ headers, socket }: IncomingMessage, inQuery: string | undefined): Requester {
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map(protocol => protocol.trim());
  const inProtocol = protocols.find(protocol => protocol.startsWith(BEARER))?.slice(BEARER.length);
  return {
    host: headers.host,
    origin: headers.origin,
    token: bearerOf(headers.authorization) ?? inProtocol ?? inQuery,
    remote: socket.remoteAddress ?? '',
  };
}

function refuse(socket: Duplex, problem: ProblemError): void {
  const details = detailsOf(problem);
  const body = JSON.stringify(details);
  const headers = {
    ...problem.headers,
    connection: 'close',
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${details.status} ${details.title}\r\n${lines.join('')}\r\n${body}`);
}
