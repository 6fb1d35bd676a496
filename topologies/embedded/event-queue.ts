/** What was asked for later, and can be called off. */
export interface Timer {
  /** False once it ran or was called off. */
  readonly pending: boolean;
  cancel(): void;
}

class Entry implements Timer {
  readonly us: number;
  readonly sequence: number;
  readonly run: () => void;
  readonly #queue: EventQueue;
  /** Where it is in the heap; -1 when it is no longer there. */
  place = -1;

  constructor(queue: EventQueue, us: number, sequence: number, run: () => void) {
    this.#queue = queue;
    this.us = us;
    this.sequence = sequence;
    this.run = run;
  }

  get pending(): boolean {
    return this.place >= 0;
  }

  cancel(): void {
    this.#queue.remove(this);
  }
}

/**
 * What is to happen, in order: by time, and at one time in the order in which it was asked for. Times are whole
 * microseconds, so that no sum of fractions decides which of two things comes first. A binary heap; each entry knows its
 * place, so one that is called off leaves at once.
 */
export class EventQueue {
  readonly #heap: Entry[] = [];
  #sequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The time of the next entry; Infinity when there is none. */
  get nextUs(): number {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#heap[0]!.us;
  }

  push(us: number, run: () => void): Timer {
    if (!(us <= Number.MAX_SAFE_INTEGER)) throw new RangeError(`${us / 1000} ms is no time`);
    const entry = new Entry(this, us, this.#sequence++, run);
    const heap = this.#heap;
    heap.push(entry);
    this.#rise(entry, heap.length - 1);
    return entry;
  }

  /** Takes the next entry out; undefined when there is none. */
  shift(): (() => void) | undefined {
    const first = this.#heap[0];
    if (first === undefined) return undefined;
    this.remove(first);
    return first.run;
  }

  remove(entry: { place: number }): void {
    const at = entry.place;
    if (at < 0) return;
    entry.place = -1;
    const heap = this.#heap;
    const last = heap.pop()!;
    if (at === heap.length) return;
    if (at > 0 && isBefore(last, heap[(at - 1) >> 1]!)) this.#rise(last, at);
    else this.#sink(last, at);
  }

  #rise(entry: Entry, from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt]!;
      if (!isBefore(entry, parent)) break;
      heap[at] = parent;
      parent.place = at;
      at = parentAt;
    }
    heap[at] = entry;
    entry.place = at;
  }

  #sink(entry: Entry, from: number): void {
    const heap = this.#heap;
    const size = heap.length;
    let at = from;
    for (let childAt = 2 * at + 1; childAt < size; childAt = 2 * at + 1) {
      let child = heap[childAt]!;
      if (childAt + 1 < size && isBefore(heap[childAt + 1]!, child)) child = heap[++childAt]!;
      if (!isBefore(child, entry)) break;
      heap[at] = child;
      child.place = at;
      at = childAt;
    }
    heap[at] = entry;
    entry.place = at;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.us < other.us || (one.us === other.us && one.sequence < other.sequence);
}
