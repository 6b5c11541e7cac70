import { mean, percentile, standardDeviation, varies } from "./moments.ts";
import { createRandom } from "../core/random.ts";
import { politisWhiteBlockLength } from "./block_length.ts";
import { stationaryBootstrapIndices } from "./bootstrap.ts";

/** How the Sharpe ratios of two series over the same periods differ. */
export interface PairedSharpe {
  /** Annual Sharpe ratio of the first less that of the second. */
  readonly difference: number;
  /** 95 % interval of the difference. */
  readonly interval: readonly [number, number];
  /** Share of the resampled pairs in which the first is better; ties count half. */
  readonly confidence: number;
  readonly samples: number;
}

/**
 * Compares two strategies by the stationary bootstrap of their common periods (Politis & Romano
 * 1994): what happened to both in a period stays together, so that what they share cancels. A
 * series that never varies, as that of one who stays out, has a ratio of 0.
 *
 * @param options.samples resampled pairs, 2,000 when absent
 * @returns null for fewer than eight periods
 */
export function pairedSharpe(
  first: Float64Array,
  second: Float64Array,
  options: { readonly periodsPerYear: number; readonly seed: number; readonly samples?: number },
): PairedSharpe | null {
  const { periodsPerYear, seed, samples = 2_000 } = options;
  const length = first.length;
  if (length !== second.length) {
    throw new RangeError(
      `Cannot compare as both have the same periods: current value is ${length} and ${second.length}`,
    );
  }
  if (length < 8) return null;
  const annual = Math.sqrt(periodsPerYear);
  const gap = first.map((value, period) => value - second[period]!);
  const { stationary } = politisWhiteBlockLength(gap);
  const random = createRandom(seed);
  const indices = new Int32Array(length);
  const one = new Float64Array(length), two = new Float64Array(length);
  const differences = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    stationaryBootstrapIndices(random, stationary, indices);
    for (let i = 0; i < length; i++) {
      one[i] = first[indices[i]!]!;
      two[i] = second[indices[i]!]!;
    }
    differences[sample] = annual * (sharpe(one) - sharpe(two));
  }
  const wins = differences.reduce((sum, value) => sum + (value > 0 ? 1 : value === 0 ? 0.5 : 0), 0);
  differences.sort();
  return {
    difference: annual * (sharpe(first) - sharpe(second)),
    interval: [percentile(differences, 0.025), percentile(differences, 0.975)],
    confidence: wins / samples,
    samples,
  };
}

function sharpe(returns: Float64Array): number {
  return varies(returns) ? mean(returns) / standardDeviation(returns) : 0;
}
