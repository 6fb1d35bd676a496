/** The bytes an application has written and the other side has not acknowledged, as they were given: nothing is copied on the way in. */
export class SendBuffer {
  #chunks: Uint8Array[] = [];
  /** How much of the first chunk is acknowledged. */
  #offset = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** Copies `count` bytes, of which the first is `from` behind the first one here. */
  copy(from: number, count: number, into: Uint8Array, at: number): void {
    let skip = from + this.#offset;
    let written = 0;
    for (const chunk of this.#chunks) {
      if (written === count) return;
      if (skip >= chunk.length) {
        skip -= chunk.length;
        continue;
      }
      const part = Math.min(chunk.length - skip, count - written);
      into.set(skip === 0 && part === chunk.length ? chunk : chunk.subarray(skip, skip + part), at + written);
      written += part;
      skip = 0;
    }
  }

  /** The first `count` bytes are acknowledged. */
  drop(count: number): void {
    this.#length -= count;
    this.#offset += count;
    let done = 0;
    while (done < this.#chunks.length && this.#offset >= this.#chunks[done]!.length) this.#offset -= this.#chunks[done++]!.length;
    if (done > 0) this.#chunks.splice(0, done);
  }

  clear(): void {
    this.#chunks = [];
    this.#offset = 0;
    this.#length = 0;
  }
}
