import type { AdoptedEntry, DecisionEntry, EndEntry, EventEntry, LogEntry, RefusedEntry } from '../../../core/events.ts';
import type { ReaderLine } from '../../shapes.ts';

/** Decisions that the page remembers; the controller remembers more. */
export const MAX_DECISIONS = 500;
export const MAX_EVENTS = 300;

/** A choice as the stream shows it; `end` comes later. */
export type Choice = (DecisionEntry | RefusedEntry | AdoptedEntry) & { readonly end?: EndEntry };

export type Line = LogEntry | ReaderLine;

/** The log as far as the page has it, newest first. */
export interface Journal {
  readonly choices: readonly Choice[];
  readonly events: readonly EventEntry[];
  /** The last number seen on `/flows` and on `/events`; 0 for none. */
  readonly seen: { readonly flows: number; readonly events: number };
  /** Lines that were reported as missing. */
  readonly missed: number;
}

export const EMPTY_JOURNAL: Journal = { choices: [], events: [], seen: { flows: 0, events: 0 }, missed: 0 };

/** What is new of lines that came, behind the number `seen`, and the lines that were not sent. A line that was seen before is no news. */
export function newsIn(lines: readonly Line[], seen: number): { fresh: LogEntry[]; seen: number; missed: number } {
  const fresh: LogEntry[] = [];
  let last = seen;
  let missed = 0;
  for (const line of lines) {
    if (isAboutLog(line)) {
      missed += missedBy(line);
      last = line.type === 'restart' ? 0 : Math.max(last, line.to);
    } else if (line.seq > last) {
      last = line.seq;
      fresh.push(line);
    }
  }
  return { fresh, seen: last, missed };
}

/** The journal with what came on `/flows`. */
export function withFlows(journal: Journal, lines: readonly Line[]): Journal {
  const { fresh, seen, missed } = newsIn(lines, journal.seen.flows);
  const chosen = fresh.filter(line => line.type === 'decision' || line.type === 'refused' || line.type === 'adopted').reverse();
  const ends = new Map(fresh.flatMap(line => (line.type === 'end' ? [[line.of, line] as const] : [])));
  const choices = [...chosen, ...journal.choices].slice(0, MAX_DECISIONS).map(choice => ended(choice, ends));
  return { ...journal, choices, missed: journal.missed + missed, seen: { ...journal.seen, flows: seen } };
}

/** The journal with what came on `/events`. */
export function withEvents(journal: Journal, lines: readonly Line[]): Journal {
  const { fresh, seen, missed } = newsIn(lines, journal.seen.events);
  const events = [...(fresh as EventEntry[]).reverse(), ...journal.events].slice(0, MAX_EVENTS);
  return { ...journal, events, missed: journal.missed + missed, seen: { ...journal.seen, events: seen } };
}

/**
 * The journal at the begin of a run of the controller, with what that remembers of itself, newest first. Numbers begin anew; what was seen
 * of the run before stays to be read.
 */
export function begun(journal: Journal, choices: readonly Choice[], events: readonly EventEntry[]): Journal {
  const flows = Math.max(0, ...choices.map(({ seq, end }) => Math.max(seq, end?.seq ?? 0)));
  return {
    ...journal,
    choices: [...choices, ...journal.choices].slice(0, MAX_DECISIONS),
    events: [...events, ...journal.events].slice(0, MAX_EVENTS),
    seen: { flows, events: Math.max(0, ...events.map(({ seq }) => seq)) },
  };
}

/** Lines that this page was not sent: it was too slow, or they are no longer remembered. */
function missedBy(line: ReaderLine): number {
  return line.type === 'skipped' ? line.count : line.type === 'gap' ? line.to - line.from + 1 : 0;
}

function isAboutLog(line: Line): line is ReaderLine {
  return line.type === 'skipped' || line.type === 'gap' || line.type === 'restart';
}

function ended(choice: Choice, ends: ReadonlyMap<number, EndEntry>): Choice {
  const end = choice.end === undefined ? ends.get(choice.seq) : undefined;
  // the numbers of a run begin at 1: an end of this run must not close a decision of the one before
  return end !== undefined && end.time >= choice.time ? { ...choice, end } : choice;
}
