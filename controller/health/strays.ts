import type { Location } from '../core/location.ts';

/** How often people hear of answers that do not count. */
export const TELL_STRAYS_EVERY_MS = 60_000;
/** Servers of which strays are remembered at once. */
const MAX_SERVERS = 4096;

/** Answers from where the server is not: somebody answers in its stead, or it moved. Told at once, then once a minute. */
export class Strays {
  readonly #told = new Map<string, { at: number; silent: number }>();

  /** The sentence for people, when it is time for one. */
  tell(id: string, from: Location, held: Location | undefined, now: number): string | undefined {
    const before = this.#told.get(id);
    if (before !== undefined && now - before.at < TELL_STRAYS_EVERY_MS) {
      before.silent += 1;
      return undefined;
    }
    if (before === undefined && this.#told.size >= MAX_SERVERS) this.#told.clear();
    this.#told.set(id, { at: now, silent: 0 });
    const more = before !== undefined && before.silent > 0 ? `, and ${before.silent} more in the last minute` : '';
    const place = held === undefined ? 'its place is not known' : `it is at ${placeText(held)}`;
    return `${id}: an answer to a probe came from ${placeText(from)}${more}; ${place}, so the answer does not count`;
  }

  forget(id: string): void {
    this.#told.delete(id);
  }
}

export function placeText({ dpid, port, mac }: Location): string {
  return `port ${port} of switch ${dpid} as ${mac}`;
}
