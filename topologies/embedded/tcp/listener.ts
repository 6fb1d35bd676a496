import type { TcpConnection } from './connection.ts';
import type { TcpHandlers } from './stream.ts';

/** Gives a connection its handlers, when the application takes it. */
export type Accept = (connection: TcpConnection) => TcpHandlers;

/** A port on which connections are taken (RFC 9293, LISTEN). */
export class TcpListener {
  readonly port: number;
  /** How many connections may wait at most: for the third segment of the handshake, or for the application. */
  readonly backlog: number;
  readonly #accept: Accept;
  readonly #release: () => void;
  #halfOpen = 0;
  #waiting: TcpConnection[] = [];
  #accepting = true;
  #closed = false;

  constructor(port: number, backlog: number, accept: Accept, release: () => void) {
    this.port = port;
    this.backlog = backlog;
    this.#accept = accept;
    this.#release = release;
  }

  /** A SYN that comes while it is full is dropped; its sender asks again. */
  get full(): boolean {
    return this.#halfOpen + this.#waiting.length >= this.backlog;
  }

  /** Established connections the application has not taken. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get accepting(): boolean {
    return this.#accepting;
  }

  /** An application that hangs takes no connection; the handshakes go on without it until the backlog is full. */
  set accepting(accepting: boolean) {
    this.#accepting = accepting;
    while (this.#accepting && this.#waiting.length > 0) this.#take(this.#waiting.shift()!);
  }

  /** Takes no more connections and resets those the application has not taken. */
  close(): void {
    this.#closed = true;
    this.#release();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const connection of waiting) connection.abort();
  }

  opened(): void {
    this.#halfOpen++;
  }

  /** The handshake is complete. */
  established(connection: TcpConnection): void {
    this.#halfOpen--;
    if (this.#closed) connection.abort();
    else if (this.#accepting) this.#take(connection);
    else this.#waiting.push(connection);
  }

  /** The connection is over, before the application had it. */
  lost(connection: TcpConnection, halfOpen: boolean): void {
    if (halfOpen) this.#halfOpen--;
    else this.#waiting = this.#waiting.filter(one => one !== connection);
  }

  #take(connection: TcpConnection): void {
    connection.handlers = this.#accept(connection);
    connection.resume();
  }
}
