/** Lets the same thing through once in a time, with how often it was held back. */
export class Rarely {
  readonly #everyMs: number;
  readonly #maxKept: number;
  readonly #allowed = new Map<string, { readonly at: number; count: number }>();

  constructor(everyMs: number, maxKept = 1024) {
    this.#everyMs = everyMs;
    this.#maxKept = maxKept;
  }

  /** How often it was held back before, when it may pass now; undefined when it passed lately. */
  allow(key: string, now: number): number | undefined {
    const before = this.#allowed.get(key);
    if (before !== undefined && now - before.at < this.#everyMs) {
      before.count += 1;
      return undefined;
    }
    this.#allowed.delete(key);
    this.#allowed.set(key, { at: now, count: 0 });
    if (this.#allowed.size > this.#maxKept) this.#allowed.delete(this.#allowed.keys().next().value!);
    return before?.count ?? 0;
  }

  /** It may pass again at once. */
  forget(key: string): void {
    this.#allowed.delete(key);
  }
}
