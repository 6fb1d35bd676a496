import type { Dpid } from '../core/dpid.ts';

/** How long an echo is waited for; a control connection that is slower than this is about to be given up anyway. */
export const ECHO_PATIENCE_MS = 5000;

/**
 * Asks a switch whether its control channel is merely slow, before a server behind it is blamed for silence. An echo is sent after the
 * probe and overtakes nothing, on the way there and back: when it is back first, the server had its time and did not use it.
 */
export class Echoes<T> {
  readonly #waiting = new Map<number, { readonly dpid: Dpid; readonly at: number; readonly who: Set<T> }>();
  /** Switches that sent an echo back at least once; of those that never do nothing can be learnt so. */
  readonly #able = new Map<Dpid, boolean>();
  #serial = 0;

  /** Whether it is worth asking: it was not found mute. */
  isAsked(dpid: Dpid): boolean {
    return this.#able.get(dpid) !== false;
  }

  isAble(dpid: Dpid): boolean {
    return this.#able.get(dpid) === true;
  }

  /** Waits for an echo: one that is to be sent now (`isNew`), or another one of this moment. */
  ask(dpid: Dpid, who: T, now: number): { readonly serial: number; readonly isNew: boolean } {
    const last = this.#waiting.get(this.#serial);
    if (last !== undefined && last.dpid === dpid && last.at === now) {
      last.who.add(who);
      return { serial: this.#serial, isNew: false };
    }
    this.#serial = (this.#serial + 1) >>> 0;
    this.#waiting.set(this.#serial, { dpid, at: now, who: new Set([who]) });
    for (const [serial, { at }] of this.#waiting) {
      if (now - at <= ECHO_PATIENCE_MS) break;
      this.#waiting.delete(serial);
    }
    return { serial: this.#serial, isNew: true };
  }

  /** An echo is back: who waited for it. */
  back(dpid: Dpid, serial: number): Iterable<T> {
    const waiting = this.#waiting.get(serial);
    if (waiting === undefined || waiting.dpid !== dpid) return [];
    this.#waiting.delete(serial);
    this.#able.set(dpid, true);
    return waiting.who;
  }

  /** An echo did not come back in time. */
  missed(dpid: Dpid): void {
    if (!this.isAble(dpid)) this.#able.set(dpid, false);
  }

  forget(dpid: Dpid): void {
    this.#able.delete(dpid);
  }
}
