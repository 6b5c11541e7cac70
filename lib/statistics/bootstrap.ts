import { percentile, standardDeviation } from "./moments.ts";
import { createRandom, type Random } from "../core/mod.ts";
import { politisWhiteBlockLength } from "./block_length.ts";
import { requireResampling } from "./resampling_options.ts";
import { requireFinite } from "./same_periods.ts";

/** A number computed from a series of returns. */
export type Statistic = (returns: Float64Array) => number;

/** Settings of `bootstrapInterval`. */
export interface BootstrapOptions {
  /** Seed of the resampling. */
  readonly seed: number;
  /** Resampled series. @default {2000} */
  readonly samples?: number;
  /** Coverage wanted. @default {0.95} */
  readonly level?: number;
  /** Mean block length; chosen by `politisWhiteBlockLength` when absent. */
  readonly blockLength?: number;
  /** Also make the studentised interval, at about 20 times the work. @default {true} */
  readonly studentise?: boolean;
}

/** A confidence interval, in the unit of the statistic. */
export type Interval = readonly [low: number, high: number];

/** What resampling says about a statistic. */
export interface BootstrapInterval {
  /** The statistic of the returns themselves. */
  readonly estimate: number;
  /** Standard deviation of the statistic over the resampled series. */
  readonly standardError: number;
  /** Percentiles of the statistic over the resampled series; null when too many had none. */
  readonly percentile: Interval | null;
  /** Null when not asked for, when the statistic has no spread or when too many had none. */
  readonly studentised: Interval | null;
  /** Mean block length used. */
  readonly blockLength: number;
  /** Resampled series on which the statistic was defined; the intervals rest on these. */
  readonly samples: number;
  /** Resampled series on which it was not. */
  readonly undefinedSamples: number;
  /** Why there is no interval; null where there is one. */
  readonly reason: string | null;
}

/**
 * Confidence intervals of a statistic of dependent returns, by the stationary bootstrap
 * (Politis & Romano 1994). A Sharpe ratio is judged by `sharpeInterval` instead.
 *
 * A statistic can be undefined on a resampled series. These are counted; when they are more than
 * one tail of the interval could hold, there is none.
 *
 * @throws RangeError when the statistic is undefined on the returns themselves, a return is not
 * finite or the settings are none.
 * @example
 * ```ts
 * import { bootstrapInterval } from "./bootstrap.ts";
 * import { mean } from "./moments.ts";
 * import { createRandom } from "../core/random.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const random = createRandom(1);
 * const returns = Float64Array.from({ length: 500 }, () => random.normal());
 * const [low, high] = bootstrapInterval(returns, mean, { seed: 2, samples: 200 }).percentile!;
 * assert(low < 0 && 0 < high);
 * ```
 */
export function bootstrapInterval(
  returns: Float64Array,
  statistic: Statistic,
  options: BootstrapOptions,
): BootstrapInterval {
  const { seed, samples = 2_000, level = 0.95, studentise = true } = options;
  requireFinite(returns);
  requireResampling({ ...options, samples, level });
  const blockLength = options.blockLength ?? politisWhiteBlockLength(returns).stationary;
  const estimate = statistic(returns);
  if (!Number.isFinite(estimate)) throw undefinedStatistic(estimate);
  const { values, pivots } = resample(returns, statistic, {
    random: createRandom(seed),
    samples,
    blockLength,
    estimate,
    studentise,
  });
  const tail = (1 - level) / 2;
  const reasonOf = (defined: number): string | null =>
    samples - defined <= tail * samples
      ? null
      : `the statistic is undefined on ${samples - defined} of ${samples} resampled series`;
  const reason = reasonOf(values.length);
  const error = studentise ? jackknifeError(returns, statistic, blockLength) : NaN;
  return {
    estimate,
    standardError: standardDeviation(values),
    percentile: reason === null ? [percentile(values, tail), percentile(values, 1 - tail)] : null,
    studentised: reasonOf(pivots.length) === null && error > 0
      ? [
        estimate - percentile(pivots, 1 - tail) * error,
        estimate - percentile(pivots, tail) * error,
      ]
      : null,
    blockLength,
    samples: values.length,
    undefinedSamples: samples - values.length,
    reason,
  };
}

interface Resampling {
  readonly random: Random;
  readonly samples: number;
  readonly blockLength: number;
  readonly estimate: number;
  readonly studentise: boolean;
}

/** The statistic, and its distance from the estimate in standard errors, on each sample; sorted. */
function resample(
  returns: Float64Array,
  statistic: Statistic,
  { random, samples, blockLength, estimate, studentise }: Resampling,
): { values: Float64Array; pivots: Float64Array } {
  const indices = new Int32Array(returns.length);
  const series = new Float64Array(returns.length);
  const values: number[] = [];
  const pivots: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    stationaryBootstrapIndices(random, blockLength, indices);
    for (let i = 0; i < series.length; i++) series[i] = returns[indices[i]!]!;
    const value = statistic(series);
    if (!Number.isFinite(value)) continue;
    values.push(value);
    if (!studentise) continue;
    const pivot = (value - estimate) / jackknifeError(series, statistic, blockLength);
    if (Number.isFinite(pivot)) pivots.push(pivot);
  }
  return { values: Float64Array.from(values).sort(), pivots: Float64Array.from(pivots).sort() };
}

/**
 * Fills `indices` with one resampled order: runs of consecutive rows, wrapping around at the end,
 * each row starting a new run at a random place with probability `1 / blockLength`.
 *
 * @param blockLength mean length of a run, at least 1
 * @param indices overwritten
 * @param rows length of the series
 * @throws RangeError when a block is shorter than a period.
 */
export function stationaryBootstrapIndices(
  random: Random,
  blockLength: number,
  indices: Int32Array,
  rows: number = indices.length,
): void {
  requireResampling({ blockLength });
  const restart = 1 / blockLength;
  let row = random.integer(rows);
  for (let i = 0; i < indices.length; i++) {
    indices[i] = row;
    if (random.uniform() < restart) row = random.integer(rows);
    else if (++row === rows) row = 0;
  }
}

/** Most groups left out in turn by `jackknifeError`. */
const JACKKNIFE_GROUPS = 20;

/**
 * Standard error of a statistic of dependent returns: groups of consecutive rows, no shorter than
 * a block, are left out in turn (Künsch 1989).
 */
function jackknifeError(returns: Float64Array, statistic: Statistic, blockLength: number): number {
  const groups = Math.min(JACKKNIFE_GROUPS, Math.floor(returns.length / blockLength));
  const values = new Float64Array(groups);
  for (let group = 0; group < groups; group++) {
    const start = Math.floor(group * returns.length / groups);
    const end = Math.floor((group + 1) * returns.length / groups);
    const rest = new Float64Array(returns.length - (end - start));
    rest.set(returns.subarray(0, start));
    rest.set(returns.subarray(end), start);
    values[group] = statistic(rest);
  }
  return standardDeviation(values, 0) * Math.sqrt(groups - 1);
}

function undefinedStatistic(value: unknown): RangeError {
  return new RangeError(
    `Cannot bootstrap as the statistic must be defined on the returns: current value is ${value}`,
  );
}
