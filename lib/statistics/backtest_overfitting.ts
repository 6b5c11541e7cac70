import type { Metric } from "./metric.ts";
import { DUST, mean, varies } from "./moments.ts";
import { forEachHalf, type PeriodSums } from "./block_halves.ts";
import { requireSamePeriods } from "./same_periods.ts";

/** What the best trial of a half is chosen by. */
export const SELECTION_METRICS = ["sharpe", "mean"] as const;

/** Sharpe ratio or mean, per period. */
export type SelectionMetric = typeof SELECTION_METRICS[number];

/** Settings of `backtestOverfitting`. */
export interface OverfittingOptions {
  /** Blocks of consecutive periods, even; 16 give 12,870 splits. @default {16} */
  readonly blocks?: number;
  /** What the best is chosen by; a trial that does not vary has a Sharpe ratio of 0. @default {"sharpe"} */
  readonly metric?: SelectionMetric;
}

/** How the winner of one half of the data did in the other, over all ways to halve it. */
export interface BacktestOverfitting {
  /** PBO: share of the splits whose winner is at or below the median of the other half. */
  readonly probability: Metric;
  /** Share of the splits whose winner has a metric below 0 in the other half. */
  readonly lossProbability: Metric;
  /** Slope of the winner's metric out of sample on that in sample, least squares. */
  readonly degradationSlope: Metric;
  /** Splits in one of whose halves all trials are as good: they choose nothing and are left out. */
  readonly undecidedSplits: number;
  /** Rank of the winner in the other half per split: 1 is worst, ties share the mean rank. */
  readonly ranks: Float64Array;
  /** ln(w / (1 - w)) with w = rank / (trials + 1), per split; 0 is the median. */
  readonly logits: Float64Array;
  /** The winner's metric in the half that chose it, per split. */
  readonly inSample: Float64Array;
  /** The winner's metric in the other half, per split. */
  readonly outOfSample: Float64Array;
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey,
 * Borwein, López de Prado & Zhu 2015): the periods are cut into blocks, every half of the blocks
 * chooses its best trial, and that trial is ranked in the other half. About 0.5 where the choice is
 * blind; small where the winner stays a winner. Splits are in lexicographic order of the blocks
 * that choose; equal winners count as one, with the mean of their ranks and metrics.
 *
 * Where all trials are the same, or stay out in most halves, nothing is chosen and nothing defined.
 *
 * @param trials returns per trial over the same periods, at least two trials
 * @throws RangeError when trials differ in length, a return is not finite or there are fewer than
 * two periods in a block.
 * @example
 * ```ts
 * import { backtestOverfitting } from "./backtest_overfitting.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const good = Float64Array.of(3, 2, 3, 1, 2, 3, 2, 1);
 * const bad = good.map((value) => -value);
 * const { probability } = backtestOverfitting([good, bad], { blocks: 4, metric: "mean" });
 * assertEquals(probability, { value: 0 });
 * ```
 */
export function backtestOverfitting(
  trials: readonly Float64Array[],
  { blocks = 16, metric = "sharpe" }: OverfittingOptions = {},
): BacktestOverfitting {
  requireTrials(trials, blocks);
  const inSample: number[] = [], outOfSample: number[] = [], ranks: number[] = [];
  const here = new Float64Array(trials.length), there = new Float64Array(trials.length);
  let undecidedSplits = 0;
  forEachHalf(trials, blocks, (chosen, others) => {
    score(chosen, metric, here);
    score(others, metric, there);
    if (areEqual(here) || areEqual(there)) {
      undecidedSplits++;
      return;
    }
    const winner = meetWinners(here, there);
    inSample.push(winner.inSample);
    outOfSample.push(winner.outOfSample);
    ranks.push(winner.rank);
  });
  const reason = undecidedSplits > ranks.length
    ? "all trials are as good in a half of most splits"
    : null;
  const logits = Float64Array.from(ranks, (rank) => Math.log(rank / (trials.length + 1 - rank)));
  const [chosen, met] = [Float64Array.from(inSample), Float64Array.from(outOfSample)];
  return {
    probability: share(logits, (logit) => logit <= 0, reason),
    lossProbability: share(met, (value) => value < 0, reason),
    degradationSlope: reason === null ? slope(chosen, met) : { value: null, reason },
    undecidedSplits,
    ranks: Float64Array.from(ranks),
    logits,
    inSample: chosen,
    outOfSample: met,
  };
}

function requireTrials(trials: readonly Float64Array[], blocks: number): void {
  const periods = requireSamePeriods(trials, 2);
  if (!(blocks >= 2 && blocks % 2 === 0 && blocks <= MOST_BLOCKS)) {
    throw new RangeError(
      `Cannot halve as the number of blocks is even and in 2 … ${MOST_BLOCKS}: current value is ${blocks}`,
    );
  }
  if (periods < 2 * blocks) {
    throw new RangeError(
      `Cannot halve as ${blocks} blocks have two periods each: current value is ${periods} periods`,
    );
  }
}

/** More would be hundreds of thousands of splits that tell nothing new. */
const MOST_BLOCKS = 20;

function score(
  { sum, squares, periods }: PeriodSums,
  metric: SelectionMetric,
  into: Float64Array,
): void {
  for (let trial = 0; trial < into.length; trial++) {
    const middle = sum[trial]! / periods;
    if (metric === "mean") {
      into[trial] = middle;
      continue;
    }
    const square = squares[trial]! / periods;
    const variance = square - middle * middle;
    into[trial] = variance > DUST ** 2 * square
      ? middle / Math.sqrt(variance * periods / (periods - 1))
      : 0;
  }
}

/** From 1, the worst; equal values share the mean of their ranks. */
function rankOf(value: number, values: Float64Array): number {
  let below = 0, equal = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < value) below++;
    else if (values[i] === value) equal++;
  }
  return below + (equal + 1) / 2;
}

/** Trials that differ by their size alone have the same ratio but for rounding. */
const ROUNDING = 1e-9;

function areEqual(values: Float64Array): boolean {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low <= ROUNDING * Math.max(Math.abs(low), Math.abs(high));
}

/** The trial that is best in one half, met in the other; equal ones count as one. */
function meetWinners(
  here: Float64Array,
  there: Float64Array,
): { readonly inSample: number; readonly outOfSample: number; readonly rank: number } {
  const inSample = here.reduce((best, value) => Math.max(best, value), -Infinity);
  let winners = 0, outOfSample = 0, rank = 0;
  for (let trial = 0; trial < here.length; trial++) {
    if (here[trial] !== inSample) continue;
    winners++;
    outOfSample += there[trial]!;
    rank += rankOf(there[trial]!, there);
  }
  return { inSample, outOfSample: outOfSample / winners, rank: rank / winners };
}

function share(
  values: Float64Array,
  holds: (value: number) => boolean,
  reason: string | null,
): Metric {
  if (reason !== null) return { value: null, reason };
  let count = 0;
  for (const value of values) if (holds(value)) count++;
  return { value: count / values.length };
}

function slope(x: Float64Array, y: Float64Array): Metric {
  if (!varies(x)) return { value: null, reason: "the winner is as good in every half" };
  const middleX = mean(x), middleY = mean(y);
  let products = 0, squares = 0;
  for (let i = 0; i < x.length; i++) {
    products += (x[i]! - middleX) * (y[i]! - middleY);
    squares += (x[i]! - middleX) ** 2;
  }
  return { value: products / squares };
}
