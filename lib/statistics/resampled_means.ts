import { mean, varies } from "./moments.ts";
import { createRandom } from "../core/mod.ts";
import { commonBlockLength } from "./block_length.ts";
import { stationaryBootstrapIndices } from "./bootstrap.ts";
import { requireResampling } from "./resampling_options.ts";
import { requireSamePeriods } from "./same_periods.ts";

/** Settings of `resampleMeans`. */
export interface ResamplingOptions {
  /** Seed of the resampling. */
  readonly seed: number;
  /** Resampled worlds. @default {2000} */
  readonly samples?: number;
  /** Mean block length; chosen by `commonBlockLength` when absent. */
  readonly blockLength?: number;
}

/** Means of several series and how they move together under resampling. */
export interface ResampledMeans {
  /** Number of periods. */
  readonly periods: number;
  /** Mean per series. */
  readonly means: Float64Array;
  /** Standard deviation of √periods · mean per series; 0 for one that does not vary. */
  readonly errors: Float64Array;
  /** √periods · (resampled mean - mean), row-major `[samples, series]`. */
  readonly deviations: Float64Array;
  /** Number of rows of `deviations`. */
  readonly samples: number;
  /** Mean block length used. */
  readonly blockLength: number;
}

/**
 * Draws all series together by the stationary bootstrap (Politis & Romano 1994), so that whatever
 * they share in a period stays shared: what the tests for data snooping stand on.
 *
 * @param differences per series, returns less those of the benchmark in the same periods
 * @throws RangeError when there are fewer than eight periods, the series differ in length, a value
 * is not finite or the settings are none.
 * @example
 * ```ts
 * import { resampleMeans } from "./resampled_means.ts";
 * import { realityCheck } from "./data_snooping.ts";
 * import { createRandom } from "../core/random.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const random = createRandom(1);
 * const noise = () => Float64Array.from({ length: 250 }, () => random.normal());
 * const resampled = resampleMeans([noise(), noise(), noise()], { seed: 2, samples: 200 });
 * assert(realityCheck(resampled).pValue > 0.05);
 * ```
 */
export function resampleMeans(
  differences: readonly Float64Array[],
  options: ResamplingOptions,
): ResampledMeans {
  const periods = requireSamePeriods(differences, 1);
  requireResampling(options);
  const { seed, samples = 2_000, blockLength = commonBlockLength(differences) } = options;
  const means = Float64Array.from(differences, mean);
  const centred = centredRows(differences, means);
  const random = createRandom(seed);
  const indices = new Int32Array(periods), drawn = new Int32Array(periods);
  const deviations = new Float64Array(samples * means.length);
  for (let sample = 0; sample < samples; sample++) {
    stationaryBootstrapIndices(random, blockLength, indices);
    drawn.fill(0);
    for (const row of indices) drawn[row]!++;
    const at = sample * means.length;
    weigh(centred, drawn, deviations.subarray(at, at + means.length));
  }
  return {
    periods,
    means,
    errors: Float64Array.from(differences, (series) => {
      const variance = stationaryBootstrapVariance(series, blockLength);
      return variance > 0 ? Math.sqrt(variance) : 0;
    }),
    deviations,
    samples,
    blockLength,
  };
}

/** Deviations from the means, row-major `[periods, series]`. */
function centredRows(series: readonly Float64Array[], means: Float64Array): Float64Array {
  const count = series.length;
  const rows = new Float64Array(series[0]!.length * count);
  series.forEach((values, column) => {
    for (let row = 0; row < values.length; row++) {
      rows[row * count + column] = values[row]! - means[column]!;
    }
  });
  return rows;
}

/** Sum of the rows, each as often as it was drawn, over the root of their number. */
function weigh(rows: Float64Array, drawn: Int32Array, into: Float64Array): void {
  const count = into.length;
  for (let row = 0; row < drawn.length; row++) {
    const times = drawn[row]!;
    if (times === 0) continue;
    const at = row * count;
    for (let column = 0; column < count; column++) into[column]! += times * rows[at + column]!;
  }
  const root = Math.sqrt(drawn.length);
  for (let column = 0; column < count; column++) into[column]! /= root;
}

/** Weights of autocovariances below this add nothing. */
const NEGLIGIBLE = 1e-12;

/**
 * Variance of √n · mean over all series that the stationary bootstrap can draw, in closed form
 * (Politis & Romano 1994, lemma 1).
 *
 * @param blockLength mean block length, at least 1
 */
export function stationaryBootstrapVariance(series: Float64Array, blockLength: number): number {
  const length = series.length;
  const middle = mean(series);
  const deviations = series.map((value) => value - middle);
  const stay = 1 - 1 / blockLength;
  if (!varies(series)) return 0;
  let variance = 0;
  for (const value of deviations) variance += value * value;
  for (let lag = 1, weight = stay; lag < length && weight > NEGLIGIBLE; lag++, weight *= stay) {
    let circular = 0;
    for (let i = 0; i < length - lag; i++) circular += deviations[i]! * deviations[i + lag]!;
    for (let i = length - lag; i < length; i++) {
      circular += deviations[i]! * deviations[i + lag - length]!;
    }
    variance += 2 * (1 - lag / length) * weight * circular;
  }
  return variance / length;
}
