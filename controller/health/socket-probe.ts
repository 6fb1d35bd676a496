import { connect } from 'node:net';
import type { Clock } from '../core/clock.ts';
import type { ExternalOutcome, ExternalProbe } from '../core/external-probe.ts';
import { requestOf, type StreamEnd, verdictOf } from './http-check.ts';
import { PAGE_LIMIT } from './http-probe.ts';

/** Sockets open at a time; what is over that waits. */
export const MAX_SOCKETS = 256;

type End = (ok: ExternalOutcome['ok'], reason: string) => void;

/** Makes the probes that go out from the controller's own sockets. Pages are judged as by the probes through the switch. */
export class SocketProbes {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #open = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Never rejects: what goes wrong is the outcome. */
  async probe(asked: ExternalProbe): Promise<ExternalOutcome> {
    if (this.#open < MAX_SOCKETS) this.#open += 1;
    else await new Promise<void>(resolve => this.#waiting.push(resolve));
    const startedAt = this.#clock.now();
    try {
      return await new Promise<ExternalOutcome>(resolve => {
        ask(asked, (ok, reason) => resolve({ ok, ms: this.#clock.now() - startedAt, reason }));
      });
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#open -= 1;
      else next();
    }
  }
}

/** One connection; `end` is called at least once, and the first time counts. */
function ask({ type, ip, port, timeoutMs, http: page, vip }: ExternalProbe, onEnd: End): void {
  const socket = connect({ host: ip, port, signal: AbortSignal.timeout(timeoutMs) });
  let bytes: Uint8Array = new Uint8Array(0);
  let isOpen = false;
  const end: End = (ok, reason) => {
    onEnd(ok, reason);
    socket.destroy();
  };
  const judge = (ended?: StreamEnd) => {
    const verdict = verdictOf(page, bytes, ended ?? (bytes.length === PAGE_LIMIT ? 'limit' : undefined));
    if (verdict !== undefined) end(verdict.isHealthy, verdict.reason);
  };
  socket.on('connect', () => {
    isOpen = true;
    if (type === 'tcp') end(true, `accepts connections on port ${port}`);
    else socket.write(requestOf(page, vip, port));
  });
  socket.on('data', data => {
    bytes = Buffer.concat([bytes, data]).subarray(0, PAGE_LIMIT);
    judge();
  });
  socket.on('end', () => judge('fin'));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    const isLate = error.name === 'AbortError';
    if (isOpen) judge(isLate ? 'timeout' : 'reset');
    else if (error.code === 'ECONNREFUSED') end('refused', `port ${port} refuses connections`);
    else end(false, isLate ? `no answer from port ${port}` : error.message);
  });
}
