import type { StateMemory } from "../../core/mod.ts";

/**
 * One bar as the features see it. Prices are joined over contract rolls, so only differences
 * between them mean anything; `level` is what a difference is divided by.
 *
 * The same object is filled again for every bar: a step must copy what it wants to keep.
 */
export interface FeatureBar {
  /** True at the first bar seen, which has no bar before it. */
  isFirst: boolean;
  /** First price, joined. */
  open: number;
  /** Highest price, joined. */
  high: number;
  /** Lowest price, joined. */
  low: number;
  /** Last price, joined. */
  close: number;
  /** Price that was traded at the close, positive; fractions of it are comparable over time. */
  level: number;
  /** Close of the bar before; NaN at the first bar. */
  previousClose: number;
  /** Level of the bar before; NaN at the first bar. */
  previousLevel: number;
  /** 0 where unknown. */
  volume: number;
  /** Epoch milliseconds, UTC, at which the bar is complete. */
  closeTime: number;
  /** Days since 1970-01-01 of the session's trade date. */
  tradeDay: number;
  /** Start of the session that holds the bar, epoch milliseconds UTC. */
  sessionOpen: number;
  /** End of the session that holds the bar, epoch milliseconds UTC. */
  sessionClose: number;
}

/** One-bar return: change of the close over the level before; NaN at the first bar. */
export function barReturn(bar: FeatureBar): number {
  return (bar.close - bar.previousClose) / bar.previousLevel;
}

/** Takes the next bar and gives the feature's value at its close; NaN while warming up. */
export type Step = (bar: FeatureBar) => number;

/** Families of features, in the order they are listed. */
export const FEATURE_GROUPS = [
  "return",
  "momentum",
  "volatility",
  "trend",
  "oscillator",
  "volume",
  "session-clock",
] as const;

/** What kind of thing a feature measures. */
export type FeatureGroup = typeof FEATURE_GROUPS[number];

/** One registered feature: everything there is to know about it, as data. */
export interface FeatureDefinition {
  /** Name in a feature spec, and the start of its column names. */
  readonly name: string;
  /** What kind of thing it measures. */
  readonly group: FeatureGroup;
  /** What the value is, with unit and what it gives where the formula would divide by zero. */
  readonly description: string;
  /** Names of the lengths it takes, in bars; empty for none. */
  readonly periods: readonly string[];
  /** True where the first length must be below the second. */
  readonly isAscending?: boolean;
  /** Lengths used where a spec gives none. */
  readonly defaultPeriods: readonly number[];
  /** Smallest length that makes sense. */
  readonly minimumPeriod: number;
  /** Number of bars before the first value. */
  readonly warmup: (...periods: number[]) => number;
  /**
   * Number of bars before a row that can change its value, of a feature that averages all of the
   * past with fading weight; absent where nothing older than the warm-up counts.
   */
  readonly lookback?: (...periods: number[]) => number;
  /** True where the value counts from the first bar of the trade date. */
  readonly sinceSessionOpen?: boolean;
  /**
   * Makes a fresh step that has seen no bar. It keeps whatever it remembers in `memory`, alone or
   * through the averages and windows it is made of: so it can be saved and restored.
   */
  readonly create: (memory: StateMemory, ...periods: number[]) => Step;
}
