import type { Metric } from "./metric.ts";
import { correlation, mean, shape, standardDeviation, varies } from "./moments.ts";
import { normalCdf, normalQuantile } from "./normal_distribution.ts";
import { requireShare } from "./resampling_options.ts";

/** What the statistics of a Sharpe ratio need to know about the returns behind it. */
export interface SharpeEstimate {
  /** Per period: not annualised. */
  readonly sharpe: number;
  /** Number of periods. */
  readonly periods: number;
  /** Third standardised moment; 0 for normal returns. */
  readonly skewness: number;
  /** Fourth standardised moment; 3 for normal returns. */
  readonly kurtosis: number;
  /** Lag-1 autocorrelation of the returns; used by the revised form only. */
  readonly autocorrelation: number;
}

/**
 * Estimates the Sharpe ratio of periodic returns and what its statistics need.
 *
 * @returns null when the returns do not vary, are fewer than three or too large for a spread
 */
export function estimateSharpe(returns: Float64Array): SharpeEstimate | null {
  const spread = standardDeviation(returns);
  if (returns.length < 3 || !varies(returns) || spread === Infinity) return null;
  const autocorrelation = correlation(returns.subarray(0, -1), returns.subarray(1));
  return {
    sharpe: mean(returns) / spread,
    periods: returns.length,
    ...shape(returns),
    autocorrelation: Number.isNaN(autocorrelation) ? 0 : autocorrelation,
  };
}

/** Variance of a Sharpe ratio times the number of periods, for independent returns. */
function unitVariance({ sharpe, skewness, kurtosis }: SharpeEstimate): number {
  return 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe ** 2;
}

/**
 * Probability that the true Sharpe ratio exceeds the benchmark (Bailey & López de Prado 2012).
 *
 * @param benchmark Sharpe ratio per period
 * @example
 * ```ts
 * import { probabilisticSharpe } from "./sharpe_statistics.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * // The hedge fund example of the paper: monthly 0.458 over two years.
 * const estimate = { sharpe: 0.458, periods: 24, skewness: -2.448, kurtosis: 10.164 };
 * assertClose(probabilisticSharpe({ ...estimate, autocorrelation: 0 }, 0), 0.913, 5e-4);
 * ```
 */
export function probabilisticSharpe(estimate: SharpeEstimate, benchmark: number): number {
  const standardError = Math.sqrt(unitVariance(estimate) / (estimate.periods - 1));
  return normalCdf((estimate.sharpe - benchmark) / standardError);
}

/**
 * Periods needed until the Sharpe ratio is above the benchmark with the given confidence, if it
 * stays as estimated (Bailey & López de Prado 2012).
 *
 * @throws RangeError when the confidence is not above 0 and below 1.
 */
export function minimumTrackRecord(
  estimate: SharpeEstimate,
  benchmark: number,
  confidence: number,
): Metric {
  requireShare("confidence", confidence);
  if (!(estimate.sharpe > benchmark)) return NOT_ABOVE;
  const quantile = normalQuantile(confidence) / (estimate.sharpe - benchmark);
  return { value: 1 + unitVariance(estimate) * quantile ** 2 };
}

const NOT_ABOVE: Metric = { value: null, reason: "the Sharpe ratio is not above the benchmark" };

const EULER_MASCHERONI = 0.5772156649015329;

/**
 * Sharpe ratio that the best of many worthless trials is expected to show
 * (Bailey & López de Prado 2014).
 *
 * @param trials number of independent trials, at least 1; need not be whole
 * @param variance variance of the Sharpe ratios over the trials, per period
 * @throws RangeError when `trials` is below 1 or the variance is none.
 */
export function expectedMaximumSharpe(trials: number, variance: number): number {
  if (!(trials >= 1)) {
    throw new RangeError(
      `Cannot take a maximum as trials must be at least 1: current value is ${trials}`,
    );
  }
  if (!(variance >= 0)) {
    throw new RangeError(
      `Cannot take a maximum as a variance is 0 or more: current value is ${variance}`,
    );
  }
  if (trials === 1) return 0;
  const factor = (1 - EULER_MASCHERONI) * normalQuantile(1 - 1 / trials) +
    EULER_MASCHERONI * normalQuantile(1 - 1 / (trials * Math.E));
  // The approximation falls below 0 for a few correlated trials that count as hardly more than one.
  return Math.sqrt(variance) * Math.max(0, factor);
}

