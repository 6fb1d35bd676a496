/** Something with a point in time at which it has to be looked at. */
export interface Due {
  /** Milliseconds; changes only through `Deadlines`. */
  dueAt: number;
  /** Its place in the heap; -1: not in it. */
  dueIndex: number;
}

/** A binary heap of deadlines, the earliest first; each can be moved or taken out. */
export class Deadlines<T extends Due> {
  readonly #heap: T[] = [];

  /** The earliest; undefined when there is none. */
  get first(): T | undefined {
    return this.#heap[0];
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Puts an item in, or moves it. */
  set(item: T, at: number): void {
    item.dueAt = at;
    if (item.dueIndex < 0) {
      item.dueIndex = this.#heap.length;
      this.#heap.push(item);
    }
    if (!this.#up(item)) this.#down(item);
  }

  delete(item: T): void {
    const { dueIndex } = item;
    if (dueIndex < 0) return;
    item.dueIndex = -1;
    const last = this.#heap.pop()!;
    if (last === item) return;
    this.#heap[dueIndex] = last;
    last.dueIndex = dueIndex;
    if (!this.#up(last)) this.#down(last);
  }

  #up(item: T): boolean {
    const start = item.dueIndex;
    for (let i = start; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (this.#heap[parent]!.dueAt <= item.dueAt) break;
      this.#swap(i, parent);
      i = parent;
    }
    return item.dueIndex !== start;
  }

  #down(item: T): void {
    for (let i = item.dueIndex; ; ) {
      let child = 2 * i + 1;
      if (child >= this.#heap.length) return;
      if (child + 1 < this.#heap.length && this.#heap[child + 1]!.dueAt < this.#heap[child]!.dueAt) child++;
      if (this.#heap[child]!.dueAt >= item.dueAt) return;
      this.#swap(i, child);
      i = child;
    }
  }

  #swap(i: number, j: number): void {
    const [a, b] = [this.#heap[i]!, this.#heap[j]!];
    this.#heap[i] = b;
    this.#heap[j] = a;
    b.dueIndex = i;
    a.dueIndex = j;
  }
}
