/** The load of a service, per server in use. */
export interface Load {
  /** Servers that take new connections. */
  readonly inUse: number;
  readonly connections: number;
  readonly newPerSecond: number;
  /** Undefined when no rule needs it, or there are too few recent measurements. */
  readonly responseP95: number | undefined;
}

/** The time over which the rate of new connections is measured. */
const RATE_OVER_MS = 5000;

/** The rate of new connections per second. */
export class NewRate {
  readonly #begun: { readonly at: number; readonly count: number }[] = [];

  /** `begun`: the total number of connections so far. */
  take(begun: number, now: number): number {
    this.#begun.push({ at: now, count: begun });
    while (this.#begun.length > 2 && this.#begun[1]!.at <= now - RATE_OVER_MS) this.#begun.shift();
    const first = this.#begun[0]!;
    const seconds = (now - first.at) / 1000;
    return seconds === 0 ? 0 : (begun - first.count) / seconds;
  }
}
