import type { AdoptedEntry, DecisionEntry, EndEntry, LogEntry } from '../core/events.ts';

/** Something that a log has of one service, at the time when it happened, in milliseconds since the epoch. */
export type Moment = { readonly at: number } & (
  | { readonly what: 'decision'; readonly entry: DecisionEntry }
  | { readonly what: 'adopted'; readonly entry: AdoptedEntry }
  /** A server's SYN-ACK. */
  | { readonly what: 'answered'; readonly server: string; readonly ms: number }
  | { readonly what: 'closed'; readonly of: number }
  | { readonly what: 'server'; readonly server: string; readonly isUp: boolean }
);

/**
 * What happened, in the order of time. The line of an end comes seconds after the end itself, when the switch has given up the flows: it is
 * `durationMs` after the decision that a connection was closed, and `responseMs` after it that it was answered.
 */
export function momentsOf(entries: readonly LogEntry[], service: string): Moment[] {
  const begunAt = new Map<number, number>();
  const moments: Moment[] = [];
  for (const entry of entries) {
    if (!('service' in entry) || entry.service !== service) continue;
    const at = Date.parse(entry.time);
    if (entry.type === 'decision' || entry.type === 'adopted') {
      begunAt.set(entry.seq, at);
      moments.push(entry.type === 'decision' ? { at, what: 'decision', entry } : { at, what: 'adopted', entry });
    } else if (entry.type === 'end') moments.push(...momentsOfEnd(entry, begunAt.get(entry.of), at));
    else if (entry.type === 'server') moments.push({ at, what: 'server', server: entry.server, isUp: entry.state === 'up' });
  }
  return moments.sort((a, b) => a.at - b.at);
}

/** Without a FIN a connection counts as living until its line. */
function momentsOfEnd(
  { of, server, durationMs, responseMs, why }: EndEntry,
  begunAt: number | undefined,
  loggedAt: number,
): Moment[] {
  if (begunAt === undefined) return [];
  const closed = { at: why === 'fin' ? Math.min(loggedAt, begunAt + durationMs) : loggedAt, what: 'closed', of } as const;
  return responseMs === undefined ? [closed] : [{ at: begunAt + responseMs, what: 'answered', server, ms: responseMs }, closed];
}
