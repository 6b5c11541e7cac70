import { normalQuantile } from "./normal_distribution.ts";

/**
 * Distribution function of Student's t with whole degrees of freedom, as a finite sum (Abramowitz &
 * Stegun 26.7.3 and 26.7.4).
 *
 * @param freedom degrees of freedom, a whole number from 1
 * @throws RangeError when `freedom` is none.
 * @example
 * ```ts
 * import { studentCdf } from "./student_distribution.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(studentCdf(2, 59), 0.9749448, 5e-8);
 * ```
 */
export function studentCdf(t: number, freedom: number): number {
  requireFreedom(freedom);
  const angle = Math.atan2(Math.abs(t), Math.sqrt(freedom));
  const square = Math.cos(angle) ** 2;
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1, sum = freedom === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power < freedom; power += 2) {
    term *= (power - 1) / power * square;
    sum += term;
  }
  const between = isOdd ? 2 / Math.PI * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return (1 + Math.sign(t) * between) / 2;
}

/**
 * Quantile of Student's t: the inverse of {@linkcode studentCdf}.
 *
 * @param probability above 0 and below 1
 * @param freedom degrees of freedom, a whole number from 1
 * @throws RangeError when one of them is outside its range.
 * @example
 * ```ts
 * import { studentQuantile } from "./student_distribution.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(studentQuantile(0.975, 59), 2.000995378088, 1e-10);
 * ```
 */
export function studentQuantile(probability: number, freedom: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(
      `Cannot take a quantile as its probability lies between 0 and 1: current value is ${probability}`,
    );
  }
  requireFreedom(freedom);
  if (probability === 0.5) return 0;
  if (probability < 0.5) return -studentQuantile(1 - probability, freedom);
  // The normal quantile is below it; doubling finds a bound above.
  let low = normalQuantile(probability), high = 1 + low;
  while (studentCdf(high, freedom) < probability) high *= 2;
  for (let step = 0; step < MOST_STEPS && high - low > PRECISION * high; step++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, freedom) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const MOST_STEPS = 100;
const PRECISION = 1e-14;

function requireFreedom(freedom: number): void {
  if (!(Number.isInteger(freedom) && freedom >= 1)) {
    throw new RangeError(
      `Cannot use Student's t as its degrees of freedom are a whole number from 1: current value is ${freedom}`,
    );
  }
}
