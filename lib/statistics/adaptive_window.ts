import { requireShare } from "./resampling_options.ts";
import { requireFinite } from "./same_periods.ts";

/** A change of a mean. */
export interface MeanChange {
  /** Index of the value at which it was found. */
  readonly foundAt: number;
  /** Index of the first value that belongs to the new mean. */
  readonly since: number;
  /** Mean of what was dropped. */
  readonly before: number;
  /** Mean of what was kept. */
  readonly after: number;
}

/** Settings of `adaptiveWindow`. */
export interface AdaptiveWindowOptions {
  /** Probability with which, at any one value, a change is found that is none. @default {0.002} */
  readonly level?: number;
}

/** What `adaptiveWindowBound` needs to know about two neighbouring windows. */
export interface WindowPair {
  /** Values in the older one. */
  readonly older: number;
  /** Values in the newer one. */
  readonly newer: number;
  /** Variance of both together. */
  readonly variance: number;
  /** Probability of a false change at any one value. */
  readonly level: number;
}

/**
 * Distance of two means from which ADWIN calls them different (Bifet & Gavaldà 2007, §4.1).
 *
 * @example
 * ```ts
 * import { adaptiveWindowBound } from "./adaptive_window.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * const pair = { older: 500, newer: 500, variance: 0.25, level: 0.002 };
 * assertClose(adaptiveWindowBound(pair), 0.2030672, 5e-8);
 * ```
 */
export function adaptiveWindowBound({ level, newer, older, variance }: WindowPair): number {
  const inverse = 1 / older + 1 / newer;
  const logarithm = Math.log(2 * (older + newer) / level);
  return Math.sqrt(2 * inverse * variance * logarithm) + 2 / 3 * inverse * logarithm;
}

/**
 * Finds where the mean of a series changes: ADWIN (Bifet & Gavaldà 2007) keeps the longest window of
 * newest values in which no two parts differ in their mean by more than chance, and drops the older
 * part when they do.
 *
 * As the series is at hand, sums up to each value stand in for the paper's histogram of buckets; the
 * splits that are tried grow by a fifth with their distance from the newest value, and everything
 * before the clearest split is dropped at once. The bound supposes values about one apart, so others
 * are scaled by the caller.
 *
 * @param values in time
 * @returns the changes, oldest first
 * @throws RangeError when a value is not finite or the level is no share.
 */
export function adaptiveWindow(
  values: Float64Array,
  { level = 0.002 }: AdaptiveWindowOptions = {},
): readonly MeanChange[] {
  requireFinite(values);
  requireShare("level", level);
  const { squares, sums } = runningSums(values);
  const changes: MeanChange[] = [];
  const shift = values[0] ?? 0;
  let start = 0;
  for (let end = 1; end <= values.length; end++) {
    const split = clearestSplit(sums, squares, { start, end, level });
    if (split === null) continue;
    const meanOf = (from: number, to: number): number =>
      shift + (sums[to]! - sums[from]!) / (to - from);
    changes.push({
      foundAt: end - 1,
      since: split,
      before: meanOf(start, split),
      after: meanOf(split, end),
    });
    start = split;
  }
  return changes;
}

/** Fewer values than this have no mean to speak of. */
const SHORTEST_PART = 5;
/** One over how much longer the next newer part is. */
const GROWTH = 5;

/** Where the means of both sides lie furthest beyond the bound; null where none does. */
function clearestSplit(
  sums: Float64Array,
  squares: Float64Array,
  { end, level, start }: { readonly start: number; readonly end: number; readonly level: number },
): number | null {
  const width = end - start;
  const middle = (sums[end]! - sums[start]!) / width;
  const variance = Math.max(0, (squares[end]! - squares[start]!) / width - middle ** 2);
  let clearest: number | null = null, furthest = 1;
  for (
    let newer = SHORTEST_PART;
    newer <= width - SHORTEST_PART;
    newer += Math.ceil(newer / GROWTH)
  ) {
    const split = end - newer, older = width - newer;
    const distance = Math.abs(
      (sums[end]! - sums[split]!) / newer - (sums[split]! - sums[start]!) / older,
    );
    const ratio = distance / adaptiveWindowBound({ older, newer, variance, level });
    if (ratio < furthest) continue;
    clearest = split;
    furthest = ratio;
  }
  return clearest;
}

/** Sums of the first n values less the first one, and of their squares. */
function runningSums(values: Float64Array): { sums: Float64Array; squares: Float64Array } {
  const sums = new Float64Array(values.length + 1), squares = sums.slice();
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! - values[0]!;
    sums[i + 1] = sums[i]! + value;
    squares[i + 1] = squares[i]! + value * value;
  }
  return { sums, squares };
}
