import { mean, percentile, varies } from "./moments.ts";

/** Mean block lengths for resampling a series. */
export interface BlockLength {
  /** For the stationary bootstrap. */
  readonly stationary: number;
  /** For the circular block bootstrap. */
  readonly circular: number;
}

/**
 * Block length that suits the dependence in a series: Politis & White 2004 with the correction of
 * Patton, Politis & White 2009.
 *
 * @param series at least 8 values; 1 is returned for a series that does not vary
 * @throws RangeError when the series is shorter.
 */
export function politisWhiteBlockLength(series: Float64Array): BlockLength {
  const length = series.length;
  if (length < 8) {
    throw new RangeError(
      `Cannot choose a block length as the series must have at least 8 values: current value is ${length}`,
    );
  }
  const negligibleRun = Math.max(5, Math.floor(Math.log10(length)));
  const maxLag = Math.min(length - 2, Math.ceil(Math.sqrt(length)) + negligibleRun);
  const covariances = autocovariances(series, maxLag);
  if (!(covariances[0]! > 0)) return { stationary: 1, circular: 1 };

  const bandwidth = flatTopBandwidth(covariances, length, negligibleRun);
  let weighted = 0, longRun = covariances[0]!;
  for (let lag = 1; lag <= bandwidth; lag++) {
    const window = Math.min(1, 2 * (1 - lag / bandwidth));
    weighted += 2 * window * lag * covariances[lag]!;
    longRun += 2 * window * covariances[lag]!;
  }
  const longest = Math.ceil(Math.min(3 * Math.sqrt(length), length / 3));
  return limit(optimalBlockLength(weighted, longRun, length), longest);
}

/**
 * Block length of the stationary bootstrap for series that are drawn together: the median of those
 * that suit the series which vary.
 *
 * @throws RangeError when a series has fewer than 8 values.
 */
export function commonBlockLength(series: readonly Float64Array[]): number {
  const lengths = series.filter(varies)
    .map((values) => politisWhiteBlockLength(values).stationary);
  return lengths.length === 0 ? 1 : percentile(Float64Array.from(lengths).sort(), 0.5);
}

/**
 * The closed form behind `politisWhiteBlockLength`.
 *
 * @param weighted Σ |lag| · autocovariance over all lags, negative ones included
 * @param longRun Σ autocovariance over all lags: the long-run variance
 * @example
 * ```ts
 * import { optimalBlockLength } from "./block_length.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * // First-order autoregression with coefficient 0.5: autocovariance 0.5^|lag|.
 * const weighted = 2 * 0.5 / (1 - 0.5) ** 2;
 * const longRun = (1 + 0.5) / (1 - 0.5);
 * assertClose(optimalBlockLength(weighted, longRun, 1000).stationary, 12.114, 5e-4);
 * ```
 */
export function optimalBlockLength(
  weighted: number,
  longRun: number,
  length: number,
): BlockLength {
  const stationary = Math.cbrt((weighted / longRun) ** 2 * length);
  return { stationary, circular: Math.cbrt(1.5) * stationary };
}

function limit({ stationary, circular }: BlockLength, longest: number): BlockLength {
  const within = (value: number): number =>
    Number.isFinite(value) ? Math.max(1, Math.min(longest, value)) : longest;
  return { stationary: within(stationary), circular: within(circular) };
}

/** Autocovariances at lags 0 … maxLag, each divided by the full length. */
function autocovariances(series: Float64Array, maxLag: number): Float64Array {
  const middle = mean(series);
  const deviations = series.map((value) => value - middle);
  return Float64Array.from({ length: maxLag + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < deviations.length; i++) sum += deviations[i]! * deviations[i - lag]!;
    return sum / deviations.length;
  });
}

/**
 * Twice the first of `run` lags in a row whose autocorrelations are insignificant: one lag more
 * than the paper's text, as in the program of Patton and in those made after it.
 */
function flatTopBandwidth(covariances: Float64Array, length: number, run: number): number {
  const maxLag = covariances.length - 1;
  const significant = 2 * Math.sqrt(Math.log10(length) / length) * covariances[0]!;
  let quiet = 0;
  for (let lag = 1; lag <= maxLag; lag++) {
    quiet = Math.abs(covariances[lag]!) < significant ? quiet + 1 : 0;
    if (quiet === run) return Math.min(maxLag, 2 * (lag - run + 1));
  }
  return maxLag;
}
