import type { LogEntry } from '../../core/events.ts';

/** A line of the log, with its JSON once it was needed. */
export interface LogLine {
  readonly entry: LogEntry;
  text?: Buffer;
}

/** The JSON of a line in UTF-8, made once for all readers. */
export function textOf(line: LogLine): Buffer {
  line.text ??= Buffer.from(JSON.stringify(line.entry));
  return line.text;
}

/** The last lines of one of the logs, at most `max`. The place of a line counts from 0 and stays the same when older lines are dropped. */
export class LogMemory {
  readonly #max: number;
  readonly #lines: LogLine[] = [];
  #end = 0;
  /** `seq` of the last line that was dropped; 0: none. */
  #forgotten = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** The place of the oldest line. */
  get begin(): number {
    return this.#end - this.#lines.length;
  }

  /** The place of the next line. */
  get end(): number {
    return this.#end;
  }

  /** `seq` of the last line that was dropped; 0: none. */
  get forgotten(): number {
    return this.#forgotten;
  }

  add(entry: LogEntry): void {
    const at = this.#end % this.#max;
    const before = this.#lines[at];
    if (before !== undefined) this.#forgotten = before.entry.seq;
    this.#lines[at] = { entry };
    this.#end += 1;
  }

  /** The line at a place, which must still be kept. */
  at(place: number): LogLine {
    return this.#lines[place % this.#max]!;
  }

  /** `seq` of the line before a place. */
  seqBefore(place: number): number {
    return place > this.begin ? this.at(place - 1).entry.seq : this.#forgotten;
  }

  /** The place of the first line after `seq`. */
  after(seq: number): number {
    let [low, high] = [this.begin, this.#end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle).entry.seq <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** From the newest to the oldest, from before a `seq` on when given. */
  *newestFirst(before = Number.POSITIVE_INFINITY): Generator<LogEntry> {
    const begin = this.begin;
    for (let place = this.after(before - 1) - 1; place >= begin; place--) yield this.at(place).entry;
  }
}
