import { TCP } from '../../../openflow/packet/tcp.ts';
import type { TcpCounters } from './options.ts';
import { lengthOf, type Segment } from './segment.ts';
import { ahead, plus } from './sequence.ts';

/** The receiving half of a connection: puts segments in order, once each. */
export class Receiver {
  /** RCV.NXT. */
  next = 0;
  /** True once everything up to the other side's FIN is here; the FIN is counted in `next`. */
  finished = false;
  /** In order and not yet taken by the application. */
  #ready: Uint8Array[] = [];
  #readyBytes = 0;
  /** Segments ahead of a hole, sorted by sequence number. */
  readonly #early: { readonly seq: number; readonly data: Uint8Array }[] = [];
  #fin: number | undefined;
  readonly #windowBytes: number;
  readonly #counters: TcpCounters;

  constructor(windowBytes: number, counters: TcpCounters) {
    this.#windowBytes = windowBytes;
    this.#counters = counters;
  }

  /** RCV.WND: what the application has not taken yet has no room. */
  get window(): number {
    return Math.max(0, this.#windowBytes - this.#readyBytes);
  }

  get readyBytes(): number {
    return this.#readyBytes;
  }

  /** Whether any part of the segment is in the window (RFC 9293, 3.10.7.4, first check). */
  accepts(segment: Segment): boolean {
    const { window } = this;
    const length = lengthOf(segment);
    const first = ahead(segment.seq, this.next);
    if (window === 0) return length === 0 && first === 0;
    if (first >= 0 && first < window) return true;
    const last = first + length - 1;
    return length > 0 && last >= 0 && last < window;
  }

  /** Takes data and FIN of an acceptable segment. True when it must be acknowledged. */
  take({ seq, data, flags }: Segment): boolean {
    const fin = (flags & TCP.FIN) !== 0;
    if (data.length === 0 && !fin) return false;
    if (this.finished) {
      this.#counters.duplicates++;
      return true;
    }
    const end = plus(seq, data.length);
    if (fin && ahead(end, this.next) <= this.window) this.#fin = end;
    if (ahead(seq, this.next) > 0) {
      this.#counters.outOfOrder++;
      if (data.length > 0) this.#keep(seq, data);
      return true;
    }
    if (ahead(end, this.next) > 0) {
      this.#append(seq, data);
      this.#closeHole();
    } else if (this.#fin !== this.next) this.#counters.duplicates++;
    if (this.#fin === this.next) {
      this.next = plus(this.next, 1);
      this.finished = true;
    }
    return true;
  }

  /** The next bytes in order; undefined when there are none. */
  read(): Uint8Array | undefined {
    const data = this.#ready.shift();
    if (data !== undefined) this.#readyBytes -= data.length;
    return data;
  }

  clear(): void {
    this.#ready = [];
    this.#readyBytes = 0;
    this.#early.length = 0;
  }

  #append(seq: number, data: Uint8Array): void {
    const known = ahead(this.next, seq);
    const fresh = Math.min(data.length - known, this.window);
    if (fresh <= 0) return;
    this.#ready.push(known === 0 && fresh === data.length ? data : data.subarray(known, known + fresh));
    this.#readyBytes += fresh;
    this.next = plus(this.next, fresh);
  }

  #keep(seq: number, data: Uint8Array): void {
    const early = this.#early;
    let at = early.length;
    while (at > 0 && ahead(early[at - 1]!.seq, seq) > 0) at--;
    const before = early[at - 1];
    if (before !== undefined && ahead(plus(before.seq, before.data.length), plus(seq, data.length)) >= 0) {
      this.#counters.duplicates++;
      return;
    }
    early.splice(at, 0, { seq, data });
  }

  #closeHole(): void {
    const early = this.#early;
    while (early.length > 0 && ahead(early[0]!.seq, this.next) <= 0) {
      const { seq, data } = early.shift()!;
      this.#append(seq, data);
    }
  }
}
