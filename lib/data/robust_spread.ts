import { sampleStride } from "./even_sample.ts";

/** Median absolute deviation of a normal distribution, per standard deviation. */
const NORMAL_MEDIAN_DEVIATION = 0.674489750196082;

/**
 * Standard deviation around zero, estimated from the median size (Hampel 1974), of an even
 * sample when there are many; null when over half of the values are zero.
 */
export function robustSpread(returns: Float64Array): number | null {
  const stride = sampleStride(returns.length);
  const sizes: number[] = [];
  for (let i = 0; i < returns.length; i += stride) {
    if (!Number.isNaN(returns[i]!)) sizes.push(Math.abs(returns[i]!));
  }
  const sorted = Float64Array.from(sizes).sort();
  const median = sorted[sorted.length >> 1] ?? 0;
  return median === 0 ? null : median / NORMAL_MEDIAN_DEVIATION;
}
