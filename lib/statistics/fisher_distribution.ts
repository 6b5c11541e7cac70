/**
 * Probability that Fisher's F exceeds a value, by the continued fraction of the incomplete beta
 * function (Abramowitz & Stegun 26.5.8 and 26.6.2).
 *
 * @param value 0 or more
 * @param numerator degrees of freedom above, more than 0, whole or not
 * @param denominator degrees of freedom below, likewise
 * @throws RangeError when one of them is outside its range.
 * @example
 * ```ts
 * import { fisherTail } from "./fisher_distribution.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * // Two degrees above have a closed form.
 * assertClose(fisherTail(3, 2, 10), (1 + 2 * 3 / 10) ** -5, 1e-12);
 * ```
 */
export function fisherTail(value: number, numerator: number, denominator: number): number {
  if (!(value >= 0 && numerator > 0 && denominator > 0)) {
    throw new RangeError(
      `Cannot use Fisher's F as its value is at least 0 and its degrees of freedom are above 0: ` +
        `current value is ${value}, ${numerator} and ${denominator}`,
    );
  }
  const below = denominator / (denominator + numerator * value);
  return incompleteBeta(below, denominator / 2, numerator / 2);
}

/** The regularised incomplete beta function I_x(a, b). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  // The fraction converges fast on this side of the mean; the other side is its complement.
  return x < (a + 1) / (a + b + 2)
    ? front * betaFraction(x, a, b) / a
    : 1 - front * betaFraction(1 - x, b, a) / b;
}

const MOST_TERMS = 1_000;
const PRECISION = 1e-15;
/** Takes the place of a 0 that would be divided by (Lentz's method). */
const TINY = 1e-300;

function betaFraction(x: number, a: number, b: number): number {
  let upper = 1, lower = 1 / away(1 - (a + b) * x / (a + 1)), fraction = lower;
  for (let term = 1; term <= MOST_TERMS; term++) {
    const even = term * (b - term) * x / ((a - 1 + 2 * term) * (a + 2 * term));
    lower = 1 / away(1 + even * lower);
    upper = away(1 + even / upper);
    fraction *= lower * upper;
    const odd = -(a + term) * (a + b + term) * x / ((a + 2 * term) * (a + 1 + 2 * term));
    lower = 1 / away(1 + odd * lower);
    upper = away(1 + odd / upper);
    const step = lower * upper;
    fraction *= step;
    if (Math.abs(step - 1) < PRECISION) break;
  }
  return fraction;
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** Lanczos's approximation, g = 7 and nine terms. */
const LANCZOS = [
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
];

function logGamma(value: number): number {
  const shifted = value - 1;
  const base = shifted + 7.5;
  const sum = LANCZOS.reduce(
    (total, coefficient, i) => total + coefficient / (shifted + i + 1),
    0.99999999999980993,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}
