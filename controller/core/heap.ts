/** What knows its place in a heap. */
export interface Seated {
  /** Written by the heap alone. */
  slot: number;
}

/**
 * A binary heap: the first item is at hand, and one is added, or taken out, in O(log n). Items may change their worth while they are in
 * it: each knows its slot, so that it is moved in O(log n), too (an indexed heap: Sedgewick and Wayne, Algorithms, 2.4).
 */
export class Heap<T extends Seated> {
  readonly #items: T[];
  readonly #before: (a: T, b: T) => boolean;

  /** Takes the array over. `before` tells whether `a` comes out before `b`; O(n). */
  constructor(items: T[], before: (a: T, b: T) => boolean) {
    this.#items = items;
    this.#before = before;
    for (let slot = 0; slot < items.length; slot++) items[slot]!.slot = slot;
    for (let slot = (items.length >> 1) - 1; slot >= 0; slot--) this.#sink(items[slot]!);
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    item.slot = this.#items.push(item) - 1;
    this.#rise(item);
  }

  /** Takes the first out. */
  takeFirst(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && last !== first) {
      last.slot = 0;
      this.#sink(last);
    }
    return first;
  }

  /** The worth of an item changed, in whichever direction. */
  moved(item: T): void {
    if (!this.#rise(item)) this.#sink(item);
  }

  /** Whether it had to. */
  #rise(item: T): boolean {
    const from = item.slot;
    let slot = from;
    while (slot > 0) {
      const above = this.#items[(slot - 1) >> 1]!;
      if (!this.#before(item, above)) break;
      this.#put(above, slot);
      slot = (slot - 1) >> 1;
    }
    if (slot === from) return false;
    this.#put(item, slot);
    return true;
  }

  #sink(item: T): void {
    const items = this.#items;
    let slot = item.slot;
    for (;;) {
      let below = 2 * slot + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && this.#before(items[below + 1]!, items[below]!)) below += 1;
      if (!this.#before(items[below]!, item)) break;
      this.#put(items[below]!, slot);
      slot = below;
    }
    this.#put(item, slot);
  }

  #put(item: T, slot: number): void {
    this.#items[slot] = item;
    item.slot = slot;
  }
}
