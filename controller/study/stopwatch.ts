import { entryOf } from '../core/entry-of.ts';
import type { StrategyBook } from '../strategies/book.ts';
import type { Candidate, Strategy } from '../strategies/strategy.ts';

/** Time spent in strategies. */
export class Stopwatch {
  readonly #nanoseconds: () => bigint;
  #spent = 0n;
  #picks = 0;

  /** `nanoseconds`: a clock of the machine, of whichever beginning. */
  constructor(nanoseconds: () => bigint) {
    this.#nanoseconds = nanoseconds;
  }

  /** Mean of a pick, with the updates between picks; 0 before the first. */
  get microsecondsPerPick(): number {
    return this.#picks === 0 ? 0 : Number(this.#spent) / 1000 / this.#picks;
  }

  /** The same strategies, timed. */
  time(book: StrategyBook): StrategyBook {
    const timed = new Map<string, ReturnType<StrategyBook>>();
    return name =>
      entryOf(timed, name, () => {
        const entry = book(name);
        return { ...entry, make: <C extends Candidate>(options: never) => this.#timed(entry.make<C>(options)) };
      });
  }

  #timed<C extends Candidate>(strategy: Strategy<C>): Strategy<C> {
    const { update } = strategy;
    return {
      pick: (...args) => {
        this.#picks += 1;
        return this.#around(() => strategy.pick(...args));
      },
      ...(update && { update: (candidate: C) => this.#around(() => strategy.update!(candidate)) }),
    };
  }

  #around<T>(work: () => T): T {
    const before = this.#nanoseconds();
    const result = work();
    this.#spent += this.#nanoseconds() - before;
    return result;
  }
}
