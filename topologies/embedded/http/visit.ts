import { type Distribution, draw } from '../distribution.ts';
import type { Timer } from '../event-queue.ts';
import type { Host } from '../host/host.ts';
import type { Random } from '../random.ts';
import type { TcpConnection } from '../tcp/connection.ts';
import type { CloseReason, TcpHandlers } from '../tcp/stream.ts';
import { bytesOf, ResponseReader, requestText } from './message.ts';

/** Why there was no answer: the port is closed; the connection was reset, or ended too early; it took too long; nobody has the address. */
export type RequestError = 'refused' | 'reset' | 'closed' | 'timeout' | 'unreachable' | 'aborted';

/** What became of one request, as its client saw it. Times in ms of the lab's clock. */
export interface RequestRecord {
  readonly client: string;
  readonly localPort: number;
  /** Which request of its connection it is, from 0. */
  readonly turn: number;
  /** When the connection was begun; of a later request, when it was sent. */
  readonly start: number;
  readonly firstByte: number | undefined;
  readonly end: number;
  readonly status: number | undefined;
  /** The page, without its last newline. */
  readonly body: string;
  readonly error: RequestError | undefined;
}

export interface VisitOptions {
  readonly ip: string;
  readonly port: number;
  readonly path: string;
  /** Over one connection; more than one ask the server to keep it. */
  readonly requests: number;
  /** Between an answer and the next request. */
  readonly think: Distribution;
  /** For each request, connecting included. */
  readonly timeoutMs: number;
  readonly localPort?: number;
}

export const VISIT = Object.freeze<Omit<VisitOptions, 'ip' | 'port'>>({
  path: '/',
  requests: 1,
  think: { kind: 'constant', ms: 0 },
  timeoutMs: 5000,
});

export interface VisitOutlet {
  record(record: RequestRecord): void;
  /** Nothing more will be asked. */
  done(): void;
}

/** One connection of a client to a server: a request, its answer, and perhaps more of them. */
export class Visit implements TcpHandlers {
  readonly #host: Host;
  readonly #random: Random;
  readonly #options: VisitOptions;
  readonly #outlet: VisitOutlet;
  readonly #connection: TcpConnection | undefined;
  #reader = new ResponseReader();
  #turn = 0;
  #start: number;
  #firstByte: number | undefined;
  #waiting = true;
  #over = false;
  #timer: Timer | undefined;

  constructor(host: Host, random: Random, options: VisitOptions, outlet: VisitOutlet) {
    this.#host = host;
    this.#random = random;
    this.#options = options;
    this.#outlet = outlet;
    this.#start = host.clock.now();
    this.#timer = host.clock.after(options.timeoutMs, () => this.#timedOut());
    this.#connection = host.connect(options.ip, options.port, this, options.localPort);
    if (this.#connection === undefined) host.clock.after(0, () => this.#fail('aborted'));
  }

  get localPort(): number {
    return this.#connection?.localPort ?? this.#options.localPort ?? 0;
  }

  connected(): void {
    this.#ask();
  }

  #ask(): void {
    const { ip, path, requests } = this.#options;
    this.#connection?.write(bytesOf(requestText(ip, path, requests > this.#turn + 1)));
  }

  data(bytes: Uint8Array): void {
    if (!this.#waiting) return;
    this.#firstByte ??= this.#host.clock.now();
    if (this.#reader.push(bytes)) this.#answered();
  }

  end(): void {
    if (this.#waiting && this.#reader.endsWithConnection) this.#answered();
    this.#connection?.end();
  }

  #answered(): void {
    const { requests, think } = this.#options;
    this.#waiting = false;
    this.#timer?.cancel();
    this.#turn++;
    this.#record(undefined, this.#turn - 1);
    if (this.#turn === requests) {
      this.#finish();
      return;
    }
    this.#timer = this.#host.clock.after(draw(think, this.#random), () => this.#again());
  }

  #again(): void {
    this.#start = this.#host.clock.now();
    this.#firstByte = undefined;
    this.#reader = new ResponseReader();
    this.#waiting = true;
    this.#timer = this.#host.clock.after(this.#options.timeoutMs, () => this.#timedOut());
    this.#ask();
  }

  #timedOut(): void {
    this.#fail('timeout');
    this.#connection?.close();
  }

  closed(why: CloseReason): void {
    this.#fail(why === 'crashed' ? 'aborted' : why);
  }

  /** The connection is over. Between two requests that is no request's failure. */
  #fail(error: RequestError): void {
    if (this.#over) return;
    this.#timer?.cancel();
    if (this.#waiting) this.#record(error, this.#turn);
    this.#waiting = false;
    this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#outlet.done();
  }

  #record(error: RequestError | undefined, turn: number): void {
    const response = this.#reader.response;
    this.#outlet.record({
      client: this.#host.name,
      localPort: this.localPort,
      turn,
      start: this.#start,
      firstByte: this.#firstByte,
      end: this.#host.clock.now(),
      status: response?.status,
      body: response?.body ?? '',
      error,
    });
  }
}
