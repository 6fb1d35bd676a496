import { DecodeError } from './errors.ts';

/** Reads big-endian fields inside a window of a message. Every read checks the window first; no read can go past it. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Offset of the next byte in `bytes`. */
  pos: number;
  /** Offset behind the last byte of the window. Only a layout that knows a length moves it, and puts it back. */
  end: number;
  /** How many layouts that may contain themselves stand around this place. */
  depth = 0;

  constructor(bytes: Uint8Array, pos = 0, end = bytes.length, view?: DataView) {
    this.bytes = bytes;
    this.pos = pos;
    this.end = end;
    this.view = view ?? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    return this.view.getUint16(this.advance(2));
  }

  u32(): number {
    return this.view.getUint32(this.advance(4));
  }

  u64(): bigint {
    return this.view.getBigUint64(this.advance(8));
  }

  /** `n` bytes, copied, so that a message never keeps a whole receive buffer alive. */
  take(n: number): Uint8Array {
    const start = this.bytes.byteOffset + this.advance(n);
    return new Uint8Array(this.bytes.buffer.slice(start, start + n)); // not bytes.slice(): of a Buffer that is a view
  }

  /** What is left of the window, copied. */
  rest(): Uint8Array {
    return this.take(this.left);
  }

  /** A window on the next `n` bytes; this reader continues behind it. Throws `TRUNCATED`, or `BAD_LENGTH` when `n` is negative. */
  sub(n: number): Reader {
    if (n < 0) throw new DecodeError('BAD_LENGTH', this.pos, `a length is ${-n} bytes smaller than its own header`);
    const start = this.advance(n);
    return new Reader(this.bytes, start, start + n, this.view);
  }
}
