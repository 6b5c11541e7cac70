import type { StateMemory } from "../../core/mod.ts";
import {
  createExponentialVariance,
  createWilderAverage,
  exponentialMemory,
  wilderMemory,
} from "../../statistics/mod.ts";
import { barReturn, type FeatureBar, type FeatureDefinition, type Step } from "./feature_bar.ts";
import { createRollingSum } from "./rolling_fold.ts";
import { createRollingMoments } from "./rolling_moments.ts";

/** How much the price moves. */
export const VOLATILITY_FEATURES: readonly FeatureDefinition[] = [
  {
    name: "volatility",
    group: "volatility",
    description: "sample standard deviation of the last `period` one-bar returns",
    periods: ["period"],
    defaultPeriods: [20],
    minimumPeriod: 2,
    warmup: (period) => period,
    create: createVolatility,
  },
  {
    name: "exponential-volatility",
    group: "volatility",
    description: "exponentially weighted standard deviation of one-bar returns of span `period`",
    periods: ["period"],
    defaultPeriods: [60],
    minimumPeriod: 2,
    warmup: (period) => period,
    lookback: exponentialMemory,
    create: createExponentialVolatility,
  },
  {
    name: "volatility-ratio",
    group: "volatility",
    description: "standard deviation of returns over `short` bars over that of `long` bars; " +
      "1 where nothing moved",
    periods: ["short", "long"],
    isAscending: true,
    defaultPeriods: [5, 60],
    minimumPeriod: 2,
    warmup: (_short, long) => long,
    create: createVolatilityRatio,
  },
  {
    name: "average-true-range",
    group: "volatility",
    description: "Wilder's average of the true range over `period` bars, fraction of the price",
    periods: ["period"],
    defaultPeriods: [14],
    minimumPeriod: 1,
    warmup: (period) => period,
    lookback: (period) => period + wilderMemory(period),
    create: createAverageTrueRange,
  },
  {
    name: "range-volatility",
    group: "volatility",
    description: "one-bar volatility from the ranges of the last `period` bars (Parkinson 1980, " +
      "with high less low over price for the log ratio)",
    periods: ["period"],
    defaultPeriods: [20],
    minimumPeriod: 1,
    warmup: (period) => period - 1,
    create: createRangeVolatility,
  },
  {
    name: "range",
    group: "volatility",
    description: "high less low of the bar, fraction of the price",
    periods: [],
    defaultPeriods: [],
    minimumPeriod: 1,
    warmup: () => 0,
    create: () => (bar) => (bar.high - bar.low) / bar.level,
  },
];

/** Largest of high less low, and high and low against the close before (Wilder 1978). */
export function trueRange(bar: FeatureBar): number {
  return Math.max(bar.high, bar.previousClose) - Math.min(bar.low, bar.previousClose);
}

function createVolatility(memory: StateMemory, period: number): Step {
  const moments = createRollingMoments(memory, period);
  return (bar) => {
    if (bar.isFirst) return NaN;
    const { ready, squares } = moments(barReturn(bar));
    return ready ? Math.sqrt(squares / (period - 1)) : NaN;
  };
}

function createExponentialVolatility(memory: StateMemory, span: number): Step {
  const variance = createExponentialVariance(memory, span);
  return (bar) => {
    if (bar.isFirst) return NaN;
    return Math.sqrt(variance(barReturn(bar)));
  };
}

function createVolatilityRatio(memory: StateMemory, short: number, long: number): Step {
  const shortVolatility = createVolatility(memory, short);
  const longVolatility = createVolatility(memory, long);
  return (bar) => {
    const numerator = shortVolatility(bar);
    const denominator = longVolatility(bar);
    return denominator === 0 ? 1 : numerator / denominator;
  };
}

function createAverageTrueRange(memory: StateMemory, period: number): Step {
  const average = createWilderAverage(memory, period);
  return (bar) => bar.isFirst ? NaN : average(trueRange(bar)) / bar.level;
}

function createRangeVolatility(memory: StateMemory, period: number): Step {
  const sum = createRollingSum(memory, period);
  return (bar) => {
    const range = (bar.high - bar.low) / bar.level;
    return Math.sqrt(sum(range * range) / (period * 4 * Math.LN2));
  };
}
