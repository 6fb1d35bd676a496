import type { Scheduler } from '../clock.ts';
import type { TcpConnection } from '../tcp/connection.ts';
import type { TcpHandlers } from '../tcp/stream.ts';
import { bytesOf, type HttpRequest, RequestReader, responseText } from './message.ts';
import { type Answer, routes } from './routes.ts';
import type { Job } from './service-queue.ts';

/** What a session needs of its server. */
export interface SessionOutlet {
  readonly clock: Scheduler;
  readonly page: string;
  /** Puts an answer's work into the queue; false when there is no place. */
  submit(job: Job): boolean;
  /** How long a worker is busy with it. */
  serviceMs(): number;
  received(bytes: number): void;
  sent(bytes: number): void;
  closed(session: HttpSession): void;
}

/** One connection of a server: request after request, an answer to each. */
export class HttpSession implements TcpHandlers {
  readonly connection: TcpConnection;
  readonly #outlet: SessionOutlet;
  readonly #reader = new RequestReader();
  /** A request is in the server. */
  #busy = false;
  /** The client will send no more. */
  #ended = false;

  constructor(connection: TcpConnection, outlet: SessionOutlet) {
    this.connection = connection;
    this.#outlet = outlet;
  }

  data(bytes: Uint8Array): void {
    this.#outlet.received(bytes.length);
    this.#reader.push(bytes);
    if (!this.#busy) this.#next();
  }

  end(): void {
    this.#ended = true;
    if (!this.#busy) this.connection.end();
  }

  closed(): void {
    this.#outlet.closed(this);
  }

  #next(): void {
    const request = this.#reader.next();
    if (request === 'bad') {
      this.#answer(400, 'bad request\n', false);
      return;
    }
    if (request !== undefined) {
      this.#serve(request);
      return;
    }
    if (this.#ended) this.connection.end();
  }

  #serve(request: HttpRequest): void {
    this.#busy = true;
    const { remoteIp: clientIp, remotePort: clientPort } = this.connection;
    const route = Object.hasOwn(routes, request.path) ? routes[request.path] : undefined;
    const answer = route?.(request, { page: this.#outlet.page, clientIp, clientPort });
    if (!this.#outlet.submit(new Work(this, this.#outlet, request, answer))) this.#answer(503, 'too busy\n', false);
  }

  /** The work for an answer is done. */
  answer(request: HttpRequest, answer: Answer | undefined): void {
    if (answer === undefined) this.#answer(404, 'not found\n', request.keepAlive);
    else if (answer.stream === undefined) this.#answer(200, answer.body, request.keepAlive);
    else this.#stream(answer.body, answer.stream.forMs, answer.stream.everyMs);
  }

  #answer(status: number, body: string, keepAlive: boolean): void {
    const bytes = bytesOf(responseText(status, body, keepAlive));
    this.#outlet.sent(bytes.length);
    this.#busy = false;
    if (!keepAlive) {
      this.connection.end(bytes);
      return;
    }
    this.connection.write(bytes);
    this.#next();
  }

  #stream(body: string, forMs: number, everyMs: number): void {
    const { clock } = this.#outlet;
    const until = clock.now() + forMs;
    let number = 0;
    const line = (): void => {
      if (clock.now() >= until) {
        this.connection.end();
        return;
      }
      const bytes = bytesOf(`${number === 0 ? responseText(200, undefined, false) : ''}${body} ${++number}\n`);
      if (!this.connection.write(bytes)) return;
      this.#outlet.sent(bytes.length);
      clock.after(everyMs, line);
    };
    line();
  }
}

/** The work for one answer. */
class Work implements Job {
  readonly #session: HttpSession;
  readonly #outlet: SessionOutlet;
  readonly #request: HttpRequest;
  readonly #answer: Answer | undefined;

  constructor(session: HttpSession, outlet: SessionOutlet, request: HttpRequest, answer: Answer | undefined) {
    this.#session = session;
    this.#outlet = outlet;
    this.#request = request;
    this.#answer = answer;
  }

  serviceMs(): number {
    return this.#outlet.serviceMs() + (this.#answer?.extraMs ?? 0);
  }

  done(): void {
    this.#session.answer(this.#request, this.#answer);
  }
}
