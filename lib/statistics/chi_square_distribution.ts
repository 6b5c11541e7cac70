import { normalCdf } from "./normal_distribution.ts";

/**
 * Probability that a chi-square variable with whole degrees of freedom exceeds a value, as a finite
 * sum (Abramowitz & Stegun 26.4.4 and 26.4.5).
 *
 * @param value 0 or more
 * @param freedom degrees of freedom, a whole number from 1
 * @throws RangeError when one of them is outside its range.
 * @example
 * ```ts
 * import { chiSquareTail } from "./chi_square_distribution.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(chiSquareTail(16.918977604620448, 9), 0.05, 1e-13);
 * ```
 */
export function chiSquareTail(value: number, freedom: number): number {
  if (!(value >= 0 && Number.isInteger(freedom) && freedom >= 1)) {
    throw new RangeError(
      `Cannot use chi-square as its value is at least 0 and its degrees of freedom a whole number from 1: current value is ${value} and ${freedom}`,
    );
  }
  if (value === Infinity) return 0;
  const isOdd = freedom % 2 === 1, root = Math.sqrt(value);
  let term = isOdd ? root : 1, sum = freedom === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power < freedom; power += 2) {
    term *= value / power;
    sum += term;
  }
  const density = Math.exp(-value / 2);
  return isOdd ? 2 * normalCdf(-root) + Math.sqrt(2 / Math.PI) * density * sum : density * sum;
}
