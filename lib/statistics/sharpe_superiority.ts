import { mean, varies } from "./moments.ts";
import { andrewsBandwidth, longRunVariance } from "./long_run_variance.ts";
import { requireSamePeriods } from "./same_periods.ts";
import { type RatioMoments, ratioMoments, sharpeInfluence } from "./sharpe_influence.ts";
import { studentCdf } from "./student_distribution.ts";
import { undecidedPair } from "./undecided.ts";

/** Whether one Sharpe ratio lies above another over the same periods. */
export interface SharpeSuperiority {
  /** Ratio of the first less that of the second, per period. */
  readonly difference: number;
  /** Standard error of the difference, per period; 0 where the two differ in scale alone. */
  readonly standardError: number;
  /** One-sided probability of such a lead or a larger one if both ratios were equal. */
  readonly pValue: number;
  /** Why the first cannot be called better, whatever its lead; null where it can. `pValue` is 1 then. */
  readonly undecided: string | null;
}

const FEWEST_PERIODS = 20;
/** Rounding alone; the variance of one ratio times the periods is about 1. */
const ONE_AND_THE_SAME = 1e-20;

/**
 * Tests in closed form whether the Sharpe ratio of one series lies above that of another: the
 * difference over its standard error by the delta method (Ledoit & Wolf 2008), against Student's t.
 * Unlike a bootstrap it resolves levels as small as those that are left after many attempts. The
 * error is the larger of that of independent periods and of dependent ones, so that returns that
 * alternate are not believed. A series that does not vary, as that of who stays out, has a ratio of
 * 0.
 *
 * @throws RangeError when the two differ in length, have fewer than 20 periods or a return is not
 * finite.
 * @example
 * ```ts
 * import { sharpeSuperiority } from "./sharpe_superiority.ts";
 * import { createRandom } from "../core/random.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const random = createRandom(1);
 * const poor = Float64Array.from({ length: 1_000 }, () => 0.01 * random.normal());
 * const good = poor.map((value) => value + 0.01 * (0.1 + 0.5 * random.normal()));
 * assert(sharpeSuperiority(good, poor).pValue < 0.001);
 * assert(sharpeSuperiority(poor, good).pValue > 0.999);
 * ```
 */
export function sharpeSuperiority(first: Float64Array, second: Float64Array): SharpeSuperiority {
  const periods = requireSamePeriods([first, second], 2);
  if (periods < FEWEST_PERIODS) {
    throw new RangeError(
      `Cannot compare Sharpe ratios as there are at least ${FEWEST_PERIODS} periods: current value is ${periods}`,
    );
  }
  const { difference, influence, components } = sharpeInfluence(
    momentsOrNone(first),
    momentsOrNone(second),
  );
  const independent = mean(influence.map((value) => value * value));
  const dependent = longRunVariance(influence, "parzen", andrewsBandwidth(components, "parzen"));
  // Four moments are estimated before the variance is.
  const variance = Math.max(independent, dependent);
  const standardError = variance < ONE_AND_THE_SAME ? 0 : Math.sqrt(variance / (periods - 4));
  const undecided = undecidedPair(first, second);
  const isTold = undecided === null && standardError > 0;
  return {
    difference,
    standardError,
    pValue: isTold ? studentCdf(-difference / standardError, periods - 1) : 1,
    undecided,
  };
}

/** Of one that does not vary, whose ratio of 0 is known exactly. */
function momentsOrNone(series: Float64Array): RatioMoments {
  if (varies(series)) return ratioMoments(series);
  const none = new Float64Array(series.length);
  return { sharpe: 0, slope: 0, curve: 0, returns: none, squares: none };
}