/**
 * Probability that the true Sharpe ratio exceeds what the best of the trials would show by luck
 * (Bailey & López de Prado 2014). Much stricter than its level suggests: see
 * docs/methods.md#how-strict-it-is.
 */
export function deflatedSharpe(estimate: SharpeEstimate, trials: number, variance: number): number {
  return probabilisticSharpe(estimate, expectedMaximumSharpe(trials, variance));
}

/**
 * Years of data below which trials without skill are expected to reach the target Sharpe ratio
 * (Bailey, Borwein, López de Prado & Zhu 2014).
 *
 * @param annualTarget annual Sharpe ratio
 */
export function minimumBacktestYears(trials: number, annualTarget: number): number {
  return (expectedMaximumSharpe(trials, 1) / annualTarget) ** 2;
}

/**
 * Two-sided confidence interval of the Sharpe ratio per period by the normal distribution,
 * autocorrelation included. Too sure for heavy tails: decide by `sharpeInterval`.
 *
 * @param level for example 0.95
 * @throws RangeError when the level is not above 0 and below 1.
 */
export function sharpeConfidenceInterval(
  estimate: SharpeEstimate,
  level: number,
): readonly [low: number, high: number] {
  requireShare("level", level);
  const reach = normalQuantile((1 + level) / 2) * sharpeStandardError(estimate, estimate.sharpe);
  return [estimate.sharpe - reach, estimate.sharpe + reach];
}

/**
 * Standard error of the Sharpe ratio if the true one were `trueSharpe`, for returns with lag-1
 * autocorrelation (López de Prado, Lipton & Zoonekynd 2025).
 */
export function sharpeStandardError(estimate: SharpeEstimate, trueSharpe: number): number {
  return Math.sqrt(revisedUnitVariance(estimate, trueSharpe) / estimate.periods);
}

function revisedUnitVariance(estimate: SharpeEstimate, trueSharpe: number): number {
  const { skewness, kurtosis, autocorrelation: rho } = estimate;
  const level = (1 + rho) / (1 - rho);
  const skew = 1 + rho / (1 - rho) + rho ** 2 / (1 - rho ** 2);
  const tails = (1 + rho ** 2) / (1 - rho ** 2);
  return level - skew * skewness * trueSharpe + tails * (kurtosis - 1) / 4 * trueSharpe ** 2;
}

/**
 * The probabilistic Sharpe ratio in its revised form: the error is taken at the benchmark and
 * autocorrelation counts (López de Prado, Lipton & Zoonekynd 2025).
 */
export function revisedProbabilisticSharpe(estimate: SharpeEstimate, benchmark: number): number {
  return normalCdf((estimate.sharpe - benchmark) / sharpeStandardError(estimate, benchmark));
}

/** `minimumTrackRecord` in the revised form of `revisedProbabilisticSharpe`. */
export function revisedMinimumTrackRecord(
  estimate: SharpeEstimate,
  benchmark: number,
  confidence: number,
): Metric {
  requireShare("confidence", confidence);
  if (!(estimate.sharpe > benchmark)) return NOT_ABOVE;
  const quantile = normalQuantile(confidence) / (estimate.sharpe - benchmark);
  return { value: revisedUnitVariance(estimate, benchmark) * quantile ** 2 };
}

/**
 * Factor that brings a Sharpe ratio from one period to `periods` when returns are autocorrelated;
 * the root of `periods` when they are not (Lo 2002).
 *
 * @param autocorrelations of the returns at lags 1, 2, …; later lags count as 0
 * @example
 * ```ts
 * import { annualizationFactor } from "./sharpe_statistics.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(annualizationFactor(Float64Array.of(), 252), Math.sqrt(252), 1e-12);
 * ```
 */
export function annualizationFactor(autocorrelations: Float64Array, periods: number): number {
  let sum = 0;
  for (let lag = 1; lag < periods && lag <= autocorrelations.length; lag++) {
    sum += (periods - lag) * autocorrelations[lag - 1]!;
  }
  return periods / Math.sqrt(periods + 2 * sum);
}
