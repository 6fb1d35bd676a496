/** Draws from candidates by weight: O(log n) in the running sums of the weights. */
export class WeightedDraw<C extends { readonly weight: number }> {
  readonly candidates: readonly C[];
  /** `#ends[i]` is the sum of the weights up to and with candidate i. */
  readonly #ends: Float64Array;

  constructor(candidates: readonly C[]) {
    this.candidates = candidates;
    this.#ends = new Float64Array(candidates.length);
    let sum = 0;
    for (let i = 0; i < candidates.length; i++) this.#ends[i] = sum += candidates[i]!.weight;
  }

  /** Index of a candidate, by a number in [0, 1). */
  draw(chance: number): number {
    return this.#at(chance * this.#sum);
  }

  /** Index of another candidate than that; there must be two. */
  drawOther(than: number, chance: number): number {
    const start = than === 0 ? 0 : this.#ends[than - 1]!;
    const width = this.#ends[than]! - start;
    const at = chance * (this.#sum - width);
    const index = this.#at(at < start ? at : at + width);
    // only where the sums were rounded
    return index === than ? (than + 1) % this.candidates.length : index;
  }

  get #sum(): number {
    return this.#ends[this.#ends.length - 1]!;
  }

  /** The first whose end is above. */
  #at(value: number): number {
    let low = 0;
    let high = this.#ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle]! > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
