import { requireShare } from "./resampling_options.ts";
import { estimateSharpe, type SharpeEstimate } from "./sharpe_statistics.ts";
import { studentQuantile } from "./student_distribution.ts";
import { countSide, FEWEST_ON_A_SIDE, tooFew } from "./undecided.ts";

/** What a series of returns says about its true Sharpe ratio. */
export interface SharpeInterval {
  /** Sharpe ratio of the returns. */
  readonly sharpe: number;
  /** Both ends of the interval. */
  readonly interval: readonly [low: number, high: number];
  /**
   * Why the sign of the ratio cannot be known from such returns, whatever their size; null where
   * it can. The interval then holds 0.
   */
  readonly undecided: string | null;
}

/** Settings of `sharpeInterval`. */
export interface SharpeIntervalOptions {
  /** 252 for days: the ratio and its interval are annual then. @default {1} */
  readonly periodsPerYear?: number;
  /** Coverage. @default {0.95} */
  readonly level?: number;
  /** Name of a period in `undecided`. @default {"period"} */
  readonly period?: string;
}

/**
 * The interval by which a Sharpe ratio is judged everywhere: Student's t with the standard error
 * that skewness and kurtosis give, where that is the wider, and with autocorrelation that is
 * positive. What is favourable in the sample, gains that are skewed or returns that alternate, is
 * not believed.
 *
 * Where fewer than five returns lose, rare losses may lie ahead whose size nothing shows: the
 * interval is then widened to hold 0, and `undecided` says so; likewise for gains. In worlds whose
 * mean is 0 it lies above 0 in at most 2.5 % of cases, returns of two values included
 * (`deno task bench sharpe-errors`, docs/decisions/0070).
 *
 * @returns null when the returns do not vary or are fewer than three
 * @throws RangeError when the level is not above 0 and below 1.
 * @example
 * ```ts
 * import { sharpeInterval } from "./sharpe_interval.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * // 39 days of +0.2 % and one of -3.8 %: the ratio looks fine and says nothing.
 * const days = Float64Array.from({ length: 40 }, (_, day) => day === 20 ? -0.038 : 0.002);
 * const { sharpe, interval, undecided } = sharpeInterval(days, { periodsPerYear: 252 })!;
 * assert(sharpe > 2.5 && interval[0] < 0 && undecided !== null);
 * ```
 */
export function sharpeInterval(
  returns: Float64Array,
  { periodsPerYear = 1, level = 0.95, period = "period" }: SharpeIntervalOptions = {},
): SharpeInterval | null {
  requireShare("level", level);
  const estimate = estimateSharpe(returns);
  if (estimate === null) return null;
  const annual = Math.sqrt(periodsPerYear);
  const { sharpe, periods } = estimate;
  const reach = studentQuantile((1 + level) / 2, periods - 1) * cautiousError(estimate);
  const [low, high] = [annual * (sharpe - reach), annual * (sharpe + reach)];
  const gains = countSide(returns, 1), losses = countSide(returns, -1);
  return {
    sharpe: annual * sharpe,
    interval: [
      losses < FEWEST_ON_A_SIDE ? Math.min(0, low) : low,
      gains < FEWEST_ON_A_SIDE ? Math.max(0, high) : high,
    ],
    undecided: sharpe >= 0
      ? tooFew(losses, periods, `${period}s lost money`)
      : tooFew(gains, periods, `${period}s made money`),
  };
}

/** Nearer to a unit root than this an error would be without bounds. */
const STRONGEST_DEPENDENCE = 0.97;

/** Standard error of a Sharpe ratio per period; never below that of independent normal returns. */
export function cautiousError(estimate: SharpeEstimate): number {
  const { sharpe, skewness, kurtosis, autocorrelation, periods } = estimate;
  const shape = 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe ** 2;
  const rho = Math.min(STRONGEST_DEPENDENCE, Math.max(0, autocorrelation));
  return Math.sqrt(Math.max(1, shape) * (1 + rho) / (1 - rho) / periods);
}
