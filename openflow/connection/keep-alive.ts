import type { Clock } from './clock.ts';

/** Asks a silent peer whether it lives (7.5.2), and says when it does not answer. */
export class KeepAlive {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #timeoutMs: number;
  readonly #probe: () => void;
  readonly #dead: (silentMs: number) => void;
  #heard: number;
  #probed = false;
  #timer: unknown;

  constructor(clock: Clock, times: { afterMs: number; timeoutMs: number }, probe: () => void, dead: (silentMs: number) => void) {
    this.#clock = clock;
    this.#afterMs = times.afterMs;
    this.#timeoutMs = times.timeoutMs;
    this.#probe = probe;
    this.#dead = dead;
    this.#heard = clock.now();
    if (this.#afterMs > 0) this.#wait(this.#afterMs);
  }

  /** The peer sent something. */
  heard(): void {
    this.#heard = this.#clock.now();
    this.#probed = false;
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    this.#timer = this.#clock.setTimeout(() => this.#check(), ms);
  }

  #check(): void {
    const silent = this.#clock.now() - this.#heard;
    if (this.#probed) this.#dead(silent);
    else if (silent < this.#afterMs) this.#wait(this.#afterMs - silent);
    else {
      this.#probed = true;
      this.#wait(this.#timeoutMs);
      this.#probe();
    }
  }
}
