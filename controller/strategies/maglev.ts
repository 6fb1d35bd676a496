import { entryOf } from '../core/entry-of.ts';
import { hashText } from './murmur.ts';
import type { Candidate } from './strategy.ts';

/** Slots of the table of a usual pool: a prime (65537), as the paper's own choice. */
export const SMALL_TABLE = 65_537;
/** Slots for more servers than that table divides well: a prime (655373). */
export const LARGE_TABLE = 655_373;
/** A table has so many slots for each server at least: no server then gets more than about 1 % above its share (the paper, 3.4). */
const SLOTS_PER_SERVER = 100;

const EMPTY = -1;
const OFFSET_SEED = 0x6f666673;
const SKIP_SEED = 0x736b6970;

/** What stands in the table. */
type Entry = Pick<Candidate, 'name' | 'weight'>;

/**
 * Maglev hashing (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016, 3.4): each server has a
 * permutation of the slots, made from its name, and they take slots in turn, each the next of its own that is free. So the slots are shared out
 * evenly, and when a server comes or goes few slots change hands but its own. A server of a smaller weight takes part in some of the rounds
 * only. The table depends on names and weights alone, not on their order.
 */
export class Maglev<C extends Entry> {
  readonly candidates: readonly C[];
  readonly slots: Int32Array;

  /** `smallest` is the size of an earlier table: with a smaller one nearly every client would move. */
  constructor(candidates: readonly C[], smallest = 0) {
    this.candidates = candidates;
    const needed = candidates.length * SLOTS_PER_SERVER > SMALL_TABLE ? LARGE_TABLE : SMALL_TABLE;
    this.slots = new Int32Array(candidates.length === 0 ? smallest : Math.max(needed, smallest)).fill(EMPTY);
    if (candidates.length > 0) this.#fill();
  }

  /** The slot of a hash of 32 bits. */
  slotOf(hash: number): number {
    return hash % this.slots.length;
  }

  owner(slot: number): C {
    return this.candidates[this.slots[slot]!]!;
  }

  /** Slots from this one to the next of a candidate; the size of the table for one that has none. */
  distance(slot: number, candidate: C): number {
    const { slots } = this;
    for (let steps = 0; steps < slots.length; steps++) {
      if (this.owner((slot + steps) % slots.length) === candidate) return steps;
    }
    return slots.length;
  }

  #fill(): void {
    const { slots } = this;
    const size = slots.length;
    const classes = byWeight(this.candidates);
    const heaviest = classes[0]!.weight;
    const position = this.candidates.map(({ name }) => hashText(name, OFFSET_SEED) % size);
    const skip = this.candidates.map(({ name }) => (hashText(name, SKIP_SEED) % (size - 1)) + 1);
    let free = size;
    for (let round = 1; ; round++) {
      for (const { weight, members } of classes) {
        if (Math.floor((round * weight) / heaviest) === Math.floor(((round - 1) * weight) / heaviest)) continue;
        for (const member of members) {
          let slot = position[member]!;
          while (slots[slot] !== EMPTY) slot = step(slot, skip[member]!, size);
          slots[slot] = member;
          position[member] = step(slot, skip[member]!, size);
          free -= 1;
          if (free === 0) return;
        }
      }
    }
  }
}

function step(slot: number, skip: number, size: number): number {
  const next = slot + skip;
  return next < size ? next : next - size;
}

/** Indices of equal weight, by name; the heaviest first. */
function byWeight(candidates: readonly Entry[]): { weight: number; members: number[] }[] {
  const groups = new Map<number, number[]>();
  for (const [i, { weight }] of candidates.entries()) entryOf(groups, weight, () => []).push(i);
  const nameOf = (i: number): string => candidates[i]!.name;
  return [...groups]
    .map(([weight, members]) => ({ weight, members: members.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) }))
    .sort((a, b) => b.weight - a.weight);
}
