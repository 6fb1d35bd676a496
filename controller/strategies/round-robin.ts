import { entryOf } from '../core/entry-of.ts';
import type { Candidate, Strategy } from './strategy.ts';

/** Servers that left whose place in the order is remembered, at most. */
export const MAX_ABSENT = 1024;

/** Ten tenths are one turn, whatever floating point makes of their sum. */
const ROUNDING = 1e-9;

interface Seat<C> {
  readonly candidate: C;
  readonly place: number;
  /** Its part of its turns, against the one that has the largest. */
  readonly share: number;
  /** Parts of turns it has saved up. */
  credit: number;
}

/**
 * Each server in turn: O(1), as long as the candidates are the same. The turn is remembered by name, not by position, so that a server
 * that leaves or comes back does not make another one miss its turn. A server in its slow start saves parts of its turns until they are
 * one (stride scheduling, Waldspurger and Weihl 1995, with the ring as its queue).
 */
export function roundRobin<C extends Candidate>(): Strategy<C> {
  /** By name, in the order in which they were first seen. */
  const places = new Map<string, number>();
  let seen = 0;
  let of: readonly C[] | undefined;
  let ring: Seat<C>[] = [];
  let next = 0;

  /** Seats the candidates in their order, and goes on behind the place that was served last. */
  const seat = (candidates: readonly C[]): void => {
    const credits = new Map(ring.map(({ candidate, credit }) => [candidate.name, credit]));
    const last = ring.length === 0 ? -1 : ring[(next + ring.length - 1) % ring.length]!.place;
    const most = candidates.reduce((ramp, candidate) => Math.max(ramp, candidate.ramp), 0);
    ring = candidates.map(candidate => {
      const share = candidate.ramp / most;
      const credit = share < 1 ? (credits.get(candidate.name) ?? 0) : 0;
      return { candidate, place: entryOf(places, candidate.name, () => seen++), share, credit };
    });
    ring.sort((a, b) => a.place - b.place);
    forgetAbsent(places, candidates);
    const behind = ring.findIndex(({ place }) => place > last);
    next = Math.max(0, behind);
    of = candidates;
  };

  /** Goes round until somebody may take its turn: at the latest the one with the largest share does. */
  const advance = (): number => {
    for (;;) {
      const at = next;
      next = (next + 1) % ring.length;
      const seat = ring[at]!;
      if (seat.share === 1) return at;
      seat.credit += seat.share;
      if (seat.credit < 1 - ROUNDING) continue;
      seat.credit -= 1;
      return at;
    }
  };

  return {
    pick(_connection, candidates) {
      if (candidates.length === 0) return undefined;
      if (candidates !== of) seat(candidates);
      const at = advance();
      return { candidate: ring[at]!.candidate, rule: 'next in turn', score: scoreFrom(ring, at) };
    },
  };
}

/** Turns that others take before this one does. */
function scoreFrom<C extends Candidate>(ring: readonly Seat<C>[], at: number): (candidate: C) => number {
  let seats: Map<string, number> | undefined;
  return ({ name }) => {
    seats ??= new Map(ring.map(({ candidate }, seat) => [candidate.name, seat]));
    const seat = seats.get(name)!;
    if (seat === at) return 0;
    const { credit, share } = ring[seat]!;
    const laps = Math.max(0, Math.ceil((1 - ROUNDING - credit) / share) - 1);
    return ((seat - at + ring.length) % ring.length) + laps * ring.length;
  };
}

/** Forgets those longest known of the absent ones that are too many. */
function forgetAbsent(places: Map<string, number>, present: readonly { readonly name: string }[]): void {
  let surplus = places.size - present.length - MAX_ABSENT;
  if (surplus <= 0) return;
  const names = new Set(present.map(({ name }) => name));
  for (const name of places.keys()) {
    if (surplus === 0) return;
    if (!names.has(name) && places.delete(name)) surplus -= 1;
  }
}
