import { Heap, type Seated } from '../core/heap.ts';

interface Entry<T> extends Seated {
  readonly at: number;
  /** What was put first comes first among equals. */
  readonly serial: number;
  readonly item: T;
}

/** What waits for its time, soonest first. An entry whose time was changed is passed over when it comes up. */
export class DueQueue<T extends { dueAt: number }> {
  readonly #heap = new Heap<Entry<T>>([], isBefore);
  #serial = 0;

  /** Entries, those included that are passed over. */
  get size(): number {
    return this.#heap.size;
  }

  /** Sets when `item` is due; `Infinity` takes it out. */
  put(item: T, at: number): void {
    if (item.dueAt === at) return;
    item.dueAt = at;
    if (at === Number.POSITIVE_INFINITY) return;
    this.#serial += 1;
    this.#heap.add({ at, serial: this.#serial, item, slot: 0 });
  }

  /** The next item that is due at `now`; it is in the queue no longer. */
  take(now: number): T | undefined {
    while (this.#heap.first !== undefined && this.#heap.first.at <= now) {
      const { at, item } = this.#heap.takeFirst()!;
      if (item.dueAt !== at) continue;
      item.dueAt = Number.POSITIVE_INFINITY;
      return item;
    }
    return undefined;
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.at === b.at ? a.serial < b.serial : a.at < b.at;
}
