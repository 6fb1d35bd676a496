import type { Location } from '../core/location.ts';
import { Rarely } from '../core/rarely.ts';

/** How often people hear of answers that do not count. */
const TELL_STRAYS_EVERY_MS = 60_000;
/** Servers of which strays are remembered at once. */
const MAX_SERVERS = 4096;

/** Answers from where the server is not: somebody answers in its stead, or it moved. Told at once, then once a minute. */
export class Strays {
  readonly #rarely = new Rarely(TELL_STRAYS_EVERY_MS, MAX_SERVERS);

  /** The sentence for people, when it is time for one. */
  tell(id: string, from: Location, held: Location | undefined, now: number): string | undefined {
    const count = this.#rarely.tell(id, now);
    if (count === undefined) return undefined;
    const more = count > 0 ? `, and ${count} more in the last minute` : '';
    const place = held === undefined ? 'its place is not known' : `it is at ${placeText(held)}`;
    return `${id}: an answer to a probe came from ${placeText(from)}${more}; ${place}, so the answer does not count`;
  }

  forget(id: string): void {
    this.#rarely.forget(id);
  }
}

export function placeText({ dpid, port, mac }: Location): string {
  return `port ${port} of switch ${dpid} as ${mac}`;
}
