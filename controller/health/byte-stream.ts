/** Pieces that wait for an earlier one; a sender that makes more of them is not listened to. */
const MAX_GAPS = 64;

/**
 * The bytes of one direction of a TCP connection, put in order: segments may come twice, overlap, or overtake each other. It holds
 * a fixed number of bytes and offers the sender no more (RFC 9293, 3.8.6).
 */
export class ByteStream {
  readonly #first: number;
  readonly #bytes: Uint8Array;
  /** What is there behind a gap, as [start, end) from the first byte. */
  #ahead: (readonly [number, number])[] = [];
  #length = 0;
  #finAt: number | undefined;

  /** `first`: sequence number of the first byte. */
  constructor(first: number, limit: number) {
    this.#first = first;
    this.#bytes = new Uint8Array(limit);
  }

  /** The bytes so far, without a gap. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** All bytes are there, and the sender has said so. */
  get isFinished(): boolean {
    return this.#finAt === this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.#bytes.length;
  }

  get window(): number {
    return this.#bytes.length - this.#length;
  }

  /** The acknowledgement to send: the sequence number that is expected next. */
  get next(): number {
    return (this.#first + this.#length + (this.isFinished ? 1 : 0)) >>> 0;
  }

  /** Takes what fits of a segment. */
  take(seq: number, payload: Uint8Array, fin: boolean): void {
    const at = (seq - this.#first) | 0;
    const end = at + payload.length;
    if (fin && at >= 0 && end <= this.#bytes.length) this.#finAt ??= end;
    const from = Math.max(at, this.#length);
    const to = Math.min(end, this.#bytes.length);
    const isAhead = from > this.#length;
    if (from >= to || (isAhead && this.#ahead.length >= MAX_GAPS)) return;
    this.#bytes.set(payload.subarray(from - at, to - at), from);
    this.#ahead.push([from, to]);
    this.#join();
  }

  #join(): void {
    this.#ahead.sort(([a], [b]) => a - b);
    for (const [start, end] of this.#ahead) if (start <= this.#length) this.#length = Math.max(this.#length, end);
    this.#ahead = this.#ahead.filter(([, end]) => end > this.#length);
  }
}
