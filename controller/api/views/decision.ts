import type { AdoptedEntry, DecisionEntry, EndEntry } from '../../core/events.ts';
import { type LogFilter, wantedBy } from '../log/filter.ts';
import type { LogMemory } from '../log/memory.ts';
import type { AdoptionView, DecisionsView, DecisionView } from '../shapes.ts';

export interface DecisionQuery extends LogFilter {
  readonly limit: number;
  /** Only decisions before this `seq`. */
  readonly before?: number | undefined;
}

/** The kept decisions that match a query, newest first, each with the end of its connection. */
export function decisionsView(flows: LogMemory, { limit, before, ...filter }: DecisionQuery): DecisionsView {
  const wants = wantedBy(filter) ?? (() => true);
  const ends = new Map<number, EndEntry>();
  const items: DecisionView[] = [];
  for (const entry of flows.newestFirst()) {
    if (items.length >= limit) break;
    if (entry.type === 'end') ends.set(entry.of, entry);
    if (entry.type === 'decision' && entry.seq < (before ?? Number.POSITIVE_INFINITY) && wants(entry))
      items.push(withEnd(entry, ends.get(entry.seq)));
  }
  return { items };
}

/** A decision or adoption by its number; undefined when there is none, or the log no longer keeps it. */
export function decisionView(flows: LogMemory, seq: number): DecisionView | AdoptionView | undefined {
  let end: EndEntry | undefined;
  for (const entry of flows.newestFirst()) {
    if (entry.seq < seq) return undefined;
    if (entry.type === 'end' && entry.of === seq) end = entry;
    if (entry.seq === seq) return entry.type === 'decision' || entry.type === 'adopted' ? withEnd(entry, end) : undefined;
  }
  return undefined;
}

/** A line as its JSON: flows of connections use only that part of the OpenFlow library's types. */
function withEnd<V extends DecisionView | AdoptionView>(entry: DecisionEntry | AdoptedEntry, end: EndEntry | undefined): V {
  return (end === undefined ? entry : { ...entry, end }) as unknown as V;
}
