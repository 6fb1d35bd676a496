/** What a service bears, for each of the servers that are in use. */
export interface Load {
  /** Servers that take new connections. */
  readonly inUse: number;
  readonly connections: number;
  readonly newPerSecond: number;
  /** Undefined where too little was measured lately. */
  readonly responseP95: number | undefined;
}

/** What a service is at a moment, all of its servers together. */
export interface Reading {
  readonly inUse: number;
  /** Living connections. */
  readonly connections: number;
  /** Connections that were ever begun. */
  readonly begun: number;
  readonly responseP95: number | undefined;
}

/** New connections a second are those of so long. */
const RATE_OVER_MS = 5000;

/** Turns readings of one service into loads. */
export class LoadMeter {
  readonly #begun: { readonly at: number; readonly count: number }[] = [];

  take({ inUse, connections, begun, responseP95 }: Reading, now: number): Load {
    this.#begun.push({ at: now, count: begun });
    while (this.#begun.length > 2 && this.#begun[1]!.at <= now - RATE_OVER_MS) this.#begun.shift();
    const first = this.#begun[0]!;
    const seconds = (now - first.at) / 1000;
    const servers = Math.max(1, inUse);
    return {
      inUse,
      connections: connections / servers,
      newPerSecond: seconds === 0 ? 0 : (begun - first.count) / seconds / servers,
      responseP95,
    };
  }
}
