import { StringDecoder } from 'node:string_decoder';

/** The longest line taken, in characters; a peer that never ends its line must not fill the memory. */
export const MAX_LINE = 4 << 20;

/** Cuts chunks of bytes into lines of JSON. `push` returns the values completed by a chunk; throws SyntaxError. */
export class JsonLines {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  push(chunk: Uint8Array): unknown[] {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MAX_LINE) throw new SyntaxError(`a line of more than ${MAX_LINE} characters`);
    return lines.filter(line => line.trim() !== '').map(line => JSON.parse(line) as unknown);
  }
}
