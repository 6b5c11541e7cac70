import { type Metric, metricOr } from "./metric.ts";
import { METRIC_NAMES, type MetricName } from "./metric_definitions.ts";
import { correlation, mean, percentile, shape, standardDeviation, varies } from "./moments.ts";

/**
 * Metrics of simple periodic returns, by the conventions of empyrical and QuantStats
 * (learning-spec §2.4). Intraday equity is brought to days first, by `dailyReturns`.
 *
 * @param returns fractions, one per period
 * @param periodsPerYear 252 for days
 * @example
 * ```ts
 * import { performanceMetrics } from "./metrics.ts";
 * import { assertClose, assertEquals } from "../../tests/assert.ts";
 *
 * const metrics = performanceMetrics(Float64Array.of(0.01, -0.02, 0.03), 252);
 * assertClose(metrics.maxDrawdown.value!, -0.02, 1e-12);
 * assertEquals(performanceMetrics(Float64Array.of(0.01), 252).sharpe.value, null);
 * ```
 */
export function performanceMetrics(
  returns: Float64Array,
  periodsPerYear: number,
): Record<MetricName, Metric> {
  if (returns.length === 0) return withoutReturns();
  const growth = growthMetrics(returns, periodsPerYear);
  const sortino = sortinoRatio(returns, periodsPerYear);
  const sharpe = sharpeRatio(returns, periodsPerYear);
  const penalty = autocorrelationPenalty(returns);
  const moments = varies(returns) ? shape(returns) : { skewness: NaN, kurtosis: NaN };
  const gainsOverLosses = gainLossRatio(returns);
  const root = Math.sqrt(periodsPerYear);
  return {
    ...growth,
    ...tailMetrics(returns),
    volatility: metricOr(standardDeviation(returns) * root, TOO_SHORT),
    sharpe: metricOr(sharpe, NO_VARIATION),
    sortino: metricOr(sortino, NO_LOSS),
    adjustedSortino: metricOr(sortino / Math.SQRT2, NO_LOSS),
    omega: metricOr(gainsOverLosses, NO_LOSS),
    profitFactor: metricOr(gainsOverLosses, NO_LOSS),
    meanReturn: { value: mean(returns) },
    downsideDeviation: { value: downsideDeviation(returns) * root },
    skewness: metricOr(moments.skewness, NO_VARIATION),
    kurtosis: metricOr(moments.kurtosis, NO_VARIATION),
    stability: metricOr(stability(returns), "needs two periods of varying, positive equity"),
    autocorrelationPenalty: metricOr(penalty, "needs three periods of varying returns"),
    smartSharpe: metricOr(sharpe / penalty, "needs three periods of varying returns"),
  };
}

const TOO_SHORT = "needs at least two periods";
const NO_VARIATION = "needs at least two different returns";
const NO_LOSS = "there was no losing period";

type GrowthName = "totalReturn" | "annualReturn" | "maxDrawdown" | "calmar" | "ulcerIndex";
type TailName = "tailRatio" | "valueAtRisk" | "conditionalValueAtRisk";

function growthMetrics(
  returns: Float64Array,
  periodsPerYear: number,
): Record<GrowthName, Metric> {
  let wealth = 1, peak = 1, deepest = 0, squares = 0;
  for (const change of returns) {
    wealth *= 1 + change;
    peak = Math.max(peak, wealth);
    const drawdown = wealth / peak - 1;
    deepest = Math.min(deepest, drawdown);
    squares += drawdown * drawdown;
  }
  const annual = wealth < 0 ? NaN : wealth ** (periodsPerYear / returns.length) - 1;
  const calmar = deepest < 0 ? annual / -deepest : NaN;
  const noCalmar = deepest < 0 ? "equity fell below zero" : "there was no drawdown";
  return {
    totalReturn: { value: wealth - 1 },
    annualReturn: metricOr(annual, "equity fell below zero"),
    maxDrawdown: { value: deepest },
    calmar: metricOr(calmar, noCalmar),
    ulcerIndex: metricOr(Math.sqrt(squares / (returns.length - 1)), TOO_SHORT),
  };
}

function tailMetrics(returns: Float64Array): Record<TailName, Metric> {
  const sorted = returns.toSorted();
  const low = percentile(sorted, 0.05);
  const worst = sorted.subarray(0, Math.floor((sorted.length - 1) * 0.05) + 1);
  return {
    tailRatio: metricOr(Math.abs(percentile(sorted, 0.95) / low), "the 5th percentile is 0"),
    valueAtRisk: { value: low },
    conditionalValueAtRisk: { value: mean(worst) },
  };
}

function sharpeRatio(returns: Float64Array, periodsPerYear: number): number {
  if (!varies(returns)) return NaN;
  return mean(returns) / standardDeviation(returns) * Math.sqrt(periodsPerYear);
}

function sortinoRatio(returns: Float64Array, periodsPerYear: number): number {
  return mean(returns) / downsideDeviation(returns) * Math.sqrt(periodsPerYear);
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
function stability(returns: Float64Array): number {
  let sum = 0;
  const cumulative = returns.map((change) => sum += Math.log1p(change));
  return correlation(cumulative, cumulative.map((_, period) => period)) ** 2;
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

function withoutReturns(): Record<MetricName, Metric> {
  const none: Metric = { value: null, reason: "there are no returns" };
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, none])) as Record<MetricName, Metric>;
}
