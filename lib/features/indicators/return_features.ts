import type { StateMemory } from "../../core/mod.ts";
import { createDelay } from "../../statistics/mod.ts";
import { barReturn, type FeatureDefinition, type Step } from "./feature_bar.ts";
import { createRollingMoments } from "./rolling_moments.ts";
import { createRollingSum } from "./rolling_fold.ts";

/** How far the price has come. */
export const RETURN_FEATURES: readonly FeatureDefinition[] = [
  {
    name: "return",
    group: "return",
    description: "change of the close over `period` bars, fraction of the price then",
    periods: ["period"],
    defaultPeriods: [1],
    minimumPeriod: 1,
    warmup: (period) => period,
    create: createReturn,
  },
  {
    name: "gap",
    group: "return",
    description: "open less the close before, fraction of that price",
    periods: [],
    defaultPeriods: [],
    minimumPeriod: 1,
    warmup: () => 1,
    create: () => (bar) => (bar.open - bar.previousClose) / bar.previousLevel,
  },
  {
    name: "body",
    group: "return",
    description: "close less open of the bar, fraction of the price",
    periods: [],
    defaultPeriods: [],
    minimumPeriod: 1,
    warmup: () => 0,
    create: () => (bar) => (bar.close - bar.open) / bar.level,
  },
];

/** How far the price has come, measured by how much it moved on the way. */
export const MOMENTUM_FEATURES: readonly FeatureDefinition[] = [
  {
    name: "momentum",
    group: "momentum",
    description: "mean over standard deviation of the last `period` one-bar returns, times the " +
      "root of `period`: about a t-value; 0 where all are equal",
    periods: ["period"],
    defaultPeriods: [20],
    minimumPeriod: 3,
    warmup: (period) => period,
    create: createMomentum,
  },
  {
    name: "efficiency",
    group: "momentum",
    description: "change over `period` bars over the sum of one-bar changes without sign, -1 … 1 " +
      "(Kaufman's efficiency ratio with the sign kept); 0 where nothing moved",
    periods: ["period"],
    defaultPeriods: [10],
    minimumPeriod: 2,
    warmup: (period) => period,
    create: createEfficiency,
  },
];

function createReturn(memory: StateMemory, period: number): Step {
  const delayedClose = createDelay(memory, period);
  const delayedLevel = createDelay(memory, period);
  return (bar) => (bar.close - delayedClose(bar.close)) / delayedLevel(bar.level);
}

function createMomentum(memory: StateMemory, period: number): Step {
  const moments = createRollingMoments(memory, period);
  return (bar) => {
    if (bar.isFirst) return NaN;
    const { ready, mean, squares } = moments(barReturn(bar));
    if (!ready) return NaN;
    return squares === 0 ? 0 : mean / Math.sqrt(squares / (period - 1)) * Math.sqrt(period);
  };
}

function createEfficiency(memory: StateMemory, period: number): Step {
  const delayedClose = createDelay(memory, period);
  const path = createRollingSum(memory, period);
  return (bar) => {
    const change = bar.close - delayedClose(bar.close);
    if (bar.isFirst) return NaN;
    const length = path(Math.abs(bar.close - bar.previousClose));
    return length === 0 ? 0 : change / length;
  };
}
