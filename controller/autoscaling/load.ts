/** What a service bears, for each of the servers that are in use. */
export interface Load {
  /** Servers that take new connections. */
  readonly inUse: number;
  readonly connections: number;
  readonly newPerSecond: number;
  /** Undefined where no rule asks for it, or too little was measured lately. */
  readonly responseP95: number | undefined;
}

/** New connections a second are those of so long. */
const RATE_OVER_MS = 5000;

/** How many connections begin in a second. */
export class NewRate {
  readonly #begun: { readonly at: number; readonly count: number }[] = [];

  /** `begun`: connections that were ever begun. */
  take(begun: number, now: number): number {
    this.#begun.push({ at: now, count: begun });
    while (this.#begun.length > 2 && this.#begun[1]!.at <= now - RATE_OVER_MS) this.#begun.shift();
    const first = this.#begun[0]!;
    const seconds = (now - first.at) / 1000;
    return seconds === 0 ? 0 : (begun - first.count) / seconds;
  }
}
