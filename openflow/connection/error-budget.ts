import type { Clock } from './clock.ts';

/** How many errors may be sent in a second, so that a bad peer cannot make us talk. */
export class ErrorBudget {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #second = Number.NEGATIVE_INFINITY;
  #spent = 0;
  /** Errors that were not sent. */
  suppressed = 0;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  /** Whether one more may be sent; counts it. */
  take(): boolean {
    const now = this.#clock.now();
    if (now - this.#second >= 1000) {
      this.#second = now;
      this.#spent = 0;
    }
    if (this.#spent >= this.#perSecond) {
      this.suppressed++;
      return false;
    }
    this.#spent++;
    return true;
  }
}
