import { type Bars, closeReturns } from "../market/mod.ts";
import type { Labels } from "./label_columns.ts";

/** Label intervals, both ends inclusive; one element per row, class -1 where there is no label. */
export type LabelSpans = Pick<Labels, "classes" | "start" | "end">;

/** A fall of the whole price or more has no logarithm. */
const LARGEST_FALL = -0.99;

/**
 * Sample weights of overlapping labels: average uniqueness times the size of the return that a
 * label has for itself, |Σ log return / labels alive| over the rows after its start (Lopez de
 * Prado 2018, chapter 4; docs/methods.md#labels-and-weights). Not normalised, as a mean over all
 * rows would carry the future into the past: `gatherWeights` scales those of one training set.
 *
 * @returns one weight per row, 0 where unlabelled
 */
export function uniquenessWeights(labels: LabelSpans, bars: Bars): Float64Array {
  const { start, end } = labels;
  const alive = labelsAlive(labels);
  const returns = closeReturns(bars);
  const shares = prefixSums(alive.length, (row) => {
    if (row === 0 || alive[row] === 0) return 0;
    return Math.log1p(Math.max(LARGEST_FALL, returns[row]!)) / alive[row]!;
  });
  return averageUniqueness(labels).map((uniqueness, row) =>
    uniqueness * Math.abs(shares[end[row]! + 1]! - shares[start[row]! + 1]!)
  );
}

/**
 * The weights of one training set, scaled to a mean of 1; all 1 when every weight is 0.
 *
 * @param rows row numbers
 * @returns one weight per element of `rows`
 * @example
 * ```ts
 * import { gatherWeights } from "./uniqueness.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const weights = Float64Array.of(9, 1, 3);
 * assertEquals(gatherWeights(weights, Int32Array.of(1, 2)), Float64Array.of(0.5, 1.5));
 * ```
 */
export function gatherWeights(weights: Float64Array, rows: Int32Array): Float64Array {
  const gathered = Float64Array.from(rows, (row) => weights[row]!);
  const total = gathered.reduce((sum, weight) => sum + weight, 0);
  return gathered.map((weight) => total === 0 ? 1 : weight * rows.length / total);
}

/**
 * Average uniqueness of each label: the mean of 1 / (labels alive) over its rows. 1 for a label
 * that overlaps no other. Linear in the number of rows, by prefix sums.
 *
 * @returns one number in (0, 1] per row, 0 where unlabelled
 * @example
 * ```ts
 * import { averageUniqueness } from "./uniqueness.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * const uniqueness = averageUniqueness({
 *   classes: Int8Array.of(1, 1, -1, -1, 1, -1),
 *   start: Int32Array.of(0, 1, 2, 3, 4, 5),
 *   end: Int32Array.of(2, 3, 2, 3, 5, 5),
 * });
 * assertClose(uniqueness[0]!, 2 / 3, 1e-12);
 * ```
 */
export function averageUniqueness(labels: LabelSpans): Float64Array {
  const alive = labelsAlive(labels);
  const shares = prefixSums(alive.length, (row) => alive[row] === 0 ? 0 : 1 / alive[row]!);
  return Float64Array.from(labels.classes, (label, row) => {
    const start = labels.start[row]!, end = labels.end[row]!;
    return label < 0 ? 0 : (shares[end + 1]! - shares[start]!) / (end - start + 1);
  });
}

/**
 * Probabilities of the next draw of the sequential bootstrap: proportional to the average
 * uniqueness that each span would have beside those already drawn (Lopez de Prado 2018, section
 * 4.5).
 *
 * @param spans rows of each candidate, both ends inclusive
 * @param drawn indices into the spans, with repeats
 * @returns one probability per span, summing to 1
 */
export function sequentialBootstrapProbabilities(
  spans: { readonly start: Int32Array; readonly end: Int32Array },
  drawn: readonly number[],
): Float64Array {
  const { start, end } = spans;
  const rows = end.reduce((most, row) => Math.max(most, row + 1), 0);
  const changes = new Int32Array(rows + 1);
  for (const index of drawn) {
    changes[start[index]!]!++;
    changes[end[index]! + 1]!--;
  }
  const alive = runningSum(changes);
  const shares = prefixSums(rows, (row) => 1 / (1 + alive[row]!));
  const uniqueness = Float64Array.from(start, (first, index) => {
    const last = end[index]!;
    return (shares[last + 1]! - shares[first]!) / (last - first + 1);
  });
  const total = uniqueness.reduce((sum, value) => sum + value, 0);
  return uniqueness.map((value) => value / total);
}

/** Number of labels whose interval holds each row. */
function labelsAlive({ classes, start, end }: LabelSpans): Int32Array {
  const changes = new Int32Array(classes.length + 1);
  for (let row = 0; row < classes.length; row++) {
    if (classes[row]! < 0) continue;
    changes[start[row]!]!++;
    changes[end[row]! + 1]!--;
  }
  return runningSum(changes).subarray(0, classes.length);
}

function runningSum(changes: Int32Array): Int32Array {
  let sum = 0;
  return changes.map((change) => sum += change);
}

/** Element i is the sum of the values of rows 0 … i - 1. */
function prefixSums(rows: number, valueOf: (row: number) => number): Float64Array {
  const sums = new Float64Array(rows + 1);
  for (let row = 0; row < rows; row++) sums[row + 1] = sums[row]! + valueOf(row);
  return sums;
}
