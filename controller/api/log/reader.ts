import { entryOf } from '../../core/entry-of.ts';
import type { LogEntry } from '../../core/events.ts';
import type { ReaderLine, SnapshotLine } from '../shapes.ts';
import { type LogEncoding, packed } from './encoding.ts';
import { type LogMemory, textOf } from './memory.ts';

/** Unread bytes of one reader in this process; a reader with more gets nothing until it reads. */
export const MAX_UNREAD_BYTES = 256 * 1024;
/** A live reader that falls this far behind continues with the newest line. */
export const MAX_BEHIND_LINES = 2000;
/** Bytes that one reader gets per turn, so that no other waits for long. */
export const MAX_TURN_BYTES = 64 * 1024;
/** Lines that are examined for one reader per turn. */
const MAX_TURN_LINES = 1000;

/** The output of a reader. */
export interface Sink {
  /** Bytes that were written and not yet taken. */
  readonly unread: number;
  write(bytes: Buffer): void;
  end(): void;
}

/** The request of a reader. */
export interface Reading {
  readonly memory: LogMemory;
  readonly encoding: LogEncoding;
  readonly wants: ((entry: LogEntry) => boolean) | undefined;
  /** Place of the first line that it gets. */
  readonly from: number;
  /** The lines that it gets before that. */
  readonly first: readonly (ReaderLine | SnapshotLine)[];
}

/** Bytes that several readers share. */
interface Piece {
  readonly bytes: Buffer;
  /** The place behind its last line. */
  readonly next: number;
}

/** One turn of all readers: where it ends, and the bytes that they share. */
export class Round {
  readonly #ends: ReadonlyMap<LogMemory, number>;
  readonly #pieces = new Map<LogEncoding, Map<LogMemory, Map<number, Piece>>>();

  constructor(memories: readonly LogMemory[]) {
    this.#ends = new Map(memories.map(memory => [memory, memory.end]));
  }

  endOf(memory: LogMemory): number {
    return this.#ends.get(memory) ?? memory.end;
  }

  /** The piece that begins at a place; made once. */
  piece({ memory, encoding }: Reading, place: number, make: () => Piece): Piece {
    const memories = entryOf(this.#pieces, encoding, () => new Map());
    const places = entryOf(memories, memory, () => new Map());
    return entryOf(places, place, make);
  }
}

/** One reader of the log. It walks through the memory at its own pace, so its backlog is bounded and nobody waits for it. */
export class LogReader {
  readonly #reading: Reading;
  readonly #sink: Sink;
  #place: number;
  /** `seq` of the last line before its place. */
  #seq: number;
  /** It has caught up once: from now on it may skip old lines. */
  #isLive = false;

  constructor(reading: Reading, sink: Sink) {
    this.#reading = reading;
    this.#sink = sink;
    this.#place = reading.from;
    this.#seq = reading.memory.seqBefore(reading.from);
    this.#write(reading.first);
  }

  /** Whether lines are pending for it in this round, and it has room for them. */
  isWaiting(round: Round): boolean {
    return this.#place < round.endOf(this.#reading.memory) && this.#sink.unread <= MAX_UNREAD_BYTES;
  }

  /** Writes the next lines; returns the number of skipped ones. */
  turn(round: Round): number {
    const { memory, wants } = this.#reading;
    const skipped = this.#skip();
    const end = round.endOf(memory);
    const make = () => this.#piece(end);
    const { bytes, next } = wants === undefined ? round.piece(this.#reading, this.#place, make) : make();
    this.#place = next;
    this.#seq = memory.seqBefore(next);
    if (bytes.length > 0) this.#sink.write(bytes);
    if (next >= end) this.#isLive = true;
    return skipped;
  }

  end(): void {
    this.#sink.end();
  }

  /** Skips lines that are no longer kept, or too old for a live reader, and reports their number. */
  #skip(): number {
    const { memory } = this.#reading;
    const isFar = this.#isLive && memory.end - this.#place > MAX_BEHIND_LINES;
    const to = isFar ? memory.end : Math.max(this.#place, memory.begin);
    const count = to - this.#place;
    if (count === 0) return 0;
    this.#place = to;
    this.#write([{ v: 1, type: 'skipped', count, from: this.#seq + 1, to: memory.seqBefore(to) }]);
    return count;
  }

  #piece(end: number): Piece {
    const { memory, encoding, wants } = this.#reading;
    const last = Math.min(end, this.#place + MAX_TURN_LINES);
    const texts: Buffer[] = [];
    let size = 0;
    let next = this.#place;
    for (; next < last && size < MAX_TURN_BYTES; next++) {
      const line = memory.at(next);
      if (wants?.(line.entry) === false) continue;
      const text = textOf(line);
      texts.push(text);
      size += text.length;
    }
    return { bytes: packed(texts, encoding), next };
  }

  #write(lines: readonly object[]): void {
    if (lines.length === 0) return;
    const texts = lines.map(line => Buffer.from(JSON.stringify(line)));
    this.#sink.write(packed(texts, this.#reading.encoding));
  }
}
