import { EventEmitter } from 'node:events';
import { createServer, type ListenOptions, type Socket, type Server as TcpServer, connect as tcpConnect } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { LIMITS } from './connection/limits.ts';
import { Closed } from './connection/reasons.ts';
import { Connection, type ConnectionOptions } from './connection.ts';

/** Where to listen or connect: TCP, or a unix socket. */
export type Address = { readonly host?: string; readonly port: number } | { readonly path: string };

/** The port of OpenFlow (6.3.1). */
export const OPENFLOW_PORT = 6653;

/** Keys for TLS, as PEM. With `ca` the other side has to show a certificate of it: that is mutual authentication (6.3.3). */
export interface TlsOptions {
  readonly key: string | Uint8Array;
  readonly cert: string | Uint8Array;
  /** Who signs the other side's certificates. Without it any peer is taken: encrypted, not authenticated. */
  readonly ca?: string | Uint8Array;
  /** The name the server's certificate must have; without it the authority alone counts, as Open vSwitch does. */
  readonly serverName?: string;
}

/** What a server may cost, beside what each connection may. */
export const SERVER_LIMITS = {
  /** Connections at a time. */
  maxConnections: 1_024,
  /** Connections at a time from one address. */
  maxPerAddress: 256,
} as const;

export interface ClientOptions extends ConnectionOptions {
  readonly tls?: TlsOptions;
}

export interface ServerOptions extends ClientOptions {
  readonly maxConnections?: number;
  readonly maxPerAddress?: number;
}

/** What a server tells. */
export interface ServerEvents {
  /** A socket came; its version is not agreed yet (`ready` of the connection). */
  connection: [connection: Connection];
  /** A socket was turned away: too many of them, or no good TLS. */
  refused: [reason: Closed, remoteAddress: string | undefined];
  close: [];
}

/** Takes OpenFlow connections, from switches or from controllers. */
export class Server extends EventEmitter<ServerEvents> {
  readonly connections: ReadonlySet<Connection>;
  readonly #connections = new Set<Connection>();
  readonly #sockets = new Set<Socket>();
  /** Sockets whose connection sends its last bytes itself; a socket that is still in its TLS handshake has none. */
  readonly #inUse = new Set<Socket>();
  readonly #listener: TcpServer;
  readonly #options: ServerOptions;
  readonly #perAddress = new Map<string, number>();

  constructor(listener: TcpServer, options: ServerOptions) {
    super();
    this.connections = this.#connections;
    this.#listener = listener;
    this.#options = options;
    listener.on('connection', (socket: Socket) => {
      if (!this.#admit(socket) || options.tls !== undefined) return;
      this.#inUse.add(socket);
      this.#open(socket);
    });
    listener.on('secureConnection', (socket: TLSSocket) => this.#open(socket));
    listener.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      this.emit('refused', new Closed('socket', `no TLS: ${error.message}`, { cause: error }), socket.remoteAddress);
      socket.destroy();
    });
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
    for (const socket of this.#sockets) if (!this.#inUse.has(socket)) socket.destroy();
    await closed;
  }

  /** Counts a socket, or turns it away before anything is spent on it. */
  #admit(socket: Socket): boolean {
    const { maxConnections = SERVER_LIMITS.maxConnections, maxPerAddress = SERVER_LIMITS.maxPerAddress } = this.#options;
    const from = socket.remoteAddress ?? '';
    const count = this.#perAddress.get(from) ?? 0;
    if (this.#sockets.size >= maxConnections || (from !== '' && count >= maxPerAddress)) {
      const limit = this.#sockets.size >= maxConnections ? `${maxConnections}` : `${maxPerAddress} from ${from}`;
      socket.destroy();
      this.emit('refused', new Closed('crowded', `there are ${limit} connections already`), from);
      return false;
    }
    this.#sockets.add(socket);
    this.#perAddress.set(from, count + 1);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#inUse.delete(socket);
      const left = this.#perAddress.get(from)! - 1;
      if (left === 0) this.#perAddress.delete(from);
      else this.#perAddress.set(from, left);
    });
    return true;
  }

  #open(socket: Socket): void {
    socket.setNoDelay(true);
    const connection = new Connection(socket, connectionOptions(this.#options));
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
    this.emit('connection', connection);
  }
}

function connectionOptions(options: ServerOptions): ConnectionOptions {
  const { tls: _, maxConnections: _m, maxPerAddress: _p, ...rest } = options;
  return rest;
}

const pem = (value: string | Uint8Array): string | Buffer => (typeof value === 'string' ? value : Buffer.from(value));

function keysOf({ key, cert, ca }: TlsOptions) {
  const authority = ca === undefined ? {} : { ca: pem(ca) };
  return { key: pem(key), cert: pem(cert), ...authority, minVersion: 'TLSv1.2' as const, rejectUnauthorized: ca !== undefined };
}

/** Listens for OpenFlow connections. Rejects with the system's error (`EADDRINUSE`, `EACCES`) when it cannot. */
export async function listen(address: Address, options: ServerOptions = {}): Promise<Server> {
  const { tls, handshakeMs = LIMITS.handshakeMs } = options;
  const listener =
    tls === undefined
      ? createServer()
      : createTlsServer({ ...keysOf(tls), requestCert: tls.ca !== undefined, handshakeTimeout: handshakeMs });
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
export async function connect(address: Address, options: ClientOptions = {}): Promise<Connection> {
  const socket = options.tls === undefined ? tcpConnect({ ...address }) : secureSocket(address, options.tls);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once(options.tls === undefined ? 'connect' : 'secureConnect', () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.setNoDelay(true);
  return opened(new Connection(socket, connectionOptions(options)));
}

function secureSocket(address: Address, tls: TlsOptions): TLSSocket {
  const { serverName } = tls;
  const named = serverName === undefined ? { checkServerIdentity: () => undefined } : { servername: serverName };
  return tlsConnect({ ...address, ...keysOf(tls), ...named });
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
