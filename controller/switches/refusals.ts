import type { Refusal } from './registry.ts';

/** A switch that is refused tries again each second; the same refusal is told once in this time. */
export const TOLD_EVERY_MS = 60_000;
/** Refusals that are remembered; beyond that the oldest is told anew when it comes again. */
const MAX_REMEMBERED = 1_024;

interface Told {
  readonly at: number;
  /** Times since then that were not told. */
  count: number;
}

/** Keeps a switch that cannot be served from filling the log. */
export class Refusals {
  readonly #told = new Map<string, Told>();

  /** The refusal as it is to be told now, with how often it was not; undefined when it was told lately. */
  tell(refusal: Refusal, now: number): Refusal | undefined {
    const key = `${hostOf(refusal.address)} ${refusal.dpid} ${refusal.reason}`;
    const before = this.#told.get(key);
    if (before !== undefined && now - before.at < TOLD_EVERY_MS) {
      before.count += 1;
      return undefined;
    }
    this.#told.delete(key);
    this.#told.set(key, { at: now, count: 0 });
    if (this.#told.size > MAX_REMEMBERED) this.#told.delete(this.#told.keys().next().value!);
    const count = before?.count ?? 0;
    return count === 0 ? refusal : { ...refusal, reason: `${refusal.reason} (${count} more times)` };
  }
}

/** Each try comes from another port. */
function hostOf(address: string): string {
  return address.replace(/:\d+$/, '');
}
