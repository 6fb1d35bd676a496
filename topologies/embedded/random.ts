import { exp, ln, power } from './elementary.ts';

/**
 * Chance from a seed: sfc32 (Chris Doty-Humphrey, PractRand), whose state is 128 bits. The same seed gives the same numbers
 * on every machine. `fork` gives a part of the lab numbers of its own, which do not change when another part draws more.
 */
export class Random {
  readonly seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter: number;
  #spare: number | undefined;

  constructor(seed: string | number) {
    this.seed = String(seed);
    [this.#a, this.#b, this.#c, this.#counter] = state(this.seed);
    for (let i = 0; i < 15; i++) this.uint32();
  }

  /** Numbers of its own for a part of the lab: of the seed and the name alone, whatever was drawn here before. */
  fork(name: string): Random {
    return new Random(`${this.seed}/${name}`);
  }

  /** 32 bits. */
  uint32(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result;
    this.#c |= 0;
    return result >>> 0;
  }

  /** In [0, 1), 53 bits. Bound, so that it can be handed on as a function. */
  readonly next = (): number => ((this.uint32() >>> 5) * 0x4000000 + (this.uint32() >>> 6)) / 0x20000000000000;

  /** True with a probability. Draws nothing for 0, so that a link without loss costs nothing. */
  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number in [0, count). */
  integer(count: number): number {
    return Math.floor(this.next() * count);
  }

  exponential(mean: number): number {
    return -mean * ln(1 - this.next());
  }

  /** Values above `scale`; the mean is scale * shape / (shape - 1) for a shape above 1, and infinite otherwise. */
  pareto(shape: number, scale: number): number {
    return scale * power(1 - this.next(), -1 / shape);
  }

  /** Marsaglia's polar method, which needs no cosine. */
  normal(mean = 0, deviation = 1): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return mean + deviation * spare;
    }
    for (;;) {
      const u = 2 * this.next() - 1;
      const v = 2 * this.next() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * ln(s)) / s);
      this.#spare = v * scale;
      return mean + deviation * u * scale;
    }
  }

  /** `median` is e to the mean of the logarithm; the mean is median * e^(sigma^2 / 2). */
  lognormal(median: number, sigma: number): number {
    return median * exp(this.normal(0, sigma));
  }

  choice<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('there is nothing to choose from');
    return items[this.integer(items.length)]!;
  }

  /** The same items in another order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }
}

/** 128 bits of a text (cyrb128). */
function state(text: string): [number, number, number, number] {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ k, 597399067);
    b = c ^ Math.imul(b ^ k, 2869860233);
    c = d ^ Math.imul(c ^ k, 951274213);
    d = a ^ Math.imul(d ^ k, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  a ^= b ^ c ^ d;
  return [a | 0, (b ^ a) | 0, (c ^ a) | 0, (d ^ a) | 0];
}
