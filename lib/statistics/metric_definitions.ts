import type { MetricDefinition } from "./metric.ts";

/** Metrics of a series of periodic returns, in the order reports show them. */
export const METRIC_NAMES = [
  "totalReturn",
  "annualReturn",
  "volatility",
  "sharpe",
  "sortino",
  "adjustedSortino",
  "maxDrawdown",
  "calmar",
  "ulcerIndex",
  "omega",
  "profitFactor",
  "tailRatio",
  "valueAtRisk",
  "conditionalValueAtRisk",
  "meanReturn",
  "downsideDeviation",
  "skewness",
  "kurtosis",
  "stability",
  "autocorrelationPenalty",
  "smartSharpe",
] as const;

/** Name of a metric of returns. */
export type MetricName = typeof METRIC_NAMES[number];

/**
 * Meaning of each metric (docs/methods.md#metrics); periods are days unless the caller says
 * otherwise.
 */
export const METRIC_DEFINITIONS: Readonly<Record<MetricName, MetricDefinition>> = {
  totalReturn: {
    label: "Total return",
    unit: "fraction",
    definition: "Final equity over initial equity, minus 1.",
    better: "higher",
  },
  annualReturn: {
    label: "Annual return",
    unit: "fraction",
    definition: "Compound growth per year: final over initial equity to the power of periods a " +
      "year over periods, minus 1.",
    better: "higher",
  },
  volatility: {
    label: "Volatility",
    unit: "fraction",
    definition: "Sample standard deviation of the returns times the root of periods a year.",
    better: "lower",
  },
  sharpe: {
    label: "Sharpe ratio",
    unit: "ratio",
    definition: "Mean return over its sample standard deviation, times the root of periods a " +
      "year; no risk-free rate is taken off.",
    better: "higher",
  },
  sortino: {
    label: "Sortino ratio",
    unit: "ratio",
    definition: "Mean return a year over the annual downside deviation.",
    better: "higher",
  },
  adjustedSortino: {
    label: "Adjusted Sortino ratio",
    unit: "ratio",
    definition: "Sortino ratio over the root of 2, which makes it comparable to the Sharpe ratio.",
    better: "higher",
  },
  maxDrawdown: {
    label: "Maximum drawdown",
    unit: "fraction",
    definition: "Deepest fall of equity below its running peak, both at the closes of days, the " +
      "initial equity included; a negative number.",
    better: "higher",
  },
  calmar: {
    label: "Calmar ratio",
    unit: "ratio",
    definition: "Annual return over the size of the maximum drawdown.",
    better: "higher",
  },
  ulcerIndex: {
    label: "Ulcer index",
    unit: "fraction",
    definition: "Root of the sum of squared drawdowns over the number of periods less one.",
    better: "lower",
  },
  omega: {
    label: "Omega ratio",
    unit: "ratio",
    definition: "Sum of gains over sum of losses around a threshold of 0.",
    better: "higher",
  },
  profitFactor: {
    label: "Profit factor per period",
    unit: "ratio",
    definition: "Sum of positive over sum of negative period returns; not counted by trade.",
    better: "higher",
  },
  tailRatio: {
    label: "Tail ratio",
    unit: "ratio",
    definition: "Size of the 95th percentile of returns over the size of the 5th.",
    better: "higher",
  },
  valueAtRisk: {
    label: "Value at risk 5 %",
    unit: "fraction",
    definition: "5th percentile of the returns, interpolated; not a normal approximation.",
    better: "higher",
  },
  conditionalValueAtRisk: {
    label: "Conditional value at risk 5 %",
    unit: "fraction",
    definition: "Mean of the lowest 5 % of the returns.",
    better: "higher",
  },
  meanReturn: {
    label: "Mean return",
    unit: "fraction",
    definition: "Arithmetic mean of the period returns.",
    better: "higher",
  },
  downsideDeviation: {
    label: "Downside deviation",
    unit: "fraction",
    definition: "Root of the mean over all periods of squared losses, times the root of periods " +
      "a year.",
    better: "lower",
  },
  skewness: {
    label: "Skewness",
    unit: "ratio",
    definition: "Third standardised moment of the returns; negative when large losses are more " +
      "usual than large gains.",
    better: "higher",
  },
  kurtosis: {
    label: "Kurtosis",
    unit: "ratio",
    definition: "Fourth standardised moment of the returns; 3 for a normal distribution.",
    better: "lower",
  },
  stability: {
    label: "Stability",
    unit: "ratio",
    definition: "R² of a straight line through cumulative log returns.",
    better: "higher",
  },
  autocorrelationPenalty: {
    label: "Autocorrelation penalty",
    unit: "ratio",
    definition: "Factor by which lag-1 autocorrelation, taken as positive, widens the risk of " +
      "the whole span; 1 when there is none (QuantStats).",
    better: "lower",
  },
  smartSharpe: {
    label: "Smart Sharpe ratio",
    unit: "ratio",
    definition: "Sharpe ratio over the autocorrelation penalty.",
    better: "higher",
  },
};
