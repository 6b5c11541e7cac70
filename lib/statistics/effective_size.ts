import { standardDeviation, varies } from "./moments.ts";
import { andrewsBandwidth, longRunVariance } from "./long_run_variance.ts";

/**
 * How many independent values say as much about a mean as these dependent ones do: their number
 * times their variance over their long-run variance (Parzen kernel, Andrews's bandwidth). Never more
 * than there are, as a series that swings back and forth by chance is no better evidence.
 *
 * @returns 0 for no values, their number for values that do not vary
 * @example
 * ```ts
 * import { effectiveSize } from "./effective_size.ts";
 * import { createRandom } from "../core/random.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * // 1,000 values that each keep .95 of the one before are worth 1,000 * .05 / 1.95 = 26.
 * const random = createRandom(1);
 * let value = 0;
 * const series = Float64Array.from({ length: 1_000 }, () => value = 0.95 * value + random.normal());
 * const size = effectiveSize(series);
 * assert(size > 20 && size < 35);
 * ```
 */
export function effectiveSize(values: Float64Array): number {
  if (!varies(values)) return values.length;
  const longRun = longRunVariance(values, "parzen", andrewsBandwidth([values], "parzen"));
  const variance = standardDeviation(values, 0) ** 2;
  return values.length * Math.min(1, variance / Math.max(longRun, variance / values.length));
}
