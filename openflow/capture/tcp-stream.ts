import type { Segment } from './segment.ts';

/** Segments that came before their turn and are kept at most. */
const MAX_HELD = 1_024;

/** One direction of a TCP connection: gives the bytes in order, once, whatever the order and repetition of the segments. */
export class TcpStream {
  #next: number | undefined;
  #held: Segment[] = [];
  /** Bytes that were never captured and had to be passed over. */
  lost = 0;

  /** Takes a segment; gives the payloads that are in order now. */
  push(segment: Segment): Uint8Array[] {
    if (segment.syn) {
      this.#next = (segment.seq + 1) >>> 0;
      this.#held = [];
      return [];
    }
    if (segment.payload.length === 0) return [];
    this.#next ??= segment.seq; // the capture began in the middle
    const out: Uint8Array[] = [];
    if (!this.#take(segment, out)) {
      this.#held.push(segment);
      if (this.#held.length > MAX_HELD) this.#skip();
    }
    this.#drain(out);
    return out;
  }

  /** Takes what begins at or before the next byte; false for what comes later. */
  #take({ seq, payload }: Segment, out: Uint8Array[]): boolean {
    const ahead = (seq - this.#next!) | 0;
    if (ahead > 0) return false;
    const fresh = payload.subarray(Math.min(-ahead, payload.length));
    if (fresh.length > 0) {
      out.push(fresh);
      this.#next = (this.#next! + fresh.length) >>> 0;
    }
    return true;
  }

  #drain(out: Uint8Array[]): void {
    for (let moved = true; moved; ) {
      moved = false;
      this.#held = this.#held.filter(segment => {
        if (!this.#take(segment, out)) return true;
        moved = true;
        return false;
      });
    }
  }

  #skip(): void {
    const first = this.#held.reduce((a, b) => (((b.seq - a.seq) | 0) < 0 ? b : a));
    this.lost += (first.seq - this.#next!) >>> 0;
    this.#next = first.seq;
  }
}
