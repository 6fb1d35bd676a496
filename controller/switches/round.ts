import { cookieRange, readCookie } from '../core/cookie.ts';
import type { InstalledFlow } from '../core/switch.ts';

/** The rounds of our flows that a switch holds. */
export function roundsIn(flows: readonly InstalledFlow[]): Set<number> {
  return new Set(flows.flatMap(({ cookie }) => readCookie(cookie)?.round ?? []));
}

/** A round for the flows of a new session: the next one that the switch does not hold. */
export function nextRound(held: ReadonlySet<number>): number {
  const range = cookieRange('round');
  let round = (Math.max(-1, ...held) + 1) % range;
  for (let tries = 0; tries < range && held.has(round); tries++) round = (round + 1) % range;
  return round;
}
