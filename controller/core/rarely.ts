/** Lets the same sentence through once in a time, with how often it was held back. */
export class Rarely {
  readonly #everyMs: number;
  readonly #maxKept: number;
  readonly #told = new Map<string, { readonly at: number; count: number }>();

  constructor(everyMs: number, maxKept = 1024) {
    this.#everyMs = everyMs;
    this.#maxKept = maxKept;
  }

  /** How often it was held back before, when it may be said now; undefined when it was said lately. */
  tell(key: string, now: number): number | undefined {
    const before = this.#told.get(key);
    if (before !== undefined && now - before.at < this.#everyMs) {
      before.count += 1;
      return undefined;
    }
    this.#told.delete(key);
    this.#told.set(key, { at: now, count: 0 });
    if (this.#told.size > this.#maxKept) this.#told.delete(this.#told.keys().next().value!);
    return before?.count ?? 0;
  }

  /** It may be said again at once. */
  forget(key: string): void {
    this.#told.delete(key);
  }
}
