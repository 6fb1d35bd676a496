import type { TcpOptions } from './options.ts';

const INITIAL_MS = 1000;
/** After a SYN had to be sent again there is no sample (RFC 6298, 5.7). */
const AFTER_LOST_SYN_MS = 3000;
const ALPHA = 1 / 8;
const BETA = 1 / 4;

/** How long to wait for an acknowledgment (RFC 6298). */
export class RetransmissionTimeout {
  readonly #options: TcpOptions;
  #smoothedMs: number | undefined;
  #variationMs = 0;
  #baseMs = INITIAL_MS;
  #backoffs = 0;

  constructor(options: TcpOptions) {
    this.#options = options;
  }

  get ms(): number {
    return Math.min(this.#options.maxRtoMs, this.#baseMs * 2 ** this.#backoffs);
  }

  /** A round trip that was measured on a segment sent once (2.2, 2.3; Karn's algorithm, 3). */
  sample(ms: number): void {
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = ms;
      this.#variationMs = ms / 2;
    } else {
      this.#variationMs = (1 - BETA) * this.#variationMs + BETA * Math.abs(this.#smoothedMs - ms);
      this.#smoothedMs = (1 - ALPHA) * this.#smoothedMs + ALPHA * ms;
    }
    this.#baseMs = Math.max(this.#options.minRtoMs, this.#smoothedMs + 4 * this.#variationMs);
  }

  /** It passed in vain (5.5). */
  backOff(): void {
    this.#backoffs++;
  }

  /** Something new was acknowledged: as Linux does, the next wait is a plain one again. */
  progress(): void {
    this.#backoffs = 0;
  }

  /** The handshake is over, and its SYN was sent more than once. */
  synWasLost(): void {
    if (this.#smoothedMs === undefined) this.#baseMs = AFTER_LOST_SYN_MS;
  }
}
