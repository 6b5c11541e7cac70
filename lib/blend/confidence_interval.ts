/** How often an interval should miss, as followed through time. */
export interface AdaptiveMiscoverage {
  /** Miss rate that is wanted in the long run. */
  readonly target: number;
  /** Step size, 0.005 … 0.05. */
  readonly rate: number;
  /** Miss rate asked of the next interval; outside [0, 1] it means all or nothing. */
  readonly current: number;
}

/**
 * Rank of the calibration score that bounds a new one with miscoverage `alpha`:
 * `ceil((n + 1) · (1 - alpha))`, at most n + 1, which stands for no bound.
 *
 * @example
 * ```ts
 * import { conformalRank } from "./confidence_interval.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals([conformalRank(100, 0.1), conformalRank(500, 0.05)], [91, 476]);
 * ```
 */
export function conformalRank(count: number, alpha: number): number {
  // Rounded first, so that (500 + 1) · 0.95 and the like do not gain a rank by dust.
  const rank = Math.ceil(Number(((count + 1) * (1 - alpha)).toPrecision(12)));
  return Math.max(1, Math.min(count + 1, rank));
}

/**
 * Lower bound of a return, by split conformal prediction: predicted minus the ranked past
 * overestimate. -Infinity where there are too few past rows for the level.
 *
 * @param overestimates predicted minus realised, of past rows, ascending
 */
export function conformalLowerBound(
  predicted: number,
  overestimates: Float64Array,
  alpha: number,
): number {
  if (alpha >= 1) return Infinity;
  const rank = conformalRank(overestimates.length, Math.max(0, alpha));
  return rank > overestimates.length ? -Infinity : predicted - overestimates[rank - 1]!;
}

/**
 * Follows the miss rate (Gibbs & Candès 2021): `alpha + rate · (target - missed)`. Whatever the
 * returns do, the mean of the misses over T steps is within
 * `(max(alpha_1, 1 - alpha_1) + rate) / (rate · T)` of the target.
 *
 * @param missed whether the return fell outside the last interval
 */
export function adaptMiscoverage(
  state: AdaptiveMiscoverage,
  missed: boolean,
): AdaptiveMiscoverage {
  const current = state.current + state.rate * (state.target - (missed ? 1 : 0));
  return { ...state, current };
}
