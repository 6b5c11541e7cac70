import { logNormalMass, normalCdf, normalQuantile } from "../../../statistics/mod.ts";
import type { NumericDistribution } from "../../../core/mod.ts";
import { fromScale, type NumericRange, numericRange } from "../unit_interval.ts";
import type { ParzenKernels, SortedKernels } from "./kernels.ts";

const LOG_SQRT_TWO_PI = Math.log(Math.sqrt(2 * Math.PI));

/** A bandwidth is at least the range over this, or over the number of kernels and one. */
const NARROWEST = 100;

/** Centres and widths of truncated Gaussians; the last is the prior. */
export interface GaussianKernels {
  /** Indexes of all but the prior by their centres. */
  readonly order: Int32Array;
  /** The least width; most of many kernels have it. */
  readonly narrowest: number;
  /** On the scale of `numericRange()`. */
  readonly centers: Float64Array;
  /** Standard deviations before truncation. */
  readonly widths: Float64Array;
}

/**
 * One truncated Gaussian for each observation; the last is a prior over the whole range.
 *
 * @param observations values, oldest first
 * @param order indexes of the observations by value; left out, it is found
 */
export function numericKernels(
  distribution: NumericDistribution,
  observations: Float64Array,
  order?: Int32Array,
): ParzenKernels | SortedKernels {
  const range = numericRange(distribution);
  const kernels = gaussianKernels(distribution, observations, order);
  const { centers, widths } = kernels;
  return {
    count: centers.length,
    draw(kernel, random) {
      const center = centers[kernel]!, width = widths[kernel]!;
      const low = normalCdf((range.low - center) / width);
      const high = normalCdf((center - range.high) / width);
      // The probability to the left of the point and to its right, each without cancellation.
      const uniform = random.uniform(), mass = 1 - low - high;
      const left = low + uniform * mass, right = high + (1 - uniform) * mass;
      const point = left < right ? normalQuantile(left) : -normalQuantile(right);
      return fromScale(distribution, center + width * point);
    },
    ...(range.step === 0
      ? continuousKernels(kernels, range, distribution.log)
      : steppedKernels(kernels, range, distribution.log)),
  };
}

/**
 * Widths as Optuna 5 sets them: the larger gap to the two neighbours, where the ends of the range
 * are neighbours only of a single observation; within limits that depend on their number.
 */
export function gaussianKernels(
  distribution: NumericDistribution,
  observations: Float64Array,
  order: Int32Array = ascending(observations),
): GaussianKernels {
  const { low, high } = numericRange(distribution);
  const count = observations.length;
  const centers = new Float64Array(count + 1), widths = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) {
    const point = distribution.log ? Math.log(observations[i]!) : observations[i]!;
    // An older trial may have searched a wider range.
    centers[i] = Math.min(high, Math.max(low, point));
  }
  centers[count] = (low + high) / 2;
  widths[count] = high - low;
  const narrowest = (high - low) / Math.min(NARROWEST, count + 2);
  let last = low;
  for (let place = 0; place < count; place++) {
    const own = order[place]!, center = centers[own]!;
    const before = center - last;
    const after = (place < count - 1 ? centers[order[place + 1]!]! : high) - center;
    const isEnd = count > 1 && (place === 0 || place === count - 1);
    const gap = isEnd ? (place === 0 ? after : before) : Math.max(before, after);
    widths[own] = Math.min(high - low, Math.max(narrowest, gap));
    last = center;
  }
  return { centers, widths, order, narrowest };
}

/** Indexes of the values in ascending order. */
function ascending(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
}

/** Beyond so many widths from a bound a kernel loses nothing: less than the rounding of 1. */
const WHOLE = 8.3;

/** Logarithm of what truncation leaves of a kernel, whose centre is inside the range. */
function logKept(center: number, width: number, { low, high }: NumericRange): number {
  const before = center - low, after = high - center, reach = WHOLE * width;
  if (before > reach && after > reach) return 0;
  const left = before > reach ? 0 : normalCdf(-before / width);
  const right = after > reach ? 0 : normalCdf(-after / width);
  return Math.log1p(-left - right);
}

