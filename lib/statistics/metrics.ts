import { type Metric, metricOr } from "./metric.ts";
import { METRIC_NAMES, type MetricName } from "./metric_definitions.ts";
import { correlation, mean, percentile, shape, standardDeviation, varies } from "./moments.ts";

/**
 * Metrics of simple periodic returns, by the conventions of empyrical and QuantStats
 * (docs/methods.md#metrics). Intraday equity is brought to days first, by `dailyReturns`.
 *
 * A return of -1 or less loses everything: what comes after it adds nothing. Figures a year from
 * less than a quarter of one carry a note.
 *
 * @param returns fractions, one per period
 * @param periodsPerYear 252 for days
 * @param period name of a period, for reasons and notes
 * @example
 * ```ts
 * import { performanceMetrics } from "./metrics.ts";
 * import { assertClose, assertEquals } from "../../tests/assert.ts";
 *
 * const metrics = performanceMetrics(Float64Array.of(0.01, -0.02, 0.03), 252);
 * assertClose(metrics.maxDrawdown.value!, -0.02, 1e-12);
 * assertEquals(metrics.sharpe.note, "a year's figure from 3 periods");
 * assertEquals(performanceMetrics(Float64Array.of(0.01), 252).sharpe.value, null);
 * ```
 */
export function performanceMetrics(
  returns: Float64Array,
  periodsPerYear: number,
  period = "period",
): Record<MetricName, Metric> {
  const reason = unusable(returns);
  if (reason !== null) return withoutValues(reason);
  const metrics = { ...growthMetrics(returns, periodsPerYear), ...ratios(returns, periodsPerYear) };
  const note = shortNote(returns.length, periodsPerYear, period);
  if (note === null) return metrics;
  for (const name of ANNUAL_METRICS) metrics[name] = withNote(metrics[name], note);
  return metrics;
}

/** Figures that are brought to a year. */
const ANNUAL_METRICS = [
  "annualReturn",
  "volatility",
  "sharpe",
  "sortino",
  "adjustedSortino",
  "calmar",
  "downsideDeviation",
  "smartSharpe",
] as const satisfies readonly MetricName[];

/** Less than this share of a year is too little to speak of a year without a mark. */
const SHORT_SHARE = 0.25;

/** What must stand beside a figure a year that rests on so little; null where it is enough. */
export function shortNote(periods: number, periodsPerYear: number, period: string): string | null {
  if (periods >= SHORT_SHARE * periodsPerYear) return null;
  return `a year's figure from ${periods} ${period}${periods === 1 ? "" : "s"}`;
}

/** The metric with a note beside its value; without a value it needs none. */
export function withNote(metric: Metric, note: string): Metric {
  return metric.value === null ? metric : { ...metric, note };
}

/** Why nothing can be computed from the returns; null where it can. */
function unusable(returns: Float64Array): string | null {
  if (returns.length === 0) return "there are no returns";
  if (returns.some(Number.isNaN)) return "a return is not a number";
  return returns.every(Number.isFinite) ? null : "a return is infinite";
}

function ratios(
  returns: Float64Array,
  periodsPerYear: number,
): Omit<Record<MetricName, Metric>, GrowthName> {
  const root = Math.sqrt(periodsPerYear);
  const sharpe = sharpeRatio(returns, periodsPerYear);
  const penalty = autocorrelationPenalty(returns);
  const spread = standardDeviation(returns);
  const moments = varies(returns) ? shape(returns) : { skewness: NaN, kurtosis: NaN };
  const downside = downsideDeviation(returns);
  const sortino = downside > 0 ? mean(returns) / downside * root : NaN;
  const noLoss = downside > 0 ? TOO_LARGE : "there was no losing period";
  const gainsOverLosses = downside > 0 ? gainLossRatio(returns) : NaN;
  const noVariation = varies(returns) ? TOO_LARGE : "needs at least two different returns";
  const noPenalty = returns.length < 3
    ? "needs at least three periods"
    : varies(returns) && spread < Infinity && Number.isNaN(penalty)
    ? "all returns but the first or the last are the same"
    : noVariation;
  return {
    ...tailMetrics(returns),
    volatility: metricOr(
      spread * root,
      returns.length < 2 ? TOO_SHORT : TOO_LARGE,
    ),
    sharpe: metricOr(sharpe, noVariation),
    sortino: metricOr(sortino, noLoss),
    adjustedSortino: metricOr(sortino / Math.SQRT2, noLoss),
    omega: metricOr(gainsOverLosses, noLoss),
    profitFactor: metricOr(gainsOverLosses, noLoss),
    meanReturn: metricOr(mean(returns), TOO_LARGE),
    downsideDeviation: metricOr(downside * root, TOO_LARGE),
    skewness: metricOr(moments.skewness, noVariation),
    kurtosis: metricOr(moments.kurtosis, noVariation),
    stability: stability(returns),
    autocorrelationPenalty: metricOr(penalty, noPenalty),
    smartSharpe: metricOr(sharpe / penalty, noPenalty),
  };
}

