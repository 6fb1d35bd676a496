import { createHash } from 'node:crypto';
import type { Scheduler } from '../../topologies/embedded/clock.ts';

/** Characters. */
const HASH_AT_ONCE = 0x10000;

/** Everything that happens in a world, in its order, as lines; their hash tells two runs apart. */
export class EventLog {
  readonly #clock: Scheduler;
  readonly #hash = createHash('sha256');
  readonly #trace: ((line: string) => void) | undefined;
  readonly #startMs: number;
  lines = 0;
  /** Lines that wait to be hashed together: many small updates cost more than the hash. */
  #waiting = '';
  #packets = 0x811c9dc5;

  /** `trace` gets each line, and the details that are not hashed. */
  constructor(clock: Scheduler, trace?: (line: string) => void) {
    this.#clock = clock;
    this.#startMs = clock.now();
    this.#trace = trace;
  }

  line(what: string, text: string): void {
    const line = `${this.#time()} ${what} ${text}`;
    this.lines += 1;
    this.#waiting += `${line}\n`;
    if (this.#waiting.length > HASH_AT_ONCE) this.#hashWaiting();
    this.#trace?.(line);
  }

  /** What is worth a line only when somebody reads it. */
  detail(what: string, text: () => string): void {
    this.#trace?.(`${this.#time()} ${what} ${text()}`);
  }

  /** A frame on a host's link: it counts for the hash, and has no line (FNV-1a over its bytes). */
  frame(frame: Uint8Array, link: number): void {
    let hash = Math.imul(this.#packets ^ link, 0x01000193);
    for (let i = 0; i < frame.length; i++) hash = Math.imul(hash ^ frame[i]!, 0x01000193);
    this.#packets = Math.imul(hash ^ Math.round((this.#clock.now() - this.#startMs) * 1000), 0x01000193);
  }

  /** The hash of everything so far; ends the log. */
  digest(): string {
    this.#hashWaiting();
    return this.#hash.update(`packets ${this.#packets >>> 0}\n`).digest('hex');
  }

  #hashWaiting(): void {
    this.#hash.update(this.#waiting);
    this.#waiting = '';
  }

  #time(): string {
    return ((this.#clock.now() - this.#startMs) / 1000).toFixed(6).padStart(11);
  }
}
