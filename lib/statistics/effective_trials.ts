import { mean, standardDeviation, varies } from "./moments.ts";
import { requireSamePeriods } from "./same_periods.ts";

/**
 * How many independent trials correlated ones are worth: ρ + (1 - ρ) · count with the mean
 * correlation ρ (docs/methods.md#deflated-sharpe-ratio). Trials that fall into clusters are worth
 * less than this, so that it errs on the strict side.
 *
 * @param correlation mean correlation; below 0 counts as 0
 * @example
 * ```ts
 * import { effectiveTrials } from "./effective_trials.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(effectiveTrials(100, 1), 1);
 * assertEquals(effectiveTrials(100, 0.5), 50.5);
 * ```
 */
export function effectiveTrials(count: number, correlation: number): number {
  const shared = Math.max(0, Math.min(1, correlation));
  return shared + (1 - shared) * count;
}

/**
 * Mean of the correlations of all pairs of series that vary, from the variance of their
 * standardised sum; 0 when fewer than two vary.
 */
export function meanCorrelation(series: readonly Float64Array[]): number {
  const periods = requireSamePeriods(series, 1);
  const varying = series.filter(varies);
  const count = varying.length;
  if (count < 2) return 0;
  const sum = new Float64Array(periods);
  for (const returns of varying) {
    const middle = mean(returns), spread = standardDeviation(returns, 0);
    for (let i = 0; i < periods; i++) sum[i]! += (returns[i]! - middle) / spread;
  }
  return (standardDeviation(sum, 0) ** 2 - count) / (count * (count - 1));
}
