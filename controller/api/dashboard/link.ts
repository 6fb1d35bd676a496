import { type Api, ApiError } from './api.ts';
import { waitMs } from './model/backoff.ts';
import type { Line } from './model/journal.ts';
import type { Status } from './model/snapshot.ts';

/** How the page stands with the controller. `token`: it wants one; `retryAt` in milliseconds since the epoch. */
export type LinkState =
  | { readonly is: 'connecting' }
  | { readonly is: 'live' }
  | { readonly is: 'away'; readonly retryAt: number }
  | { readonly is: 'token'; readonly refused: boolean };

export interface LinkEvents {
  state(state: LinkState): void;
  /** Before the log flows, each time: what the page knows is to be brought up to date. Gives the numbers to go on from. */
  sync(status: Status): Promise<{ readonly flows: number; readonly events: number }>;
  flows(lines: readonly Line[]): void;
  events(lines: readonly Line[]): void;
}

/** Lines are handed over together, so that a thousand decisions a second are ten drawings a second. */
const GATHER_MS = 60;
/** Lines that wait for a page that has no time; older ones are dropped. */
const MAX_WAITING = 4000;
const OPEN_WITHIN_MS = 5000;

/** Both WebSockets of the log, opened again and again for as long as the page is there. */
export class Link {
  readonly #api: Api;
  readonly #on: LinkEvents;
  #attempt = 0;
  #wake: () => void = () => {};

  constructor(api: Api, on: LinkEvents) {
    this.#api = api;
    this.#on = on;
  }

  /** Tries at once instead of later; with a token that was just given, too. */
  hurry(): void {
    this.#attempt = 0;
    this.#wake();
  }

  async run(): Promise<never> {
    this.#on.state({ is: 'connecting' });
    for (;;) {
      try {
        await this.#stay();
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) await this.#untilToken();
      }
      const wait = waitMs(this.#attempt++, Math.random);
      this.#on.state({ is: 'away', retryAt: Date.now() + wait });
      await this.#sleep(wait);
    }
  }

  /** Connects, and returns when the connection is over. */
  async #stay(): Promise<void> {
    const status = await this.#api.get<Status>('/status');
    const seen = await this.#on.sync(status);
    const run = encodeURIComponent(status.startedAt);
    const sockets = [
      this.#open(`flows?since=${seen.flows}&run=${run}`, lines => this.#on.flows(lines)),
      this.#open(`events?since=${seen.events}&run=${run}`, lines => this.#on.events(lines)),
    ];
    const over = Promise.race(sockets.map(({ closed }) => closed));
    try {
      await Promise.race([
        Promise.all(sockets.map(({ opened }) => opened)),
        over.then(() => Promise.reject(new ApiError(0, 'closed'))),
        timeout(OPEN_WITHIN_MS),
      ]);
      this.#attempt = 0;
      this.#on.state({ is: 'live' });
      await over;
    } finally {
      for (const { socket } of sockets) socket.close();
    }
  }

  #open(path: string, take: (lines: readonly Line[]) => void): Socket {
    const url = new URL(path, document.baseURI);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, protocolsFor(this.#api.token));
    const waiting: Line[] = [];
    const hand = () => take(waiting.splice(0));
    socket.onmessage = ({ data }) => {
      if (waiting.length === 0) setTimeout(hand, GATHER_MS);
      waiting.push(JSON.parse(data as string) as Line);
      if (waiting.length > MAX_WAITING) waiting.splice(0, MAX_WAITING / 2);
    };
    return {
      socket,
      opened: new Promise<void>(resolve => {
        socket.onopen = () => resolve();
      }),
      closed: new Promise<void>(resolve => {
        socket.onclose = () => resolve();
      }),
    };
  }

  async #untilToken(): Promise<void> {
    this.#on.state({ is: 'token', refused: this.#api.token !== null });
    await new Promise<void>(resolve => {
      this.#wake = resolve;
    });
    this.#attempt = 0;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

interface Socket {
  readonly socket: WebSocket;
  readonly opened: Promise<void>;
  readonly closed: Promise<void>;
}

/** A browser cannot send `Authorization` with a WebSocket, and a token in an address ends up in logs: it goes as a protocol's name. */
function protocolsFor(token: string | null): string[] {
  return token === null ? [] : ['vipflow', `bearer.${token}`];
}

function timeout(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new ApiError(0, 'timeout')), ms));
}
