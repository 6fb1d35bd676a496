import { HEADER_LENGTH, MAX_MESSAGE_LENGTH } from './codec.ts';
import { DecodeError } from './wire/errors.ts';

/** How a framer cuts. */
export interface FramerOptions {
  /** Messages that claim to be longer are refused before they are stored. */
  readonly maxLength?: number;
}

const EMPTY = new Uint8Array(0);

/**
 * Cuts a byte stream into messages by the length in their headers, whatever the chunks. A length no message can have
 * throws `DecodeError`; there is no way to find the next message then, so the framer refuses everything after it.
 */
export class Framer {
  readonly #maxLength: number;
  /** Bytes of a message whose end has not come yet, at the start of a buffer that grows up to that message's length. */
  #held: Uint8Array = EMPTY;
  #used = 0;
  #broken: DecodeError | undefined;

  constructor(options: FramerOptions = {}) {
    this.#maxLength = options.maxLength ?? MAX_MESSAGE_LENGTH;
  }

  /** Bytes that wait for the rest of their message. */
  get pending(): number {
    return this.#used;
  }

  /**
   * Takes a chunk and gives the messages that are complete now. They may be views of the chunk: decode them, or copy
   * them, before the chunk is used again. Messages before a bad length are given; the next `push` throws.
   */
  push(received: Uint8Array): Uint8Array[] {
    if (this.#broken !== undefined) throw this.#broken;
    // frames are plain arrays: reading a Buffer costs more
    const chunk = new Uint8Array(received.buffer, received.byteOffset, received.byteLength);
    const frames: Uint8Array[] = [];
    let at = 0;
    try {
      at = this.#complete(chunk, frames);
      while (chunk.length - at >= HEADER_LENGTH) {
        const length = this.#lengthAt(chunk, at);
        if (chunk.length - at < length) break;
        frames.push(chunk.subarray(at, at + length));
        at += length;
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#broken = error;
      this.#held = EMPTY;
      this.#used = 0;
      if (frames.length === 0) throw error;
      return frames;
    }
    if (at < chunk.length) this.#hold(chunk.subarray(at));
    return frames;
  }

  /** The error that ended this stream, when there was one. */
  get broken(): DecodeError | undefined {
    return this.#broken;
  }

  /** Fills up the held message; gives how many bytes of the chunk went into it. */
  #complete(chunk: Uint8Array, frames: Uint8Array[]): number {
    if (this.#used === 0) return 0;
    let at = 0;
    if (this.#used < HEADER_LENGTH) {
      at = Math.min(HEADER_LENGTH - this.#used, chunk.length);
      this.#hold(chunk.subarray(0, at));
      if (this.#used < HEADER_LENGTH) return at;
    }
    const length = this.#lengthAt(this.#held, 0);
    const missing = Math.min(length - this.#used, chunk.length - at);
    this.#hold(chunk.subarray(at, at + missing));
    if (this.#used === length) {
      frames.push(this.#held.slice(0, length));
      this.#held = EMPTY;
      this.#used = 0;
    }
    return at + missing;
  }

  /** Keeps bytes. The buffer doubles, so a message in many small chunks costs no more than its length, a few times over. */
  #hold(bytes: Uint8Array): void {
    const needed = this.#used + bytes.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#held.length, 64));
      grown.set(this.#held.subarray(0, this.#used));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#used);
    this.#used = needed;
  }

  #lengthAt(bytes: Uint8Array, at: number): number {
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    if (length < HEADER_LENGTH) throw new DecodeError('BAD_LENGTH', 2, `a length of ${length} is shorter than the header`);
    if (length > this.#maxLength)
      throw new DecodeError('TOO_LARGE', 2, `a length of ${length}, at most ${this.#maxLength} are taken`);
    return length;
  }
}
