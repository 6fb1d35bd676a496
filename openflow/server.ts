import { EventEmitter } from 'node:events';
import { createServer, type ListenOptions, type Socket, type Server as TcpServer, connect as tcpConnect } from 'node:net';
import { Closed } from './connection/reasons.ts';
import { Connection, type ConnectionOptions } from './connection.ts';

/** Where to listen or connect: TCP, or a unix socket. */
export type Address = { readonly host?: string; readonly port: number } | { readonly path: string };

/** The port of OpenFlow (6.3.1). */
export const OPENFLOW_PORT = 6653;

/** What a server may cost, beside what each connection may. */
export const SERVER_LIMITS = {
  /** Connections at a time. */
  maxConnections: 1_024,
  /** Connections at a time from one address. */
  maxPerAddress: 256,
} as const;

export interface ServerOptions extends ConnectionOptions {
  readonly maxConnections?: number;
  readonly maxPerAddress?: number;
}

/** What a server tells. */
export interface ServerEvents {
  /** A socket came; its version is not agreed yet (`ready` of the connection). */
  connection: [connection: Connection];
  /** A socket was turned away. */
  refused: [reason: Closed, remoteAddress: string | undefined];
  close: [];
}

/** Takes OpenFlow connections, from switches or from controllers. */
export class Server extends EventEmitter<ServerEvents> {
  readonly connections: ReadonlySet<Connection>;
  readonly #connections = new Set<Connection>();
  readonly #listener: TcpServer;
  readonly #options: ServerOptions;
  readonly #perAddress = new Map<string, number>();

  constructor(listener: TcpServer, options: ServerOptions) {
    super();
    this.connections = this.#connections;
    this.#listener = listener;
    this.#options = options;
    listener.on('connection', socket => this.#onSocket(socket));
    listener.on('close', () => this.emit('close'));
  }

  /** Where it listens: with the port the system chose, when 0 was asked for. */
  get address(): { readonly host: string; readonly port: number } | { readonly path: string } {
    const address = this.#listener.address();
    if (typeof address === 'string') return { path: address };
    return { host: address?.address ?? '', port: address?.port ?? 0 };
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#listener.close(() => resolve()));
    for (const connection of this.#connections) connection.close('the server stops');
    await closed;
  }

  #onSocket(socket: Socket): void {
    const {
      maxConnections = SERVER_LIMITS.maxConnections,
      maxPerAddress = SERVER_LIMITS.maxPerAddress,
      ...options
    } = this.#options;
    const from = socket.remoteAddress ?? '';
    const count = this.#perAddress.get(from) ?? 0;
    if (this.#connections.size >= maxConnections || (from !== '' && count >= maxPerAddress)) {
      const limit = this.#connections.size >= maxConnections ? `${maxConnections}` : `${maxPerAddress} from ${from}`;
      socket.destroy();
      this.emit('refused', new Closed('crowded', `there are ${limit} connections already`), socket.remoteAddress);
      return;
    }
    socket.setNoDelay(true);
    const connection = new Connection(socket, options);
    this.#connections.add(connection);
    this.#perAddress.set(from, count + 1);
    socket.once('close', () => {
      this.#connections.delete(connection);
      const left = this.#perAddress.get(from)! - 1;
      if (left === 0) this.#perAddress.delete(from);
      else this.#perAddress.set(from, left);
    });
    this.emit('connection', connection);
  }
}

/** Listens for OpenFlow connections. Rejects with the system's error (`EADDRINUSE`, `EACCES`) when it cannot. */
export async function listen(address: Address, options: ServerOptions = {}): Promise<Server> {
  const listener = createServer();
  const server = new Server(listener, options);
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ ...address } as ListenOptions, () => {
      listener.off('error', reject);
      resolve();
    });
  });
  return server;
}

/** Connects to a controller or a switch; gives the connection when the version is agreed. Rejects with `Closed`, or the system's error. */
export async function connect(address: Address, options: ConnectionOptions = {}): Promise<Connection> {
  const socket = tcpConnect({ ...address });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.setNoDelay(true);
  return opened(new Connection(socket, options));
}

/** Waits until a connection has agreed on the version. Rejects with the reason when it ends before. */
export function opened(connection: Connection): Promise<Connection> {
  if (connection.ready) return Promise.resolve(connection);
  if (connection.closed !== undefined) return Promise.reject(connection.closed);
  return new Promise((resolve, reject) => {
    const onReady = (): void => {
      connection.off('close', onClose);
      resolve(connection);
    };
    const onClose = (reason: Closed): void => {
      connection.off('ready', onReady);
      reject(reason);
    };
    connection.once('ready', onReady);
    connection.once('close', onClose);
  });
}
