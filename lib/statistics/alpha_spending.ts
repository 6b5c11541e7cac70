import { requireShare } from "./resampling_options.ts";

/**
 * Level at which the k-th attempt is tested, `alpha · 6 / (π² k²)`: over any number of attempts the
 * levels add up to alpha at most, and with them the probability that chance ever passes one.
 *
 * @param attempt 1, 2, 3 …
 * @param alpha for all attempts together
 * @throws RangeError when the attempt is none or alpha no share.
 * @example
 * ```ts
 * import { attemptLevel } from "./alpha_spending.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(attemptLevel(1, 0.05), 0.030396, 5e-7);
 * assertClose(attemptLevel(10, 0.05), 0.000304, 5e-7);
 * ```
 */
export function attemptLevel(attempt: number, alpha = 0.05): number {
  requireShare("alpha", alpha);
  if (!(Number.isInteger(attempt) && attempt >= 1)) {
    throw new RangeError(
      `Cannot spend alpha as attempts are counted from 1: current value is ${attempt}`,
    );
  }
  return alpha * 6 / (Math.PI * attempt) ** 2;
}
