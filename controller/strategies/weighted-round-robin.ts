import { entryOf } from '../core/entry-of.ts';
import { Heap } from '../core/heap.ts';
import type { Candidate, Strategy } from './strategy.ts';

/** After t picks the current value of a candidate is `weight * t + offset`. */
interface Seat<C> {
  readonly candidate: C;
  readonly weight: number;
  readonly index: number;
  offset: number;
  slot: number;
}

/**
 * Smooth weighted round robin, as nginx has it ("Upstream: smooth weighted round-robin balancing", 2012, commit 52327e0627f4): at each
 * pick every candidate gains its weight, and the highest is picked and pays the sum of the weights; 5, 1, 1 gives a a b a c a a.
 *
 * The textbook adds n weights for each pick. Here candidates of equal weight, who all gain the same, share a heap on the part that does not
 * grow, and a pick compares the heads of the heaps: O(distinct weights + log n), and the same picks as long as the weights are whole. When
 * the candidates change, each keeps what it is ahead or behind, measured in turns, so that nothing starts anew.
 */
export function weightedRoundRobin<C extends Candidate>(): Strategy<C> {
  let cycle = new Cycle<C>([]);
  return {
    pick(_connection, candidates) {
      if (candidates.length === 0) return undefined;
      if (candidates !== cycle.candidates) cycle = new Cycle(candidates, cycle);
      const candidate = cycle.take();
      const picked = cycle;
      return { candidate, rule: 'furthest behind its weight', score: other => picked.ahead(other, candidate) };
    },
  };
}

/** The turns of candidates that stay the same. */
class Cycle<C extends Candidate> {
  readonly candidates: readonly C[];
  readonly #seats: ReadonlyMap<string, Seat<C>>;
  /** Each holds candidates of one weight. */
  readonly #heaps: readonly Heap<Seat<C>>[];
  readonly #sum: number;
  #picks = 0;

  constructor(candidates: readonly C[], before?: Cycle<C>) {
    this.candidates = candidates;
    this.#sum = candidates.reduce((sum, { weight }) => sum + weight, 0);
    const seats = candidates.map((candidate, index) => {
      const offset = before?.currentOf(candidate.name, this.#sum) ?? 0;
      return { candidate, weight: candidate.weight, index, offset, slot: 0 };
    });
    this.#seats = new Map(seats.map(seat => [seat.candidate.name, seat]));
    const equals = new Map<number, Seat<C>[]>();
    for (const seat of seats) entryOf(equals, seat.weight, () => []).push(seat);
    this.#heaps = [...equals.values()].map(group => new Heap(group, isAhead));
  }

  /** The highest, of equals the first in the array; it pays. */
  take(): C {
    this.#picks += 1;
    let from: Heap<Seat<C>> | undefined;
    let best: Seat<C> | undefined;
    let value = Number.NEGATIVE_INFINITY;
    for (const heap of this.#heaps) {
      const seat = heap.first!;
      const current = this.#current(seat);
      if (current < value || (current === value && seat.index > best!.index)) continue;
      from = heap;
      best = seat;
      value = current;
    }
    best!.offset -= this.#sum;
    from!.moved(best!);
    return best!.candidate;
  }

  /** Turns that a candidate was ahead of its share when `picked` was picked; below 0: behind. */
  ahead(candidate: C, picked: C): number {
    const current = this.#current(this.#seats.get(candidate.name)!);
    return -(candidate === picked ? current + this.#sum : current) / this.#sum;
  }

  /** What a candidate has to its credit, where the weights have another sum. */
  currentOf(name: string, sum: number): number | undefined {
    const seat = this.#seats.get(name);
    return seat && this.#current(seat) * (sum / this.#sum);
  }

  #current(seat: Seat<C>): number {
    return seat.weight * this.#picks + seat.offset;
  }
}

function isAhead<C>(a: Seat<C>, b: Seat<C>): boolean {
  return a.offset === b.offset ? a.index < b.index : a.offset > b.offset;
}
