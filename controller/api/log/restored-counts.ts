import type { Difference, RestoredEntry } from '../../core/events.ts';

/** How many things of one kind were restored; `how` they differed, which connections do not say. */
export interface RestoredCount {
  readonly what: 'flows' | 'groups' | 'meters' | 'connections';
  readonly how?: keyof Difference;
  readonly count: number;
}

const KINDS = ['flows', 'groups', 'meters'] as const;
const WAYS = ['missing', 'changed', 'surplus'] as const;

/** What was restored, without the zeros. */
export function restoredCounts(entry: RestoredEntry): RestoredCount[] {
  const differences = KINDS.flatMap(what => WAYS.map(how => ({ what, how, count: entry[what][how] })));
  return [...differences, { what: 'connections' as const, count: entry.connections }].filter(({ count }) => count > 0);
}

/** `12 flows missing`, `1 group changed`, `2 unwanted flows`, `3 connections`. */
export function restoredText({ what, how, count }: RestoredCount): string {
  const noun = count === 1 ? what.slice(0, -1) : what;
  return how === undefined ? `${count} ${noun}` : how === 'surplus' ? `${count} unwanted ${noun}` : `${count} ${noun} ${how}`;
}
