import type { Random } from '../core/clock.ts';

/**
 * Source ports of probes, and identifiers of pings: above those that Linux takes by itself (32768 to 60999), so that they are
 * seen for what they are. Servers of one VIP that are probed at a time: as many as there are ports.
 */
export const PROBE_PORTS = { first: 61_000, last: 65_535 } as const;

const COUNT = PROBE_PORTS.last - PROBE_PORTS.first + 1;

/** Who probes from which port of one VIP. Ports go round, so that each rests as long as possible before it is used again. */
export class ProbePorts<T extends { readonly isOver: boolean }> {
  readonly #owners = new Map<number, T>();
  #next: number | undefined;

  get(port: number): T | undefined {
    return this.#owners.get(port);
  }

  /** A port that is free, or whose owner is over; undefined when there is none. For `set`. */
  next(random: Random): number | undefined {
    this.#next ??= Math.floor(random() * COUNT);
    for (let tried = 0; tried < COUNT; tried++) {
      const port = PROBE_PORTS.first + this.#next;
      this.#next = (this.#next + 1) % COUNT;
      if (this.#owners.get(port)?.isOver !== false) return port;
    }
    return undefined;
  }

  set(port: number, owner: T): void {
    this.#owners.set(port, owner);
  }

  release(port: number, owner: T): void {
    if (this.#owners.get(port) === owner) this.#owners.delete(port);
  }
}
