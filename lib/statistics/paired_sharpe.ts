import { mean, percentile, standardDeviation, varies } from "./moments.ts";
import { createRandom } from "../core/mod.ts";
import { politisWhiteBlockLength } from "./block_length.ts";
import { stationaryBootstrapIndices } from "./bootstrap.ts";
import { requireResampling } from "./resampling_options.ts";
import { requireSamePeriods } from "./same_periods.ts";
import { cautiousError, sharpeInterval } from "./sharpe_interval.ts";
import { estimateSharpe } from "./sharpe_statistics.ts";
import { studentCdf } from "./student_distribution.ts";
import { undecidedPair } from "./undecided.ts";

/** How the Sharpe ratios of two series over the same periods differ. */
export interface PairedSharpe {
  /** Annual Sharpe ratio of the first less that of the second. */
  readonly difference: number;
  /** 95 % interval of the difference. */
  readonly interval: readonly [number, number];
  /**
   * Share of the resampled pairs in which the first is better, ties counted half; against a series
   * that does not vary, the confidence of Student's t.
   */
  readonly confidence: number;
  /** Resampled pairs behind the figures; 0 where one of the two does not vary. */
  readonly samples: number;
  /** Resampled pairs in which a ratio was undefined. */
  readonly undefinedSamples: number;
  /** Why neither can be called better; null where one can. The interval then holds 0. */
  readonly undecided: string | null;
}

/** Settings of `pairedSharpe`. */
export interface PairedSharpeOptions {
  /** 252 for days. */
  readonly periodsPerYear: number;
  /** Seed of the resampling. */
  readonly seed: number;
  /** Resampled pairs. @default {2000} */
  readonly samples?: number;
  /** Name of a period in `undecided`. @default {"period"} */
  readonly period?: string;
}

/**
 * Compares two strategies by the stationary bootstrap of their common periods (Politis & Romano
 * 1994): what happened to both in a period stays together, so that what they share cancels. A
 * series that never varies, as that of one who stays out, has a ratio of 0; the other is then judged
 * by `sharpeInterval`, as wherever it stands alone.
 *
 * @returns null for fewer than eight periods
 * @throws RangeError when the two differ in length, a return is not finite or samples are none.
 */
export function pairedSharpe(
  first: Float64Array,
  second: Float64Array,
  { periodsPerYear, seed, samples = 2_000, period = "period" }: PairedSharpeOptions,
): PairedSharpe | null {
  requireResampling({ samples });
  const length = requireSamePeriods([first, second], 2);
  if (length < FEWEST_PERIODS) return null;
  const annual = Math.sqrt(periodsPerYear);
  if (!varies(second)) return alone(first, { periodsPerYear, period }, 1);
  if (!varies(first)) return alone(second, { periodsPerYear, period }, -1);
  const gap = first.map((value, period) => value - second[period]!);
  const { stationary } = politisWhiteBlockLength(gap);
  const random = createRandom(seed);
  const indices = new Int32Array(length);
  const one = new Float64Array(length), two = new Float64Array(length);
  const drawn: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    stationaryBootstrapIndices(random, stationary, indices);
    for (let i = 0; i < length; i++) {
      one[i] = first[indices[i]!]!;
      two[i] = second[indices[i]!]!;
    }
    const difference = annual * (sharpe(one) - sharpe(two));
    if (!Number.isNaN(difference)) drawn.push(difference);
  }
  const undefinedSamples = samples - drawn.length;
  const undecided = undecidedPair(first, second, period) ??
    (undefinedSamples <= TAIL * samples
      ? null
      : `a ratio is undefined in ${undefinedSamples} of ${samples} resampled pairs`);
  const difference = annual * (sharpe(first) - sharpe(second));
  const differences = Float64Array.from(drawn).sort();
  const wins = drawn.reduce((sum, value) => sum + (value > 0 ? 1 : value === 0 ? 0.5 : 0), 0);
  const [low, high] = drawn.length === 0
    ? [difference, difference]
    : [percentile(differences, TAIL), percentile(differences, 1 - TAIL)];
  return {
    difference,
    interval: undecided === null ? [low, high] : [Math.min(0, low), Math.max(0, high)],
    confidence: drawn.length === 0 ? 0.5 : wins / drawn.length,
    samples: drawn.length,
    undefinedSamples,
    undecided,
  };
}

/** A block length needs as many. */
const FEWEST_PERIODS = 8;
const TAIL = 0.025;

/** Against a ratio of 0, known exactly. */
function alone(
  returns: Float64Array,
  options: Required<Pick<PairedSharpeOptions, "periodsPerYear" | "period">>,
  sign: 1 | -1,
): PairedSharpe {
  const rest = { samples: 0, undefinedSamples: 0 };
  const judged = sharpeInterval(returns, options);
  const estimate = estimateSharpe(returns);
  if (judged === null || estimate === null) {
    return { difference: 0, interval: [0, 0], confidence: 0.5, ...rest, undecided: null };
  }
  const [low, high] = judged.interval;
  const t = estimate.sharpe / cautiousError(estimate);
  return {
    difference: sign * judged.sharpe,
    interval: sign > 0 ? [low, high] : [-high, -low],
    confidence: studentCdf(sign * t, estimate.periods - 1),
    ...rest,
    undecided: judged.undecided,
  };
}

/** NaN for a gain that does not vary: a resampled series from which the losses are missing. */
function sharpe(returns: Float64Array): number {
  if (varies(returns)) return mean(returns) / standardDeviation(returns);
  return returns.every((value) => value === 0) ? 0 : NaN;
}
