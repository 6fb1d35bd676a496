interface Entry<T> {
  readonly at: number;
  /** What was put first comes first among equals. */
  readonly serial: number;
  readonly item: T;
}

/** What waits for its time, soonest first: a binary heap. An entry whose time was changed is passed over when it comes up. */
export class DueQueue<T extends { dueAt: number }> {
  readonly #heap: Entry<T>[] = [];
  #serial = 0;

  /** Entries, those included that are passed over. */
  get size(): number {
    return this.#heap.length;
  }

  /** Sets when `item` is due; `Infinity` takes it out. */
  put(item: T, at: number): void {
    if (item.dueAt === at) return;
    item.dueAt = at;
    if (at === Number.POSITIVE_INFINITY) return;
    const heap = this.#heap;
    this.#serial += 1;
    let i = heap.push({ at, serial: this.#serial, item }) - 1;
    for (let up = (i - 1) >> 1; i > 0 && isBefore(heap[i]!, heap[up]!); i = up, up = (i - 1) >> 1) this.#swap(i, up);
  }

  /** The next item that is due at `now`; it is in the queue no longer. */
  take(now: number): T | undefined {
    while (this.#heap.length > 0 && this.#heap[0]!.at <= now) {
      const { at, item } = this.#pop();
      if (item.dueAt !== at) continue;
      item.dueAt = Number.POSITIVE_INFINITY;
      return item;
    }
    return undefined;
  }

  #pop(): Entry<T> {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let least = i;
      if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right;
      if (least === i) return first;
      this.#swap(i, least);
      i = least;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.at === b.at ? a.serial < b.serial : a.at < b.at;
}
