import { fisherTail } from "./fisher_distribution.ts";
import { percentile, varies } from "./moments.ts";
import { requireFinite } from "./same_periods.ts";
import { shareDependence } from "./share_dependence.ts";

/** How far a column has moved from what it was. */
export interface PopulationStability {
  /** Population stability index; 0 for the same shares. */
  readonly index: number;
  /** Probability of such an index or a larger one if nothing had moved. */
  readonly pValue: number;
  /** Bins compared: at most ten, fewer for few values or few different ones. */
  readonly bins: number;
  /** Independent values that the reference is worth. */
  readonly referenceSize: number;
  /** Independent values that the current ones are worth. */
  readonly currentSize: number;
}

/**
 * Population stability index of shares in the same bins, Σ (q - p) ln(q / p); a share below 1e-4
 * counts as 1e-4.
 *
 * @param expected shares of the reference
 * @param actual shares of what is compared with it
 * @throws RangeError when the two differ in length.
 * @example
 * ```ts
 * import { stabilityIndex } from "./population_stability.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(stabilityIndex([0.25, 0.25, 0.25, 0.25], [0.4, 0.3, 0.2, 0.1]), 0.2282174, 5e-8);
 * ```
 */
export function stabilityIndex(expected: readonly number[], actual: readonly number[]): number {
  if (expected.length !== actual.length) {
    throw new RangeError(
      `Cannot compare shares as both have the same bins: current value is ${expected.length} and ${actual.length}`,
    );
  }
  return expected.reduce((sum, share, bin) => {
    const p = Math.max(SMALLEST_SHARE, share), q = Math.max(SMALLEST_SHARE, actual[bin]!);
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}

/**
 * Whether a column still is distributed as it was, by the population stability index over deciles of
 * the reference. Cut-offs such as .1 and .25 ignore how many values there are: without drift the
 * index is about (1/n + 1/m) times chi-square with one degree of freedom fewer than bins. Neighbouring
 * rows of most features are nearly the same, so that shares vary more than that, by an amount which
 * is measured on blocks of rows (`shareDependence`) and makes it Fisher's F.
 *
 * @param reference values of the rows trained on, in time
 * @param current values since, in time
 * @returns null where there is nothing to judge: a reference that does not vary, fewer than twenty
 * independent values on a side, or rows that are remembered for too long to tell
 * @throws RangeError when a value is not finite.
 */
export function populationStability(
  reference: Float64Array,
  current: Float64Array,
): PopulationStability | null {
  requireFinite(reference);
  requireFinite(current, 1);
  if (!varies(reference) || current.length === 0) return null;
  const sorted = reference.toSorted();
  const fine = compareShares(reference, current, edgesOf(sorted, MOST_BINS));
  if (fine === null) return null;
  const affordable = Math.floor(Math.min(fine.referenceSize, fine.currentSize) / VALUES_PER_BIN);
  if (affordable < 2) return null;
  return affordable >= MOST_BINS
    ? fine
    : compareShares(reference, current, edgesOf(sorted, affordable));
}

function compareShares(
  reference: Float64Array,
  current: Float64Array,
  edges: readonly number[],
): PopulationStability | null {
  const [old, now] = [binned(reference, edges), binned(current, edges)];
  const expected = sharesOf(old, edges.length + 1), actual = sharesOf(now, edges.length + 1);
  const [n, m] = [reference.length, current.length];
  const pooled = expected.map((share, bin) => (share * n + actual[bin]! * m) / (n + m));
  const bins = pooled.filter((share) => share > 0).length;
  const index = stabilityIndex(expected, actual);
  if (bins < 2) return { index, pValue: 1, bins, referenceSize: n, currentSize: m };
  const found = shareDependence([old, now], pooled);
  if (found === null) return null;
  const { blockFreedom, designEffect, freedom } = found;
  const referenceSize = n / designEffect, currentSize = m / designEffect;
  const unit = (1 / referenceSize + 1 / currentSize) * (bins - 1);
  const pValue = fisherTail(index / unit, freedom, blockFreedom);
  return { index, pValue, bins, referenceSize, currentSize };
}

const MOST_BINS = 10;
/** Below this many in a bin the index is no longer chi-square. */
const VALUES_PER_BIN = 10;
const SMALLEST_SHARE = 1e-4;

/** A gap of this share of the values around it is the space between two heaps, not chance. */
const GAP_BETWEEN_HEAPS = 1 / 8;
/** What is no wider than this share of nine tenths of all values is one heap. */
const HEAP_WIDTH = 1 / 50;
/** Fewer values around a border leave such gaps by chance. */
const FEWEST_AROUND = 100;
/** How far around its place a border looks for such a gap, in bins. */
const REACH = 0.8;

/**
 * Inner borders of about equally full bins, each once. Returns of prices on a grid of ticks heap up at
 * few values, each spread by the level of the price alone: a border goes between two heaps, as one
 * that cut a heap would call a change of level a change of returns.
 */
function edgesOf(sorted: Float64Array, bins: number): readonly number[] {
  const edges = Array.from({ length: bins - 1 }, (_, bin) => {
    const share = (bin + 1) / bins;
    return borderBetween(sorted, share, REACH / bins) ?? percentile(sorted, share);
  });
  return [...new Set(edges)];
}

/** The middle of the nearest gap between two heaps around a share; null where values do not heap up. */
function borderBetween(sorted: Float64Array, share: number, reach: number): number | null {
  const last = sorted.length - 1, place = share * last;
  const first = Math.max(0, Math.floor(place - reach * last));
  const end = Math.min(last, Math.ceil(place + reach * last));
  if (end - first < FEWEST_AROUND) return null;
  // All of one heap: its ends are further away.
  const width = percentile(sorted, 0.95) - percentile(sorted, 0.05);
  if (sorted[end]! - sorted[first]! < HEAP_WIDTH * width && reach < 1) {
    return borderBetween(sorted, share, 2 * reach);
  }
  const gaps = sorted.subarray(first + 1, end + 1).map((value, i) => value - sorted[first + i]!);
  const least = GAP_BETWEEN_HEAPS * (sorted[end]! - sorted[first]!);
  let nearest: number | null = null;
  gaps.forEach((gap, i) => {
    const isNearer = nearest === null ||
      Math.abs(first + i + 0.5 - place) < Math.abs(first + nearest + 0.5 - place);
    if (gap > least && isNearer) nearest = i;
  });
  if (nearest === null) return null;
  return (sorted[first + nearest]! + sorted[first + nearest + 1]!) / 2;
}

/** Number of borders below each value. */
function binned(values: Float64Array, edges: readonly number[]): Float64Array {
  return values.map((value) => {
    const bin = edges.findIndex((edge) => value <= edge);
    return bin < 0 ? edges.length : bin;
  });
}

function sharesOf(bins: Float64Array, count: number): number[] {
  const shares = new Array<number>(count).fill(0);
  for (const bin of bins) shares[bin]! += 1 / bins.length;
  return shares;
}
