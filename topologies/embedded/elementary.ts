/**
 * Logarithm, exponential and power from additions, multiplications and divisions alone. ECMAScript leaves the last bits of
 * `Math.log`, `Math.exp` and `Math.pow` to the engine; the four operations and the square root it does not. A simulation
 * that must give the same bytes on every machine uses these.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SQRT_HALF = Math.SQRT1_2;

const bits = new DataView(new ArrayBuffer(8));

/** Natural logarithm of a positive, normal number; relative error below 1e-15. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let exponent = (high >>> 20) - 1022;
  bits.setUint32(0, (high & 0x000fffff) | (1022 << 20));
  let fraction = bits.getFloat64(0); // in [1/2, 1)
  if (fraction < SQRT_HALF) {
    fraction *= 2;
    exponent -= 1;
  }
  // ln f = 2 artanh s with s = (f - 1) / (f + 1), |s| < 0.172: the series ends in the last bit after eleven terms.
  const s = (fraction - 1) / (fraction + 1);
  const z = s * s;
  let sum = 0;
  for (let n = 21; n >= 3; n -= 2) sum = (sum + 1 / n) * z;
  return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * s * sum + 2 * s);
}

/** e to the power of x. */
export function exp(x: number): number {
  if (x > 709) return Number.POSITIVE_INFINITY;
  if (x < -708) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 16; n >= 1; n--) sum = 1 + (sum * r) / n;
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return sum * bits.getFloat64(0);
}

/** x to the power of y, for a positive x. */
export function power(x: number, y: number): number {
  return exp(y * ln(x));
}
