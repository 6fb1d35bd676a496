import { Heap } from '../core/heap.ts';
import type { Candidate } from './strategy.ts';

interface Entry<C> {
  readonly candidate: C;
  cost: number;
  /** Number of the pick in which it was picked last; never picked: below 0, in the order of the array. */
  turn: number;
  slot: number;
}

/**
 * The candidates by a cost that changes with their numbers: the cheapest at once, a change in O(log n). Of equals the one that was
 * picked least recently comes first, and of those never picked the first in the array, so that equals take turns.
 */
export class Ranking<C extends Candidate> {
  readonly #costOf: (candidate: C) => number;
  #of: readonly C[] | undefined;
  #entries = new Map<string, Entry<C>>();
  #heap: Heap<Entry<C>> | undefined;
  #turn = 0;

  /** `costOf` reads the candidate's numbers; infinite: only if nobody else is there. */
  constructor(costOf: (candidate: C) => number) {
    this.#costOf = costOf;
  }

  /** The cheapest of them; O(n) when the array is another than before. */
  first(candidates: readonly C[]): C | undefined {
    if (candidates !== this.#of) this.#rank(candidates);
    return this.#heap!.first?.candidate;
  }

  /** It was picked: of equals it is now the last. */
  picked(candidate: C): void {
    const entry = this.#entries.get(candidate.name)!;
    entry.turn = ++this.#turn;
    entry.cost = this.#costOf(candidate);
    this.#heap!.moved(entry);
  }

  /** A number of a candidate changed. One that is not in the array is nobody's business. */
  update(candidate: C): void {
    const entry = this.#entries.get(candidate.name);
    if (entry?.candidate !== candidate) return;
    const cost = this.#costOf(candidate);
    if (cost === entry.cost) return;
    entry.cost = cost;
    this.#heap!.moved(entry);
  }

  #rank(candidates: readonly C[]): void {
    const entries = candidates.map((candidate, i) => {
      const turn = this.#entries.get(candidate.name)?.turn ?? -1;
      return { candidate, cost: this.#costOf(candidate), turn: turn < 0 ? i - candidates.length : turn, slot: 0 };
    });
    this.#heap = new Heap<Entry<C>>(entries, comesFirst);
    this.#entries = new Map(entries.map(entry => [entry.candidate.name, entry]));
    this.#of = candidates;
  }
}

function comesFirst<C>(a: Entry<C>, b: Entry<C>): boolean {
  return a.cost === b.cost ? a.turn < b.turn : a.cost < b.cost;
}
