import { connect as tcpConnect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Address, type Closed, Connection, type ConnectionOptions, type Message } from '../../../openflow/index.ts';
import type { Scheduler } from '../clock.ts';

/** Waits between attempts: the first one, twice as long after each, at most the last. */
export const BACKOFF = { firstMs: 500, maxMs: 8_000 } as const;

export interface ControllerLinkOptions extends Omit<ConnectionOptions, 'role'> {
  readonly firstBackoffMs?: number;
  readonly maxBackoffMs?: number;
}

/** What a link does with what it hears. */
export interface LinkEvents {
  connected(): void;
  message(message: Message): void;
  disconnected(reason: string): void;
}

/** The OpenFlow connection to one controller: made again, with growing waits, whenever it ends. */
export class ControllerLink {
  readonly #open: () => Duplex;
  readonly #clock: Scheduler;
  readonly #options: ControllerLinkOptions;
  readonly #events: LinkEvents;
  #connection: Connection | undefined;
  #retry: { cancel(): void } | undefined;
  #backoffMs: number;
  #closed = false;

  constructor(target: Address | (() => Duplex), clock: Scheduler, options: ControllerLinkOptions, events: LinkEvents) {
    this.#open = typeof target === 'function' ? target : () => tcpConnect({ ...target }).setNoDelay(true);
    this.#clock = clock;
    this.#options = options;
    this.#events = events;
    this.#backoffMs = this.#firstBackoffMs;
    this.#connect();
  }

  /** Whether the controller listens now. */
  get connected(): boolean {
    return this.#connection?.ready ?? false;
  }

  send(message: Message): void {
    this.#connection?.send(message);
  }

  /** Ends the connection for good. */
  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
    this.#connection?.close('the switch stops');
  }

  get #firstBackoffMs(): number {
    return this.#options.firstBackoffMs ?? BACKOFF.firstMs;
  }

  #connect(): void {
    const { firstBackoffMs: _first, maxBackoffMs: _max, ...options } = this.#options;
    const connection = new Connection(this.#open(), { ...options, role: 'switch' });
    this.#connection = connection;
    let wasReady = false;
    connection.once('ready', () => {
      wasReady = true;
      this.#backoffMs = this.#firstBackoffMs;
      this.#events.connected();
    });
    connection.on('message', message => this.#events.message(message));
    connection.once('close', reason => this.#onClose(reason, wasReady));
  }

  #onClose(reason: Closed, wasReady: boolean): void {
    this.#connection = undefined;
    if (wasReady) this.#events.disconnected(reason.message);
    if (this.#closed) return;
    this.#retry = this.#clock.after(this.#backoffMs, () => this.#connect());
    this.#backoffMs = Math.min(2 * this.#backoffMs, this.#options.maxBackoffMs ?? BACKOFF.maxMs);
  }
}
