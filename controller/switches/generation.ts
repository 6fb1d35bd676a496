import { cookieRange, readCookie } from '../core/pipeline.ts';
import type { InstalledFlow } from '../core/switch.ts';

/** The generations of our flows that a switch holds. */
export function generationsIn(flows: readonly InstalledFlow[]): Set<number> {
  return new Set(flows.flatMap(({ cookie }) => readCookie(cookie)?.generation ?? []));
}

/** A generation for the flows of a new session: the next one that the switch does not hold. */
export function nextGeneration(held: ReadonlySet<number>): number {
  const range = cookieRange('generation');
  let generation = (Math.max(-1, ...held) + 1) % range;
  for (let tries = 0; tries < range && held.has(generation); tries++) generation = (generation + 1) % range;
  return generation;
}
