import type { StateMemory } from "../../core/mod.ts";
import { createWilderAverage, wilderMemory } from "../../statistics/mod.ts";
import type { FeatureDefinition, Step } from "./feature_bar.ts";
import { createRollingMaximum, createRollingMinimum, createRollingSum } from "./rolling_fold.ts";
import { createRollingMoments } from "./rolling_moments.ts";

/** Where the price stands inside its recent range. */
export const OSCILLATOR_FEATURES: readonly FeatureDefinition[] = [
  {
    name: "rsi",
    group: "oscillator",
    description: "Wilder's relative strength index over `period` bars, 0 … 100; " +
      "50 where nothing moved",
    periods: ["period"],
    defaultPeriods: [14],
    minimumPeriod: 2,
    warmup: (period) => period,
    lookback: (period) => period + wilderMemory(period),
    create: createRsi,
  },
  {
    name: "stochastic",
    group: "oscillator",
    description:
      "Lane's slow %K: close in the range of the last `period` bars, mean of `slowing` " +
      "bars, 0 … 100; a range of zero counts as 50",
    periods: ["period", "slowing"],
    defaultPeriods: [14, 3],
    minimumPeriod: 1,
    warmup: (period, slowing) => period + slowing - 2,
    create: createStochastic,
  },
  {
    name: "bollinger",
    group: "oscillator",
    description:
      "close less its mean over `period` bars, in standard deviations of those closes; " +
      "±2 are the usual bands; 0 where constant",
    periods: ["period"],
    defaultPeriods: [20],
    minimumPeriod: 2,
    warmup: (period) => period - 1,
    create: createBollinger,
  },
  {
    name: "close-location",
    group: "oscillator",
    description: "where the close lies in its bar: -1 at the low, 1 at the high; " +
      "0 where the bar has no range",
    periods: [],
    defaultPeriods: [],
    minimumPeriod: 1,
    warmup: () => 0,
    create: () => ({ high, low, close }) =>
      high === low ? 0 : (close - low - (high - close)) / (high - low),
  },
];

function createRsi(memory: StateMemory, period: number): Step {
  const averageGain = createWilderAverage(memory, period);
  const averageLoss = createWilderAverage(memory, period);
  return (bar) => {
    if (bar.isFirst) return NaN;
    const change = bar.close - bar.previousClose;
    const gain = averageGain(change > 0 ? change : 0);
    const loss = averageLoss(change < 0 ? -change : 0);
    const sum = gain + loss;
    return sum === 0 ? 50 : 100 * gain / sum;
  };
}

function createStochastic(memory: StateMemory, period: number, slowing: number): Step {
  const highest = createRollingMaximum(memory, period);
  const lowest = createRollingMinimum(memory, period);
  const sum = createRollingSum(memory, slowing);
  return (bar) => {
    const low = lowest(bar.low);
    const range = highest(bar.high) - low;
    if (Number.isNaN(range)) return NaN;
    return sum(range === 0 ? 50 : 100 * (bar.close - low) / range) / slowing;
  };
}

function createBollinger(memory: StateMemory, period: number): Step {
  const moments = createRollingMoments(memory, period);
  return (bar) => {
    const { ready, mean, squares } = moments(bar.close);
    if (!ready) return NaN;
    return squares === 0 ? 0 : (bar.close - mean) / Math.sqrt(squares / period);
  };
}
