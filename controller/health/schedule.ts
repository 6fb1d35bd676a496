/** A first frame and its repetitions share the timeout equally: two may be lost. */
const TRIES = 3;

/** When a probe repeats what may be lost, and when it gives up. */
export class Schedule {
  readonly #startedAt: number;
  readonly #timeoutMs: number;
  #tries = 1;

  constructor(startedAt: number, timeoutMs: number) {
    this.#startedAt = startedAt;
    this.#timeoutMs = timeoutMs;
  }

  /** The next repetition, or the end. */
  get deadline(): number {
    return this.#startedAt + Math.ceil((this.#timeoutMs * this.#tries) / TRIES);
  }

  /** What it is time for; counts a repetition. */
  due(now: number): 'end' | 'repetition' | undefined {
    if (now - this.#startedAt >= this.#timeoutMs) return 'end';
    if (now < this.deadline) return undefined;
    this.#tries += 1;
    return 'repetition';
  }
}
