import { percentile, varies } from "./moments.ts";
import { normalQuantile } from "./normal_distribution.ts";
import { createRandom, type Random } from "../core/mod.ts";
import { politisWhiteBlockLength } from "./block_length.ts";
import type { Interval } from "./bootstrap.ts";
import { type SharpeDifference, sharpeDifference } from "./jobson_korkie.ts";
import { andrewsBandwidth, type Kernel, longRunVariance } from "./long_run_variance.ts";
import { requireResampling } from "./resampling_options.ts";
import { requireSamePeriods } from "./same_periods.ts";
import { ratioMoments, type SharpeInfluence, sharpeInfluence } from "./sharpe_influence.ts";
import { undecidedPair } from "./undecided.ts";

/** Settings of `ledoitWolfTest`. */
export interface LedoitWolfOptions {
  /** Seed of the resampling. */
  readonly seed: number;
  /** Resampled pairs. @default {2000} */
  readonly samples?: number;
  /** Block length; chosen from the data when absent. */
  readonly blockLength?: number;
  /** Kernel of the standard error. @default {"parzen"} */
  readonly kernel?: Kernel;
  /** Coverage of the intervals. @default {0.95} */
  readonly level?: number;
  /** Name of a period in `undecided`. @default {"period"} */
  readonly period?: string;
}

/** `SharpeDifference` for dependent returns with fat tails. */
export interface LedoitWolfResult extends SharpeDifference {
  /**
   * Why neither can be called better, whatever the size of the difference; null where one can. Both
   * intervals then hold 0.
   */
  readonly undecided: string | null;
  /** Interval by the normal distribution and the standard error. */
  readonly interval: Interval;
  /** The same by the studentised bootstrap: what to decide by. */
  readonly bootstrap: {
    readonly pValue: number;
    readonly interval: Interval;
    readonly blockLength: number;
    readonly samples: number;
    /** Resampled pairs in which a ratio was undefined; they are in none of the other figures. */
    readonly undefinedSamples: number;
  };
}

/**
 * Whether two Sharpe ratios over the same periods differ (Ledoit & Wolf 2008): standard error by
 * the delta method with autocovariances under a kernel, and the studentised circular block
 * bootstrap. Only when the bootstrap's interval excludes 0 is one of the two better.
 *
 * Where one is ahead in fewer than five periods, or a ratio is undefined in more resampled pairs than
 * a tail of the interval could hold, neither is called better.
 *
 * @returns null when one of the two does not vary, as its ratio is then undefined, or when both are
 * the same
 * @throws RangeError when the two differ in length, have fewer than 20 periods, a return is not
 * finite or the settings are none.
 * @example
 * ```ts
 * import { ledoitWolfTest } from "./ledoit_wolf.ts";
 * import { createRandom } from "../core/random.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const random = createRandom(1);
 * const good = Float64Array.from({ length: 500 }, () => 0.01 * (random.normal() + 0.3));
 * const poor = good.map((value) => 0.5 * value + 0.01 * random.normal());
 * assert(ledoitWolfTest(good, poor, { seed: 2, samples: 200 })!.bootstrap.pValue < 0.05);
 * ```
 */
export function ledoitWolfTest(
  first: Float64Array,
  second: Float64Array,
  options: LedoitWolfOptions,
): LedoitWolfResult | null {
  const { seed, samples = 2_000, kernel = "parzen", level = 0.95 } = options;
  requireResampling({ ...options, samples, level });
  const periods = requireSamePeriods([first, second], 2);
  if (periods < FEWEST_PERIODS) {
    throw new RangeError(
      `Cannot compare Sharpe ratios as there are at least ${FEWEST_PERIODS} periods: current value is ${periods}`,
    );
  }
  if (!varies(first) || !varies(second)) return null;
  const { difference, influence, components } = differenceOf(first, second);
  const bandwidth = andrewsBandwidth(components, kernel);
  // Four moments are estimated before the variance is.
  const variance = periods / (periods - 4) * longRunVariance(influence, kernel, bandwidth);
  if (variance < ONE_AND_THE_SAME) return null;
  const standardError = Math.sqrt(variance / periods);

  const automatic = politisWhiteBlockLength(influence).circular;
  const blockLength = Math.round(
    options.blockLength ?? Math.min(automatic, periods / FEWEST_BLOCKS),
  );
  const distances = resampledDistances(first, second, {
    random: createRandom(seed),
    samples,
    blockLength,
    difference,
  });
  const reach = distances.length === 0 ? Infinity : percentile(distances, level) * standardError;
  const observed = Math.abs(difference) / standardError;
  const further = distances.filter((distance) => distance >= observed).length;
  const normalReach = normalQuantile((1 + level) / 2) * standardError;
  const undefinedSamples = samples - distances.length;
  const undecided = undecidedPair(first, second, options.period) ??
    (undefinedSamples <= (1 - level) / 2 * samples
      ? null
      : `a ratio is undefined in ${undefinedSamples} of ${samples} resampled pairs`);
  const around = (width: number): Interval =>
    undecided === null
      ? [difference - width, difference + width]
      : [Math.min(0, difference - width), Math.max(0, difference + width)];
  return {
    ...sharpeDifference(difference, standardError),
    undecided,
    interval: around(normalReach),
    bootstrap: {
      pValue: undecided === null ? (1 + further) / (1 + distances.length) : 1,
      interval: around(reach),
      blockLength,
      samples: distances.length,
      undefinedSamples,
    },
  };
}

const FEWEST_PERIODS = 20;
/** Rounding alone; the variance of one ratio times the periods is about 1. */
const ONE_AND_THE_SAME = 1e-20;
/** Fewer blocks than this say nothing about their own spread. */
const FEWEST_BLOCKS = 10;

function differenceOf(first: Float64Array, second: Float64Array): SharpeInfluence {
  return sharpeInfluence(ratioMoments(first), ratioMoments(second));
}

interface Resampling {
  readonly random: Random;
  readonly samples: number;
  readonly blockLength: number;
  readonly difference: number;
}

/** |resampled difference - difference| in units of its own error, ascending. */
function resampledDistances(
  first: Float64Array,
  second: Float64Array,
  { random, samples, blockLength, difference }: Resampling,
): Float64Array {
  const periods = first.length;
  const one = new Float64Array(periods), two = new Float64Array(periods);
  const distances: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0, row = 0; i < periods; i++, row++) {
      if (i % blockLength === 0) row = random.integer(periods);
      if (row >= periods) row -= periods;
      one[i] = first[row]!;
      two[i] = second[row]!;
    }
    const drawn = differenceOf(one, two);
    const error = Math.sqrt(blockVariance(drawn.influence, blockLength) / periods);
    const distance = Math.abs(drawn.difference - difference) / error;
    if (Number.isFinite(distance)) distances.push(distance);
  }
  return Float64Array.from(distances).sort();
}

/** Long-run variance of a series made of independent blocks. */
function blockVariance(series: Float64Array, blockLength: number): number {
  const blocks = Math.floor(series.length / blockLength);
  let squares = 0;
  for (let block = 0; block < blocks; block++) {
    let sum = 0;
    for (let i = block * blockLength; i < (block + 1) * blockLength; i++) sum += series[i]!;
    squares += sum * sum / blockLength;
  }
  return squares / blocks;
}