const TOO_SHORT = "needs at least two periods";
const TOO_LARGE = "the result is too large for a number";

type GrowthName = "totalReturn" | "annualReturn" | "maxDrawdown" | "calmar" | "ulcerIndex";
type TailName = "tailRatio" | "valueAtRisk" | "conditionalValueAtRisk";

function growthMetrics(
  returns: Float64Array,
  periodsPerYear: number,
): Record<GrowthName, Metric> {
  let wealth = 1, peak = 1, deepest = 0, squares = 0;
  for (const change of returns) {
    wealth = Math.max(0, wealth * (1 + change));
    peak = Math.max(peak, wealth);
    const drawdown = wealth / peak - 1;
    deepest = Math.min(deepest, drawdown);
    squares += drawdown * drawdown;
  }
  const annual = wealth ** (periodsPerYear / returns.length) - 1;
  return {
    totalReturn: metricOr(wealth - 1, TOO_LARGE),
    annualReturn: metricOr(annual, TOO_LARGE),
    maxDrawdown: metricOr(deepest, TOO_LARGE),
    calmar: metricOr(
      deepest < 0 ? annual / -deepest : NaN,
      deepest === 0 ? "there was no drawdown" : TOO_LARGE,
    ),
    ulcerIndex: metricOr(
      Math.sqrt(squares / (returns.length - 1)),
      returns.length < 2 ? TOO_SHORT : TOO_LARGE,
    ),
  };
}

function tailMetrics(returns: Float64Array): Record<TailName, Metric> {
  const sorted = returns.toSorted();
  const low = percentile(sorted, 0.05);
  const worst = sorted.subarray(0, Math.floor((sorted.length - 1) * 0.05) + 1);
  return {
    tailRatio: metricOr(
      low === 0 ? NaN : Math.abs(percentile(sorted, 0.95) / low),
      low === 0 ? "the 5th percentile is 0" : TOO_LARGE,
    ),
    valueAtRisk: metricOr(low, TOO_LARGE),
    conditionalValueAtRisk: metricOr(mean(worst), TOO_LARGE),
  };
}

function sharpeRatio(returns: Float64Array, periodsPerYear: number): number {
  const spread = standardDeviation(returns);
  if (!varies(returns) || spread === Infinity) return NaN;
  return mean(returns) / spread * Math.sqrt(periodsPerYear);
}

/** Root mean square of the losses over all periods. */
function downsideDeviation(returns: Float64Array): number {
  let squares = 0;
  for (const change of returns) squares += Math.min(change, 0) ** 2;
  return Math.sqrt(squares / returns.length);
}

function gainLossRatio(returns: Float64Array): number {
  let gains = 0, losses = 0;
  for (const change of returns) {
    if (change > 0) gains += change;
    else losses -= change;
  }
  return gains / losses;
}

/** R² of cumulative log return on time. */
function stability(returns: Float64Array): Metric {
  if (returns.length < 2) return { value: null, reason: TOO_SHORT };
  if (returns.some((change) => change <= -1)) {
    return { value: null, reason: "everything was lost" };
  }
  let sum = 0;
  const cumulative = returns.map((change) => sum += Math.log1p(change));
  const line = correlation(cumulative, cumulative.map((_, period) => period));
  return metricOr(line ** 2, "equity never changes");
}

function autocorrelationPenalty(returns: Float64Array): number {
  const n = returns.length;
  const dependence = Math.abs(correlation(returns.subarray(0, -1), returns.subarray(1)));
  let sum = 0;
  for (let lag = 1, power = dependence; lag < n; lag++, power *= dependence) {
    sum += (n - lag) / n * power;
  }
  return n < 3 ? NaN : Math.sqrt(1 + 2 * sum);
}

function withoutValues(reason: string): Record<MetricName, Metric> {
  const none: Metric = { value: null, reason };
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, none])) as Record<MetricName, Metric>;
}
