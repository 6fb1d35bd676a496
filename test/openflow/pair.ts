import { Duplex } from 'node:stream';

/** Two sockets in memory: what one writes the other reads. */
export function duplexPair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const end = (other: () => Duplex): Duplex => {
    const socket = new Duplex({
      read() {
        const waiting = held.get(socket);
        held.delete(socket);
        waiting?.();
      },
      write(chunk: Uint8Array, _encoding, done) {
        if (other().push(chunk)) done();
        else held.set(other(), done);
      },
      final(done) {
        other().push(null);
        done();
      },
    });
    return socket;
  };
  const held = new Map<Duplex, () => void>();
  ends.push(
    end(() => ends[1]!),
    end(() => ends[0]!),
  );
  return [ends[0]!, ends[1]!];
}

/** Time that stands still until it is told to move. */
export class TestClock {
  #now = 0;
  #timers: { at: number; fn: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  setTimeout(fn: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.#timers = this.#timers.filter(timer => timer !== handle);
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Moves on, and runs what is due in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.clearTimeout(due);
      this.#now = due.at;
      due.fn();
    }
    this.#now = end;
  }
}

/** Lets sockets and deferred writes do what is due. */
export async function settle(turns = 4): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise(resolve => setImmediate(resolve));
}
