import type { Metric } from "./metric.ts";
import { indexOfLargest, mean, varies } from "./moments.ts";
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
  readonly probability: number;
  /** Share of the splits whose winner has a metric below 0 in the other half. */
  readonly lossProbability: number;
  /** Slope of the winner's metric out of sample on that in sample, least squares. */
  readonly degradationSlope: Metric;
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
 * that choose; of equal winners the first counts.
 *
 * @param trials returns per trial over the same periods, at least two trials
 * @throws RangeError when trials differ in length or there are fewer than two periods in a block.
 * @example
 * ```ts
 * import { backtestOverfitting } from "./backtest_overfitting.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const good = Float64Array.of(3, 2, 3, 1, 2, 3, 2, 1);
 * const bad = good.map((value) => -value);
 * const { probability } = backtestOverfitting([good, bad], { blocks: 4, metric: "mean" });
 * assertEquals(probability, 0);
 * ```
 */
export function backtestOverfitting(
  trials: readonly Float64Array[],
  { blocks = 16, metric = "sharpe" }: OverfittingOptions = {},
): BacktestOverfitting {
  requireTrials(trials, blocks);
  const inSample: number[] = [], outOfSample: number[] = [], ranks: number[] = [];
  const here = new Float64Array(trials.length), there = new Float64Array(trials.length);
  forEachHalf(trials, blocks, (chosen, others) => {
    score(chosen, metric, here);
    score(others, metric, there);
    const winner = indexOfLargest(here);
    inSample.push(here[winner]!);
    outOfSample.push(there[winner]!);
    ranks.push(rankOf(there[winner]!, there));
  });
  const logits = Float64Array.from(ranks, (rank) => Math.log(rank / (trials.length + 1 - rank)));
  const [chosen, met] = [Float64Array.from(inSample), Float64Array.from(outOfSample)];
  return {
    probability: share(logits, (logit) => logit <= 0),
    lossProbability: share(met, (value) => value < 0),
    degradationSlope: slope(chosen, met),
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

/** Below this share of the mean square a variance is floating-point dust. */
const DUST = 1e-13;

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
    into[trial] = variance > DUST * square
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

function share(values: Float64Array, holds: (value: number) => boolean): number {
  let count = 0;
  for (const value of values) if (holds(value)) count++;
  return count / values.length;
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
