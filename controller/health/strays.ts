import { type Place, placeText } from '../core/place.ts';
import { Rarely } from '../core/rarely.ts';

/** How often people hear of answers that do not count. */
const REPORT_EVERY_MS = 60_000;
/** Servers of which strays are remembered at once. */
const MAX_SERVERS = 4096;

/** What comes from where a server is not: somebody speaks in its stead, or it moved. Reported at once, then once a minute. */
export class Strays {
  readonly #rarely = new Rarely(REPORT_EVERY_MS, MAX_SERVERS);

  /** An answer to a probe: the sentence for people, when it is time for one. */
  report(server: string, from: Place, held: Place | undefined, now: number): string | undefined {
    return this.#sentence(server, 'an answer to a probe', 'the answer does not count', from, held, now);
  }

  /** A frame with the server's MAC address. */
  reportFrame(server: string, from: Place, held: Place, now: number): string | undefined {
    return this.#sentence(server, 'a frame with its MAC address', 'its traffic stays there', from, held, now);
  }

  forget(server: string): void {
    for (const what of ['an answer to a probe', 'a frame with its MAC address']) this.#rarely.forget(`${server} ${what}`);
  }

  #sentence(server: string, what: string, so: string, from: Place, held: Place | undefined, now: number): string | undefined {
    const count = this.#rarely.allow(`${server} ${what}`, now);
    if (count === undefined) return undefined;
    const more = count > 0 ? `, and ${count} more in the last minute` : '';
    const place = held === undefined ? 'its place is not known' : `it is at ${placeText(held)}`;
    return `${server}: ${what} came from ${placeText(from)}${more}; ${place}, so ${so}`;
  }
}
