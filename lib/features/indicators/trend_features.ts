import type { StateMemory } from "../../core/mod.ts";
import {
  createExponentialAverage,
  createWilderAverage,
  exponentialMemory,
  wilderMemory,
} from "../../statistics/mod.ts";
import type { FeatureBar, FeatureDefinition, Step } from "./feature_bar.ts";
import { createRollingMoments, timeSquares } from "./rolling_moments.ts";
import { trueRange } from "./volatility_features.ts";

/** Where the price stands against its own averages, and how straight it goes. */
export const TREND_FEATURES: readonly FeatureDefinition[] = [
  {
    name: "average-distance",
    group: "trend",
    description: "close less its mean over `period` bars, fraction of the price",
    periods: ["period"],
    defaultPeriods: [20],
    minimumPeriod: 2,
    warmup: (period) => period - 1,
    create: createAverageDistance,
  },
  {
    name: "exponential-distance",
    group: "trend",
    description: "close less its exponential average of span `period`, fraction of the price",
    periods: ["period"],
    defaultPeriods: [20],
    minimumPeriod: 2,
    warmup: (period) => period - 1,
    lookback: exponentialMemory,
    create: createExponentialDistance,
  },
  {
    name: "macd",
    group: "trend",
    description: "exponential average of the close of span `fast` less that of span `slow`, " +
      "fraction of the price",
    periods: ["fast", "slow"],
    isAscending: true,
    defaultPeriods: [12, 26],
    minimumPeriod: 1,
    warmup: (_fast, slow) => slow - 1,
    lookback: (_fast, slow) => exponentialMemory(slow),
    create: createMacd,
  },
  {
    name: "macd-histogram",
    group: "trend",
    description: "MACD less its exponential average of span `signal`, fraction of the price",
    periods: ["fast", "slow", "signal"],
    isAscending: true,
    defaultPeriods: [12, 26, 9],
    minimumPeriod: 1,
    warmup: (_fast, slow, signal) => slow + signal - 2,
    lookback: (_fast, slow, signal) => exponentialMemory(slow) + exponentialMemory(signal),
    create: createMacdHistogram,
  },
  {
    name: "trend-correlation",
    group: "trend",
    description: "correlation of the last `period` closes with time, -1 … 1; 0 where constant",
    periods: ["period"],
    defaultPeriods: [20],
    minimumPeriod: 3,
    warmup: (period) => period - 1,
    create: createTrendCorrelation,
  },
  {
    name: "directional-movement",
    group: "trend",
    description: "Wilder's +DI less -DI over `period` bars, -100 … 100; 0 where nothing moved",
    periods: ["period"],
    defaultPeriods: [14],
    minimumPeriod: 2,
    warmup: (period) => period,
    lookback: (period) => period + wilderMemory(period),
    create: createDirectionalMovement,
  },
  {
    name: "average-directional-index",
    group: "trend",
    description: "Wilder's ADX over `period` bars: strength of the trend, 0 … 100",
    periods: ["period"],
    defaultPeriods: [14],
    minimumPeriod: 2,
    warmup: (period) => 2 * period - 1,
    lookback: (period) => 2 * (period + wilderMemory(period)),
    create: createAverageDirectionalIndex,
  },
];

function createAverageDistance(memory: StateMemory, period: number): Step {
  const moments = createRollingMoments(memory, period);
  return (bar) => {
    const { ready, mean } = moments(bar.close);
    return ready ? (bar.close - mean) / bar.level : NaN;
  };
}

function createExponentialDistance(memory: StateMemory, span: number): Step {
  const average = createExponentialAverage(memory, span);
  return (bar) => (bar.close - average(bar.close)) / bar.level;
}

/** In price units. */
function createMacdLine(memory: StateMemory, fast: number, slow: number): Step {
  const fastAverage = createExponentialAverage(memory, fast);
  const slowAverage = createExponentialAverage(memory, slow);
  return (bar) => fastAverage(bar.close) - slowAverage(bar.close);
}

function createMacd(memory: StateMemory, fast: number, slow: number): Step {
  const line = createMacdLine(memory, fast, slow);
  return (bar) => line(bar) / bar.level;
}

function createMacdHistogram(
  memory: StateMemory,
  fast: number,
  slow: number,
  signal: number,
): Step {
  const line = createMacdLine(memory, fast, slow);
  const average = createExponentialAverage(memory, signal);
  return (bar) => {
    const macd = line(bar);
    return Number.isNaN(macd) ? NaN : (macd - average(macd)) / bar.level;
  };
}

function createTrendCorrelation(memory: StateMemory, period: number): Step {
  const moments = createRollingMoments(memory, period);
  return (bar) => {
    const { ready, squares, trend } = moments(bar.close);
    if (!ready) return NaN;
    return squares === 0 ? 0 : trend / Math.sqrt(squares * timeSquares(period));
  };
}

/** Wilder's directional indicators of a bar. The same object is filled again for every bar. */
interface DirectionalIndicators {
  plus: number;
  minus: number;
}

function createDirectionalIndicators(
  memory: StateMemory,
  period: number,
): (bar: FeatureBar) => DirectionalIndicators {
  const averageRange = createWilderAverage(memory, period);
  const averagePlus = createWilderAverage(memory, period);
  const averageMinus = createWilderAverage(memory, period);
  const indicators = { plus: NaN, minus: NaN };
  const previous = memory.keep({ high: NaN, low: NaN });
  return (bar) => {
    const up = bar.high - previous.high;
    const down = previous.low - bar.low;
    previous.high = bar.high;
    previous.low = bar.low;
    if (bar.isFirst) return indicators;
    const range = averageRange(trueRange(bar));
    const plus = averagePlus(up > down && up > 0 ? up : 0);
    const minus = averageMinus(down > up && down > 0 ? down : 0);
    indicators.plus = range === 0 ? 0 : 100 * plus / range;
    indicators.minus = range === 0 ? 0 : 100 * minus / range;
    return indicators;
  };
}

function createDirectionalMovement(memory: StateMemory, period: number): Step {
  const indicators = createDirectionalIndicators(memory, period);
  return (bar) => {
    const { plus, minus } = indicators(bar);
    return plus - minus;
  };
}

function createAverageDirectionalIndex(memory: StateMemory, period: number): Step {
  const indicators = createDirectionalIndicators(memory, period);
  const average = createWilderAverage(memory, period);
  return (bar) => {
    const { plus, minus } = indicators(bar);
    if (Number.isNaN(plus)) return NaN;
    const sum = plus + minus;
    return average(sum === 0 ? 0 : 100 * Math.abs(plus - minus) / sum);
  };
}
