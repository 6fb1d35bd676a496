import { EventQueue, type Timer } from './event-queue.ts';

/** Time, and what is to happen at a time. Milliseconds, of which fractions down to a microsecond count. */
export interface Scheduler {
  now(): number;
  /** Runs once, `ms` from now; less than nothing means now, after what is already asked for. */
  after(ms: number, run: () => void): Timer;
  /** Runs once at a time; one that is over means now. */
  at(time: number, run: () => void): Timer;
}

/** A time of the interface as whole microseconds. */
export function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000);
}

/**
 * Time that passes only when it is told to: from one thing that is to happen to the next, in strict order (time, then the
 * order of asking). The same calls give the same run.
 */
export class VirtualClock implements Scheduler {
  readonly #queue = new EventQueue();
  #us: number;

  constructor(startMs = 0) {
    this.#us = toMicroseconds(startMs);
  }

  /** How much is still to happen. */
  get pending(): number {
    return this.#queue.size;
  }

  now(): number {
    return this.#us / 1000;
  }

  after(ms: number, run: () => void): Timer {
    return this.#queue.push(this.#us + Math.max(0, toMicroseconds(ms)), run);
  }

  at(time: number, run: () => void): Timer {
    return this.#queue.push(Math.max(this.#us, toMicroseconds(time)), run);
  }

  /** Lets the next thing happen; false when there is none. */
  step(): boolean {
    const us = this.#queue.nextUs;
    const run = this.#queue.shift();
    if (run === undefined) return false;
    this.#us = us;
    run();
    return true;
  }

  /** Lets everything happen up to `time` and including it; then it is that time. Gives how many things happened. */
  runUntil(time: number): number {
    const end = toMicroseconds(time);
    let count = 0;
    while (this.#queue.nextUs <= end) {
      this.step();
      count++;
    }
    this.#us = Math.max(this.#us, end);
    return count;
  }

  /** Lets `ms` pass. */
  run(ms: number): number {
    return this.runUntil(this.now() + ms);
  }

  /** Runs until nothing is left to happen, or `limit` things did. Gives how many; `pending` tells whether any are left. */
  runIdle(limit = Number.POSITIVE_INFINITY): number {
    let count = 0;
    while (count < limit && this.step()) count++;
    return count;
  }
}
