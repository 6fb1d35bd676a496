/** A first frame and its repetitions share the timeout equally: two may be lost. */
const TRIES = 3;

/** When a probe repeats what may be lost, and when it gives up. */
export class Schedule {
  readonly #timeoutMs: number;
  #startedAt = 0;
  #tries = 1;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get startedAt(): number {
    return this.#startedAt;
  }

  /** The next repetition, or the end. */
  get deadline(): number {
    return this.#startedAt + Math.ceil((this.#timeoutMs * this.#tries) / TRIES);
  }

  start(now: number): void {
    this.#startedAt = now;
    this.#tries = 1;
  }

  isOver(now: number): boolean {
    return now - this.#startedAt >= this.#timeoutMs;
  }

  /** Whether it is time to repeat; counts the repetition. */
  isRepetitionDue(now: number): boolean {
    if (now < this.deadline || this.isOver(now)) return false;
    this.#tries += 1;
    return true;
  }
}
