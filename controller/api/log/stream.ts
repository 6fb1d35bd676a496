import { FLOW_ENTRIES, type LogEntry } from '../../core/events.ts';
import { LogMemory } from './memory.ts';
import { LogReader, type Reading, Round, type Sink } from './reader.ts';

/** Readers at once; the next one is refused with 503. */
export const MAX_READERS = 256;
/** Lines of `/flows` that are kept, for returning readers and for queries of decisions. */
export const MAX_FLOW_LINES = 10_000;
/** Lines of `/events` that are kept. */
export const MAX_EVENT_LINES = 2000;
/** Minimum time between two turns of the readers, so that lines are batched into one write. */
export const ROUND_MS = 20;

/** The two logs: decisions and ends of connections, and everything else. */
export const LOGS = ['flows', 'events'] as const;
export type LogName = (typeof LOGS)[number];

/** Schedules work after the pending input of sockets. */
export type Soon = (work: () => void) => void;

/** The log in memory, and its readers. Publishing only stores a line; readers fetch it in turns, one at a time. */
export class LogStream {
  readonly flows = new LogMemory(MAX_FLOW_LINES);
  readonly events = new LogMemory(MAX_EVENT_LINES);
  readonly #readers = new Set<LogReader>();
  readonly #soon: Soon;
  #queue: LogReader[] = [];
  #round: Round | undefined;
  #roundAt = Number.NEGATIVE_INFINITY;
  #seq = 0;
  #skipped = 0;

  constructor(soon: Soon) {
    this.#soon = soon;
  }

  /** `seq` of the newest line. */
  get seq(): number {
    return this.#seq;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Lines that readers missed because they were too slow. */
  get skipped(): number {
    return this.#skipped;
  }

  publish(entry: LogEntry, now: number): void {
    this[logOf(entry)].add(entry);
    this.#seq = entry.seq;
    if (this.#readers.size > 0 && now - this.#roundAt >= ROUND_MS) this.#begin(now);
  }

  /** To be called often: serves lines that were batched, and the backlog of slow readers. */
  onTick(now: number): void {
    if (this.#readers.size > 0) this.#begin(now);
  }

  /** Adds a reader; returns the function that removes it. */
  open(reading: Reading, sink: Sink): () => void {
    const reader = new LogReader(reading, sink);
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  close(): void {
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  #begin(now: number): void {
    if (this.#round !== undefined) return;
    const round = new Round([this.flows, this.events]);
    this.#queue = [...this.#readers].filter(reader => reader.isWaiting(round));
    if (this.#queue.length === 0) return;
    this.#round = round;
    this.#roundAt = now;
    this.#soon(() => this.#turn(round));
  }

  /** Serves one reader; then the sockets of switches come first again. */
  #turn(round: Round): void {
    const reader = this.#queue.shift();
    if (reader !== undefined && this.#readers.has(reader)) {
      this.#skipped += reader.turn(round);
      if (reader.isWaiting(round)) this.#queue.push(reader);
    }
    if (this.#queue.length > 0) this.#soon(() => this.#turn(round));
    else this.#round = undefined;
  }
}

/** The log of a line. */
export function logOf(entry: LogEntry): LogName {
  return (FLOW_ENTRIES as readonly string[]).includes(entry.type) ? 'flows' : 'events';
}
