import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { JsonLines } from '../json-lines.ts';
import { foundLabs } from './found-labs.ts';
import { type LabReply, type LabRequest, parseRequest, RequestError } from './lab-request.ts';
import { makeRuntimeFolder } from './runtime-folder.ts';

/** Who is connected at a time, at most. */
const MAX_CLIENTS = 32;

/** Answers a request; what it gives is the result. `reply` may say something before; `gone` tells that nobody waits. */
export type RequestHandler = (request: LabRequest, reply: (line: LabReply) => void, gone: AbortSignal) => Promise<unknown>;

/** The door of a running lab for commands from other terminals: a unix socket that its owner alone can reach. */
export class LabSocket {
  /** What the lab is called among those that run: its topology, with a number when there are several. */
  readonly name: string;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();

  private constructor(name: string, server: Server) {
    this.name = name;
    this.#server = server;
  }

  /** Opens it under the first name that is free. Rejects where this cannot be. */
  static async open(topology: string, handle: RequestHandler): Promise<LabSocket> {
    const folder = makeRuntimeFolder();
    const taken = (await foundLabs()).map(({ name }) => name);
    for (let number = 1; ; number++) {
      const name = number === 1 ? topology : `${topology}-${number}`;
      if (taken.includes(name)) continue;
      const server = createServer();
      const path = join(folder, `${name}.${process.pid}.sock`);
      if (!(await listened(server, path))) continue;
      chmodSync(path, 0o600);
      server.maxConnections = MAX_CLIENTS;
      const door = new LabSocket(name, server);
      server.on('connection', client => door.#welcome(client, handle));
      return door;
    }
  }

  /** Nobody finds it any more; who is connected stays. */
  retire(): void {
    this.#server.close(); // removes the socket's file, too
  }

  /** Who is still connected sees that the lab is gone. */
  close(): void {
    this.retire();
    for (const client of this.#clients) client.destroySoon();
  }

  #welcome(client: Socket, handle: RequestHandler): void {
    this.#clients.add(client);
    const gone = new AbortController();
    client.on('error', () => {}); // 'close' follows
    client.on('close', () => {
      this.#clients.delete(client);
      gone.abort();
    });
    const lines = new JsonLines();
    const reply = (line: LabReply) => void client.write(`${JSON.stringify(line)}\n`);
    client.on('data', async chunk => {
      try {
        for (const value of lines.push(chunk)) reply({ done: (await handle(parseRequest(value), reply, gone.signal)) ?? null });
      } catch (error) {
        reply({ failed: (error as Error).message, usage: error instanceof RequestError });
      }
    });
  }
}

/** False when the name is taken. */
function listened(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', error => ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen(path, () => resolve(true));
  });
}
