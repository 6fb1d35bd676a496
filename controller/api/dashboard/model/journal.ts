import type { AdoptedEntry, DecisionEntry, EndEntry, LogEntry, RefusedEntry } from '../../../core/events.ts';
import type { ReaderLine } from '../../log-shapes.ts';

/** Decisions that the page remembers; the controller remembers more. */
export const MAX_DECISIONS = 500;
export const MAX_EVENTS = 300;

/** A choice as the stream shows it; `end` comes later. */
export type Choice = (DecisionEntry | RefusedEntry | AdoptedEntry) & { readonly end?: EndEntry };
export type EventLine = Exclude<LogEntry, DecisionEntry | RefusedEntry | AdoptedEntry | EndEntry>;

export type Line = LogEntry | ReaderLine;

/** The log as far as the page has it, newest first. */
export interface Journal {
  readonly choices: readonly Choice[];
  readonly events: readonly EventLine[];
  /** The last number seen on `/flows` and on `/events`; 0 for none. */
  readonly seen: { readonly flows: number; readonly events: number };
  /** Lines that were told to be missing. */
  readonly missed: number;
}

export const EMPTY_JOURNAL: Journal = { choices: [], events: [], seen: { flows: 0, events: 0 }, missed: 0 };

/** The journal with what came on `/flows`. A line that was seen before is not taken again. */
export function withFlows(journal: Journal, lines: readonly Line[]): Journal {
  let seen = journal.seen.flows;
  let missed = journal.missed;
  const fresh: Choice[] = [];
  const ends = new Map<number, EndEntry>();
  for (const line of lines) {
    if (isAboutLog(line)) {
      missed += missedBy(line);
      seen = line.type === 'restart' ? 0 : Math.max(seen, line.to);
    } else if (line.seq > seen) {
      seen = line.seq;
      if (line.type === 'end') ends.set(line.of, line);
      else if (line.type === 'decision' || line.type === 'refused' || line.type === 'adopted') fresh.push(line);
    }
  }
  const all = fresh.length > 0 ? [...fresh.reverse(), ...journal.choices].slice(0, MAX_DECISIONS) : journal.choices;
  const choices = ends.size > 0 ? all.map(choice => ended(choice, ends)) : all;
  return { ...journal, choices, missed, seen: { ...journal.seen, flows: seen } };
}

/** The journal with what came on `/events`. */
export function withEvents(journal: Journal, lines: readonly Line[]): Journal {
  let seen = journal.seen.events;
  let missed = journal.missed;
  const fresh: EventLine[] = [];
  for (const line of lines) {
    if (isAboutLog(line)) {
      missed += missedBy(line);
      seen = line.type === 'restart' ? 0 : Math.max(seen, line.to);
    } else if (line.seq > seen) {
      seen = line.seq;
      fresh.push(line as EventLine);
    }
  }
  const events = fresh.length > 0 ? [...fresh.reverse(), ...journal.events].slice(0, MAX_EVENTS) : journal.events;
  return { ...journal, events, missed, seen: { ...journal.seen, events: seen } };
}

/**
 * The journal at the begin of a run of the controller, with what that remembers of itself, newest first. Numbers begin anew; what was seen
 * of the run before stays to be read.
 */
export function begun(journal: Journal, choices: readonly Choice[], events: readonly EventLine[]): Journal {
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
