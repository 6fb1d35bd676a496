import { type Scheduler, toMicroseconds } from './clock.ts';
import { EventQueue, type Timer } from './event-queue.ts';

/** Longer waits are cut: the machine's timers end at 2^31 ms. */
const LONGEST_WAIT = 86_400_000;

/**
 * The machine's time behind the same interface, so that a lab runs either way. Order is kept as under virtual time: what is
 * due runs by time, then in the order of asking. This is the only file of the lab that asks the machine for the time.
 */
export class RealClock implements Scheduler {
  readonly #queue = new EventQueue();
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #armedUs = Number.POSITIVE_INFINITY;
  #running = false;

  get pending(): number {
    return this.#queue.size;
  }

  /** Milliseconds since the epoch, never going back. */
  now(): number {
    return toMicroseconds(performance.timeOrigin + performance.now()) / 1000;
  }

  after(ms: number, run: () => void): Timer {
    return this.at(this.now() + Math.max(0, ms), run);
  }

  at(time: number, run: () => void): Timer {
    const timer = this.#queue.push(toMicroseconds(time), run);
    if (!this.#running) this.#arm();
    return timer;
  }

  /** Forgets everything that is still to happen, so that the process can end. */
  close(): void {
    while (this.#queue.shift() !== undefined);
    this.#disarm();
  }

  #arm(): void {
    const { nextUs } = this.#queue;
    if (nextUs === this.#armedUs) return;
    this.#disarm();
    if (nextUs === Number.POSITIVE_INFINITY) return;
    this.#armedUs = nextUs;
    const wait = nextUs / 1000 - this.now();
    // A timer waits a millisecond at least, which is longer than most links.
    if (wait < 1) this.#immediate = setImmediate(() => this.#runDue());
    else this.#timer = setTimeout(() => this.#runDue(), Math.min(Math.floor(wait), LONGEST_WAIT));
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
    this.#armedUs = Number.POSITIVE_INFINITY;
  }

  #runDue(): void {
    this.#disarm();
    this.#running = true;
    try {
      // What is asked for meanwhile waits for the next turn: sockets get theirs in between.
      const due = toMicroseconds(this.now());
      while (this.#queue.nextUs <= due) this.#queue.shift()?.();
    } finally {
      this.#running = false;
      this.#arm();
    }
  }
}
