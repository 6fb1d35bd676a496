import { entryOf } from '../../../core/entry-of.ts';
import { MEASURES, type Measure, type Statistics } from './snapshot.ts';

/** Seconds that the charts reach back. */
export const HISTORY_S = 600;
/** New connections and bytes are shown as the mean of so many seconds: two requests a second are a line, not a comb. */
const SMOOTHED_S = 5;

type Values = (number | null)[];

/**
 * The measures of the last minutes, a value for each second, of every service (`web`) and server (`web/server1`), as the controller
 * counted them. Seconds that nobody counted are null.
 */
export class History {
  /** The second (since the epoch) of the newest values. */
  #end = 0;
  readonly #series = new Map<string, Values>();

  /** Takes what the controller has counted; what was read before and is not in it stays. */
  merge({ from, stepMs, series }: Statistics): void {
    const start = Math.floor(Date.parse(from) / 1000);
    const step = stepMs / 1000;
    const length = Math.max(0, ...Object.values(series).flatMap(of => MEASURES.map(measure => of[measure].length)));
    this.#turn(start + Math.max(0, length - 1) * step);
    for (const [name, of] of Object.entries(series)) {
      for (const measure of MEASURES) {
        const values = this.#of(`${name} ${measure}`);
        const divisor = measure === 'new' || measure === 'bytes' ? step : 1;
        for (const [index, value] of of[measure].entries()) {
          const at = HISTORY_S - 1 - (this.#end - (start + index * step));
          if (at >= 0 && at < HISTORY_S) values[at] = value === null ? null : value / divisor;
        }
      }
    }
  }

  /** Forgets everything: another run of the controller has other series. */
  clear(): void {
    this.#series.clear();
  }

  /** The last `seconds` seconds, since the epoch. */
  times(seconds: number): number[] {
    return Array.from({ length: seconds }, (_, index) => this.#end - seconds + 1 + index);
  }

  values(name: string, measure: Measure, seconds: number): Values {
    const values = this.#of(`${name} ${measure}`);
    const shown = measure === 'active' ? values : smoothed(values, measure === 'response');
    return shown.slice(-seconds);
  }

  #of(key: string): Values {
    return entryOf(this.#series, key, () => new Array<number | null>(HISTORY_S).fill(null));
  }

  #turn(second: number): void {
    const passed = Math.max(0, second - this.#end);
    this.#end += passed;
    for (const [key, values] of this.#series) {
      const kept = passed >= HISTORY_S ? [] : values.slice(passed);
      this.#series.set(key, [...kept, ...new Array<number | null>(HISTORY_S - kept.length).fill(null)]);
    }
  }
}

/**
 * Each value as the mean of itself and those shortly before it; null where the second itself was not counted. Filled, such a second has
 * the mean of those before it: a response time is not measured in every second.
 */
export function smoothed(values: readonly (number | null)[], isFilled = false): Values {
  return values.map((value, index) => {
    if (value === null && !isFilled) return null;
    const known = values.slice(Math.max(0, index - SMOOTHED_S + 1), index + 1).filter(one => one !== null);
    return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
  });
}
