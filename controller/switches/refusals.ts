import { Rarely } from '../core/rarely.ts';
import type { Refusal } from './registry.ts';

/** A switch that is refused tries again each second; the same refusal is reported once in this time. */
export const REPORTED_EVERY_MS = 60_000;

/** Keeps a switch that cannot be served from filling the log. */
export class Refusals {
  readonly #rarely = new Rarely(REPORTED_EVERY_MS);

  /** The refusal as it is to be reported now, with how often it was not; undefined when it was reported lately. */
  report(refusal: Refusal, now: number): Refusal | undefined {
    const host = refusal.address.replace(/:\d+$/, ''); // each try comes from another port
    const count = this.#rarely.allow(`${host} ${refusal.dpid} ${refusal.reason}`, now);
    if (count === undefined) return undefined;
    return count === 0 ? refusal : { ...refusal, reason: `${refusal.reason} (${count} more times)` };
  }
}
