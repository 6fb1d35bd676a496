import { type Place, placeText } from '../core/place.ts';
import { Rarely } from '../core/rarely.ts';

/** How often people hear of answers that do not count. */
const REPORT_EVERY_MS = 60_000;
/** Servers of which strays are remembered at once. */
const MAX_SERVERS = 4096;

/** What comes from where a server is not, and what follows. A frame has the server's MAC address. */
const STRAYS = {
  answer: { what: 'an answer to a probe', so: 'the answer does not count' },
  frame: { what: 'a frame with its MAC address', so: 'its traffic stays there' },
} as const;
export type Stray = keyof typeof STRAYS;

/** What comes from where a server is not: somebody speaks in its stead, or it moved. Reported at once, then once a minute. */
export class Strays {
  readonly #rarely = new Rarely(REPORT_EVERY_MS, MAX_SERVERS);

  /** The sentence for people, when it is time for one. */
  report(stray: Stray, server: string, from: Place, held: Place | undefined, now: number): string | undefined {
    const { what, so } = STRAYS[stray];
    const count = this.#rarely.allow(`${server} ${what}`, now);
    if (count === undefined) return undefined;
    const more = count > 0 ? `, and ${count} more in the last minute` : '';
    const place = held === undefined ? 'its place is not known' : `it is at ${placeText(held)}`;
    return `${server}: ${what} came from ${placeText(from)}${more}; ${place}, so ${so}`;
  }

  forget(server: string): void {
    for (const { what } of Object.values(STRAYS)) this.#rarely.forget(`${server} ${what}`);
  }
}
