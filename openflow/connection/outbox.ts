import type { Duplex } from 'node:stream';
import { encodeInto, type MessageInput } from '../codec.ts';
import { Writer } from '../wire/writer.ts';

const FIRST_SIZE = 1024;
/** A buffer that grew beyond this is not kept. */
const KEPT_SIZE = 64 * 1024;
/** So many bytes are written without waiting for the end of the turn. */
const FULL = 64 * 1024;

/** Joins the messages of one turn of the event loop into one write: one write for each costs six times as much. */
export class Outbox {
  readonly #socket: Duplex;
  readonly #defer: (fn: () => void) => void;
  #writer = new Writer(FIRST_SIZE);
  #scheduled = false;

  constructor(socket: Duplex, defer: (fn: () => void) => void) {
    this.#socket = socket;
    this.#defer = defer;
  }

  /** Bytes the peer has not taken yet. */
  get unsent(): number {
    return this.#writer.pos + this.#socket.writableLength;
  }

  /** Puts a message behind the others. A message that cannot be encoded throws and leaves the others alone. */
  add(message: MessageInput): void {
    const start = this.#writer.pos;
    try {
      encodeInto(this.#writer, message);
    } catch (error) {
      this.#writer.pos = start;
      throw error;
    }
    this.#schedule();
  }

  /** Puts an encoded message behind the others. */
  addFrame(frame: Uint8Array): void {
    this.#writer.put(frame);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#writer.pos >= FULL) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      this.#defer(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
  }

  /** Writes what waits, now. */
  flush(): void {
    if (this.#writer.pos === 0) return;
    const bytes = this.#writer.finish();
    if (this.#writer.bytes.length > KEPT_SIZE) this.#writer = new Writer(FIRST_SIZE);
    else this.#writer.reset();
    if (this.#socket.writable) this.#socket.write(bytes);
  }
}
