import type { Dpid } from '../core/dpid.ts';
import { isSameLocation, type Location } from '../core/location.ts';

/** Silence at a server's place after which it may be found at another one, if nothing says earlier that the place is gone. */
export const RELOCATE_AFTER_MS = 300_000;

/**
 * Where a server is. The first answer sets the place; from then on answers count from there alone, so that nobody can bring a
 * dead server up by answering in its stead. The place is given up when its port goes down, while its switch is gone, and after
 * a long silence.
 */
export class Pin {
  #location: Location | undefined;
  #answeredAt = 0;

  get location(): Location | undefined {
    return this.#location;
  }

  set(location: Location, now: number): void {
    this.#location = location;
    this.#answeredAt = now;
  }

  /** The server said something at its place. */
  touch(now: number): void {
    this.#answeredAt = now;
  }

  release(): void {
    this.#location = undefined;
  }

  isAt(dpid: Dpid, port: number): boolean {
    return this.#location?.dpid === dpid && this.#location.port === port;
  }

  /** Whether an answer from there may be believed: it is the place, or there is none that holds. */
  accepts(location: Location, switches: ReadonlyMap<Dpid, unknown>, now: number): boolean {
    const held = this.held(switches, now);
    return held === undefined || isSameLocation(held, location);
  }

  /** The place, as long as it holds. */
  held(switches: ReadonlyMap<Dpid, unknown>, now: number): Location | undefined {
    const location = this.#location;
    if (location === undefined || !switches.has(location.dpid)) return undefined;
    return now - this.#answeredAt < RELOCATE_AFTER_MS ? location : undefined;
  }
}
