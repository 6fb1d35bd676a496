/** Response times are those of so long, and of them the newest at most. */
const KEPT_MS = 30_000;
const MAX_KEPT = 2000;
/** Fewer measurements have no percentile that says anything. */
const MIN_MEASURED = 20;

/** The response times of the last half minute. */
export class RecentResponses {
  #measured: { readonly ms: number; readonly at: number }[] = [];

  add(ms: number, now: number): void {
    this.#measured.push({ ms, at: now });
    if (this.#measured.length >= 2 * MAX_KEPT) this.#forget(now);
  }

  /** The 95th percentile in ms, by rank; undefined where too little was measured. */
  p95(now: number): number | undefined {
    this.#forget(now);
    if (this.#measured.length < MIN_MEASURED) return undefined;
    const sorted = this.#measured.map(({ ms }) => ms).sort((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.95) - 1];
  }

  #forget(now: number): void {
    this.#measured = this.#measured.slice(-MAX_KEPT).filter(({ at }) => at >= now - KEPT_MS);
  }
}
