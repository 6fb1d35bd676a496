import type { Scheduler } from '../clock.ts';
import type { Timer } from '../event-queue.ts';

/** How a host finds out who has an address (RFC 1122, 2.3.2; RFC 4861, 10). */
export interface NeighborTiming {
  readonly retryMs: number;
  /** Questions before it gives up. */
  readonly tries: number;
  /** How long an answer is believed. */
  readonly lifeMs: number;
  /** How many frames wait for an answer; the oldest one goes first. */
  readonly queueFrames: number;
  /** Addresses that are remembered. */
  readonly limit: number;
}

export const NEIGHBOR_TIMING: NeighborTiming = Object.freeze({
  retryMs: 1000,
  tries: 3,
  lifeMs: 60_000,
  queueFrames: 64,
  limit: 65_536,
});

export interface NeighborOutlet<A> {
  ask(address: A): void;
  transmit(frame: Uint8Array): void;
  /** Nobody answered. */
  failed(address: A): void;
  /** Frames that waited in vain, or had no room to wait. */
  dropped(frames: number): void;
}

interface Neighbor {
  mac: Uint8Array | undefined;
  expires: number;
  waiting: Uint8Array[];
  tries: number;
  timer: Timer | undefined;
}

/** Which MAC address has which IP address: the ARP cache, and the neighbor cache of IPv6. */
export class Neighbors<A extends number | string> {
  readonly #clock: Scheduler;
  readonly #outlet: NeighborOutlet<A>;
  readonly #timing: NeighborTiming;
  readonly #entries = new Map<A, Neighbor>();

  constructor(clock: Scheduler, outlet: NeighborOutlet<A>, timing: Partial<NeighborTiming> = {}) {
    this.#clock = clock;
    this.#outlet = outlet;
    this.#timing = { ...NEIGHBOR_TIMING, ...timing };
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The MAC address, while it is believed. */
  get(address: A): Uint8Array | undefined {
    const entry = this.#entries.get(address);
    return entry !== undefined && entry.expires > this.#clock.now() ? entry.mac : undefined;
  }

  /** Completes a frame with the destination's MAC address and sends it, now or when the address is known. */
  send(address: A, frame: Uint8Array): void {
    let entry = this.#entries.get(address);
    if (entry?.mac !== undefined && entry.expires > this.#clock.now()) {
      frame.set(entry.mac);
      this.#outlet.transmit(frame);
      return;
    }
    entry ??= this.#create(address);
    entry.mac = undefined;
    entry.waiting.push(frame);
    if (entry.waiting.length > this.#timing.queueFrames) this.#outlet.dropped(entry.waiting.splice(0, 1).length);
    if (entry.timer === undefined) this.#ask(address, entry);
  }

  /** Somebody said so. Who was not asked about is remembered only with `create` (RFC 826: the frame was for this host). */
  learn(address: A, mac: Uint8Array, create: boolean): void {
    const known = this.#entries.get(address);
    if (known === undefined && !create) return;
    const entry = known ?? this.#create(address);
    entry.mac = mac.slice();
    entry.expires = this.#clock.now() + this.#timing.lifeMs;
    entry.timer?.cancel();
    entry.timer = undefined;
    entry.tries = 0;
    const { waiting } = entry;
    entry.waiting = [];
    for (const frame of waiting) this.send(address, frame);
  }

  clear(): void {
    for (const entry of this.#entries.values()) entry.timer?.cancel();
    this.#entries.clear();
  }

  #create(address: A): Neighbor {
    if (this.#entries.size >= this.#timing.limit) {
      const [oldest, entry] = this.#entries.entries().next().value!;
      entry.timer?.cancel();
      this.#entries.delete(oldest);
    }
    const entry: Neighbor = { mac: undefined, expires: 0, waiting: [], tries: 0, timer: undefined };
    this.#entries.set(address, entry);
    return entry;
  }

  #ask(address: A, entry: Neighbor): void {
    if (entry.tries >= this.#timing.tries) {
      this.#entries.delete(address);
      this.#outlet.dropped(entry.waiting.length);
      this.#outlet.failed(address);
      return;
    }
    entry.tries++;
    entry.timer = this.#clock.after(this.#timing.retryMs, () => {
      entry.timer = undefined;
      this.#ask(address, entry);
    });
    this.#outlet.ask(address);
  }
}
