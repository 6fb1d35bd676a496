/** Response times are those of so long, and of them the newest at most. */
const KEPT_MS = 30_000;
const MAX_KEPT = 2000;
/** Fewer measurements have no percentile that says anything. */
const MIN_MEASURED = 20;

/** The response times of the last half minute. */
export class RecentResponses {
  #times: number[] = [];
  #values: number[] = [];

  add(ms: number, now: number): void {
    this.#times.push(now);
    this.#values.push(ms);
    if (this.#times.length >= 2 * MAX_KEPT) this.#forget(now);
  }

  /** The 95th percentile in ms, by rank; undefined where too little was measured. */
  p95(now: number): number | undefined {
    this.#forget(now);
    if (this.#values.length < MIN_MEASURED) return undefined;
    const sorted = this.#values.toSorted((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.95) - 1];
  }

  #forget(now: number): void {
    const firstInTime = this.#times.findIndex(at => at >= now - KEPT_MS);
    const first = Math.max(firstInTime === -1 ? this.#times.length : firstInTime, this.#times.length - MAX_KEPT);
    if (first === 0) return;
    this.#times = this.#times.slice(first);
    this.#values = this.#values.slice(first);
  }
}
