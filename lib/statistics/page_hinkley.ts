import { requireFinite } from "./same_periods.ts";

/** Settings of `pageHinkley`. */
export interface PageHinkleyOptions {
  /** Rise of the mean that does not matter, in the unit of the values. */
  readonly tolerance: number;
  /** Sum of rises beyond the tolerance from which it is an alarm, in the same unit. */
  readonly threshold: number;
}

/**
 * First alarm of the Page–Hinkley test for a mean that rises (Page 1954): the sum of how far each
 * value lies above the mean so far and the tolerance, over the lowest that this sum has been. For a
 * mean that falls, turn the sign of the values.
 *
 * @param values in time
 * @returns index of the value at the alarm; null without one
 * @throws RangeError when a value is not finite, the tolerance is below 0 or the threshold not above
 * @example
 * ```ts
 * import { pageHinkley } from "./page_hinkley.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const step = Float64Array.from({ length: 200 }, (_, i) => i < 100 ? 0 : 1);
 * assertEquals(pageHinkley(step, { tolerance: 0.005, threshold: 5 }), 105);
 * ```
 */
export function pageHinkley(
  values: Float64Array,
  { threshold, tolerance }: PageHinkleyOptions,
): number | null {
  requireFinite(values);
  if (!(tolerance >= 0 && threshold > 0)) {
    throw new RangeError(
      `Cannot watch a mean as the tolerance is at least 0 and the threshold above it: current value is ${tolerance} and ${threshold}`,
    );
  }
  let mean = 0, sum = 0, lowest = 0;
  for (let i = 0; i < values.length; i++) {
    mean += (values[i]! - mean) / (i + 1);
    sum += values[i]! - mean - tolerance;
    lowest = Math.min(lowest, sum);
    if (sum - lowest > threshold) return i;
  }
  return null;
}