/** What the kernels of a parameter add to the logarithms of densities. */
type LogDensities = Pick<ParzenKernels, "addLogHeights" | "addLogShapes">;

/** Those of a Gaussian, and which of them are near. */
type SortedLogDensities = LogDensities & Pick<SortedKernels, "listNear">;

function continuousKernels(
  kernels: GaussianKernels,
  range: NumericRange,
  log: boolean,
): SortedLogDensities {
  const { centers, widths } = kernels;
  let byWidth: RowsByWidth | null = null;
  return {
    addLogHeights(logDensities) {
      let last = NaN, height = NaN;
      for (let i = 0; i < centers.length; i++) {
        const width = widths[i]!;
        // Of many observations most have the narrowest width.
        if (width !== last) {
          last = width;
          height = -LOG_SQRT_TWO_PI - Math.log(width);
        }
        logDensities[i]! += height - logKept(centers[i]!, width, range);
      }
    },
    addLogShapes(value, logDensities, rows, count, least) {
      const point = log ? Math.log(value) : value;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const row = rows[i]!, z = (point - centers[row]!) / widths[row]!;
        if ((logDensities[row]! -= 0.5 * z * z) > least) rows[kept++] = row;
      }
      return kept;
    },
    listNear(value, limit, rows) {
      byWidth ??= partByWidth(kernels);
      const { wide, narrow, narrowCenters } = byWidth;
      const point = log ? Math.log(value) : value;
      const reach = kernels.narrowest * Math.sqrt(-2 * limit);
      const from = firstNotBelow(narrowCenters, point - reach);
      const to = firstNotBelow(narrowCenters, point + reach);
      rows.set(wide);
      rows.set(narrow.subarray(from, to), wide.length);
      return wide.length + to - from;
    },
  };
}

/** Rows without the prior: those of the least width by their centres, and the others. */
interface RowsByWidth {
  readonly wide: Int32Array;
  readonly narrow: Int32Array;
  readonly narrowCenters: Float64Array;
}

function partByWidth({ centers, widths, order, narrowest }: GaussianKernels): RowsByWidth {
  const wide = new Int32Array(order.length), narrow = new Int32Array(order.length);
  const narrowCenters = new Float64Array(order.length);
  let wideCount = 0, narrowCount = 0;
  for (let place = 0; place < order.length; place++) {
    const row = order[place]!;
    if (widths[row]! > narrowest) {
      wide[wideCount++] = row;
    } else {
      narrowCenters[narrowCount] = centers[row]!;
      narrow[narrowCount++] = row;
    }
  }
  return {
    wide: wide.subarray(0, wideCount),
    narrow: narrow.subarray(0, narrowCount),
    narrowCenters: narrowCenters.subarray(0, narrowCount),
  };
}

/** Place of the first of some ascending points that is not below another one. */
function firstNotBelow(points: Float64Array, point: number): number {
  let from = 0, to = points.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (points[middle]! < point) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The density of a value in steps is the mass of its cell. */
function steppedKernels(
  { centers, widths }: GaussianKernels,
  range: NumericRange,
  log: boolean,
): LogDensities {
  return {
    addLogHeights(logDensities) {
      for (let i = 0; i < centers.length; i++) {
        logDensities[i]! -= logKept(centers[i]!, widths[i]!, range);
      }
    },
    addLogShapes(value, logDensities, rows, count, least) {
      const half = range.step / 2;
      const from = log ? Math.log(value - half) : value - half;
      const to = log ? Math.log(value + half) : value + half;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const row = rows[i]!, center = centers[row]!, width = widths[row]!;
        const logMass = logNormalMass((from - center) / width, (to - center) / width);
        if ((logDensities[row]! += logMass) > least) rows[kept++] = row;
      }
      return kept;
    },
  };
}
