import { type Distribution, draw } from '../distribution.ts';
import type { Host } from '../host/host.ts';
import type { Random } from '../random.ts';
import type { TcpConnection } from '../tcp/connection.ts';
import type { TcpListener } from '../tcp/listener.ts';
import type { TcpHandlers } from '../tcp/stream.ts';
import { type QueueStatistics, ServiceQueue } from './service-queue.ts';
import { HttpSession, type SessionOutlet } from './session.ts';

export interface HttpServerOptions {
  readonly port: number;
  /** What `/` answers, and a newline. */
  readonly page: string;
  /** How long a worker is busy with a request. */
  readonly service: Distribution;
  /** Requests that are served at a time. */
  readonly workers: number;
  /** Requests that wait; one more is answered with 503. */
  readonly queueLimit: number;
  /** Connections the system keeps for the application (listen(2)). */
  readonly backlog: number;
}

export const HTTP_SERVER = Object.freeze<Omit<HttpServerOptions, 'port' | 'page'>>({
  service: { kind: 'constant', ms: 0 },
  workers: Number.POSITIVE_INFINITY,
  queueLimit: Number.POSITIVE_INFINITY,
  backlog: 1024,
});

/**
 * What the server is doing: its work; nothing, while its host still completes handshakes; taking no new connection (its port
 * answers with resets); dead, and its host alive; dead with its host, in silence.
 */
export type ServerState = 'running' | 'hanging' | 'refusing' | 'killed' | 'crashed';

export interface HttpServerStatistics extends QueueStatistics {
  /** Connections that are open. */
  connections: number;
  accepted: number;
  /** Bytes of requests and of answers. */
  bytesIn: number;
  bytesOut: number;
}

/** A server application: HTTP/1.0, with keep-alive where it is asked for. */
export class HttpServer {
  readonly host: Host;
  readonly options: HttpServerOptions;
  /** Service times are multiplied by it, from the next request that begins. */
  slowness = 1;
  readonly #random: Random;
  readonly #queue: ServiceQueue;
  readonly #sessions = new Set<HttpSession>();
  readonly #outlet: SessionOutlet;
  #listener: TcpListener | undefined;
  #state: ServerState = 'running';
  #accepted = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(host: Host, random: Random, options: Partial<HttpServerOptions> & Pick<HttpServerOptions, 'port' | 'page'>) {
    this.host = host;
    this.#random = random;
    this.options = { ...HTTP_SERVER, ...options };
    this.#queue = new ServiceQueue(host.clock, this.options.workers, this.options.queueLimit);
    this.#outlet = this.#sessionOutlet();
    this.#listen();
  }

  get state(): ServerState {
    return this.#state;
  }

  get statistics(): HttpServerStatistics {
    const { size: connections } = this.#sessions;
    const [accepted, bytesIn, bytesOut] = [this.#accepted, this.#bytesIn, this.#bytesOut];
    return { ...this.#queue.statistics, connections, accepted, bytesIn, bytesOut };
  }

  /** See `ServiceQueue.jobMs`. */
  get jobMs(): number {
    return this.#queue.jobMs;
  }

  /** The process stops as it is; `recover` lets it go on with what it had. */
  hang(): void {
    if (this.#state !== 'running') return;
    this.#state = 'hanging';
    this.#queue.freeze();
    for (const { connection } of this.#sessions) connection.pause();
    if (this.#listener !== undefined) this.#listener.accepting = false;
  }

  /** Takes no new connection; those it has go on. */
  refuse(): void {
    if (this.#state !== 'running') return;
    this.#state = 'refusing';
    this.#unlisten();
  }

  /** The process dies; its host resets the connections. */
  kill(): void {
    if (this.#state === 'killed' || this.#state === 'crashed') return;
    this.#state = 'killed';
    this.#unlisten();
    this.#queue.clear();
    for (const { connection } of [...this.#sessions]) connection.abort();
  }

  /** The host dies, without a word. */
  crash(): void {
    if (this.#state === 'crashed') return;
    this.#state = 'crashed';
    this.#listener = undefined;
    this.#queue.clear();
    this.host.crash();
    this.#sessions.clear();
  }

  /** Everything is as in the beginning, but for `slowness`. */
  recover(): void {
    const before = this.#state;
    this.#state = 'running';
    if (before === 'crashed') this.host.boot();
    if (before === 'hanging') {
      this.#queue.thaw();
      for (const { connection } of [...this.#sessions]) connection.resume();
      if (this.#listener !== undefined) this.#listener.accepting = true;
    } else if (before !== 'running') this.#listen();
  }

  #listen(): void {
    this.#listener = this.host.tcp.listen(this.options.port, connection => this.#accept(connection), this.options.backlog);
    if (this.#listener === undefined) throw new RangeError(`port ${this.options.port} of ${this.host.name} is taken`);
  }

  #unlisten(): void {
    this.#listener?.close();
    this.#listener = undefined;
  }

  #accept(connection: TcpConnection): TcpHandlers {
    this.#accepted++;
    const session = new HttpSession(connection, this.#outlet);
    this.#sessions.add(session);
    return session;
  }

  #sessionOutlet(): SessionOutlet {
    return {
      clock: this.host.clock,
      page: this.options.page,
      submit: job => this.#queue.submit(job),
      serviceMs: () => draw(this.options.service, this.#random) * this.slowness,
      received: bytes => {
        this.#bytesIn += bytes;
      },
      sent: bytes => {
        this.#bytesOut += bytes;
      },
      closed: session => this.#sessions.delete(session),
    };
  }
}
