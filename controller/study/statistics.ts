/** The arithmetic mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard deviation of a sample (n - 1). */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/** The standard deviation of all there is (n), in parts of the mean; 0 where the mean is 0. */
export function variation(values: readonly number[]): number {
  const middle = mean(values);
  return middle === 0 ? 0 : Math.sqrt(mean(values.map(value => (value - middle) ** 2))) / middle;
}

/** A quantile of values in ascending order, by the nearest rank; undefined of nothing. */
export function quantile(ascending: ArrayLike<number>, part: number): number | undefined {
  return ascending[Math.max(0, Math.ceil(part * ascending.length) - 1)];
}

/**
 * The part of Student's t distribution between -t and t, for a whole number of degrees of freedom: the finite series of Abramowitz and Stegun,
 * Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
export function studentBetween(t: number, degrees: number): number {
  const angle = Math.atan(Math.abs(t) / Math.sqrt(degrees));
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 2 : 1; k <= degrees - 3; k += 2) {
    term *= (k / (k + 1)) * cos * cos;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum;
}

/** The t beyond which, on both sides together, lies `alpha` of the distribution. */
export function studentQuantile(alpha: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (1 - studentBetween(high, degrees) > alpha) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (1 - studentBetween(middle, degrees) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/** A mean with the half-width of its interval of confidence. */
export interface Estimate {
  readonly mean: number;
  /** Of the interval; undefined of fewer than two values. */
  readonly half: number | undefined;
}

/** The mean of independent repetitions, with its 95 % interval by Student's t (Law, Simulation Modeling and Analysis, 4.5). */
export function estimate(values: readonly number[], alpha = 0.05): Estimate {
  const count = values.length;
  const half = count < 2 ? undefined : (studentQuantile(alpha, count - 1) * deviation(values)) / Math.sqrt(count);
  return { mean: mean(values), half };
}

/** How probable a mean difference at least as large is where there is none: the paired t test, both sides. 1 of fewer than two pairs. */
export function pairedP(differences: readonly number[]): number {
  const count = differences.length;
  if (count < 2) return 1;
  const spread = deviation(differences);
  const middle = mean(differences);
  if (spread === 0) return middle === 0 ? 1 : 0;
  return 1 - studentBetween((middle * Math.sqrt(count)) / spread, count - 1);
}

/** Which of several tests hold at a level all together (Holm, "A simple sequentially rejective multiple test procedure", 1979). */
export function holm(probabilities: readonly number[], level = 0.05): boolean[] {
  const order = probabilities.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  const held = probabilities.map(() => false);
  for (const [rank, { p, i }] of order.entries()) {
    if (p > level / (order.length - rank)) break;
    held[i] = true;
  }
  return held;
}
