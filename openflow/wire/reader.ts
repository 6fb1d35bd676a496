import { DecodeError } from './errors.ts';

/** Two halves of a 64-bit number in, one bigint out: cheaper than a DataView for each message. */
const halves = new Uint32Array(2);
const whole = new BigUint64Array(halves.buffer);
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;

/** Reads big-endian fields inside a window of a message. Every read checks the window first; no read can go past it. */
export class Reader {
  readonly bytes: Uint8Array;
  /** Offset of the next byte in `bytes`. */
  pos: number;
  /** Offset behind the last byte of the window. Only a layout that knows a length moves it, and puts it back. */
  end: number;
  /** How many layouts that may contain themselves stand around this place. */
  depth = 0;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array, pos = 0, end = bytes.length, view?: DataView) {
    // a Buffer's slice() is a view; ours has to copy
    this.bytes = bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pos = pos;
    this.end = end;
    this.#view = view;
  }

  /** The same bytes, for what only a DataView reads. */
  get view(): DataView {
    this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    return this.#view;
  }

  get left(): number {
    return this.end - this.pos;
  }

  /** Moves over `n` bytes and gives the offset where they start. Throws `TRUNCATED`. */
  advance(n: number): number {
    const start = this.pos;
    if (start + n > this.end) throw new DecodeError('TRUNCATED', start, `needs ${n} bytes, ${this.end - start} are left`);
    this.pos = start + n;
    return start;
  }

  u8(): number {
    return this.bytes[this.advance(1)]!;
  }

  u16(): number {
    const at = this.advance(2);
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  u32(): number {
    const at = this.advance(4);
    const { bytes } = this;
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  }

  u64(): bigint {
    halves[1 - LOW] = this.u32();
    halves[LOW] = this.u32();
    return whole[0]!;
  }

  /** The 32 bits at an offset, without moving. The caller knows that they are there. */
  peekU32(at: number): number {
    const { bytes } = this;
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  }

  /** `n` bytes, copied, so that a message never keeps a whole receive buffer alive. */
  take(n: number): Uint8Array {
    const start = this.advance(n);
    return this.bytes.slice(start, start + n);
  }

  /** What is left of the window, copied. */
  rest(): Uint8Array {
    return this.take(this.left);
  }

  /** A window on the next `n` bytes; this reader continues behind it. Throws `TRUNCATED`, or `BAD_LENGTH` when `n` is negative. */
  sub(n: number): Reader {
    if (n < 0) throw new DecodeError('BAD_LENGTH', this.pos, `a length is ${-n} bytes smaller than its own header`);
    const start = this.advance(n);
    return new Reader(this.bytes, start, start + n, this.#view);
  }
}
