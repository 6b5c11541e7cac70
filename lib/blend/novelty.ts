import { percentile } from "../statistics/mod.ts";

/** Describes the rows a model was trained on; plain data, to be stored beside it. */
export interface NoveltyFilter {
  /** Names of the features, in order. */
  readonly columns: readonly string[];
  /** Median of each column. */
  readonly centers: readonly number[];
  /** Interquartile range of each column; 0 where it never changed, which leaves it out. */
  readonly scales: readonly number[];
  /** Scaled training rows to compare with, row-major `[references, columns.length]`. */
  readonly references: readonly number[];
  /** Distance from which a row is unlike the training data. */
  readonly threshold: number;
}

/** Settings of `fitNoveltyFilter`. */
export interface NoveltyOptions {
  /** Rows kept to compare with: each costs one distance per decision. @default {256} */
  readonly references?: number;
  /**
   * Rows around a training row whose references do not count when its own distance is measured:
   * neighbours in time are alike whatever the market does. @default {50}
   */
  readonly gapRows?: number;
  /** Share of training rows that may be called unlike. @default {0.001} */
  readonly share?: number;
}

/** Scaled values are cut off here, so that one wild column cannot hide behind another. */
const LIMIT = 20;

/**
 * Learns how far training rows are from one another. The distance is that to the nearest of some
 * evenly spaced training rows, root mean square over columns in interquartile ranges (in the manner
 * of Meyer & Pebesma 2021); the threshold is a high percentile of the training rows' own distances,
 * each measured without the references near it in time.
 *
 * @param values row-major `[rows, columns.length]`, training rows in time order; rows with NaN are
 *   left out
 * @throws RangeError with fewer than 20 complete rows.
 */
export function fitNoveltyFilter(
  values: Float32Array,
  columns: readonly string[],
  options: NoveltyOptions = {},
): NoveltyFilter {
  const { references: wanted = 256, gapRows = 50, share = 0.001 } = options;
  const width = columns.length;
  const rows = completeRows(values, width);
  if (rows.length < 20) {
    throw new RangeError(
      `Cannot learn what rows are alike as 20 complete ones are needed: current value is ${rows.length}`,
    );
  }
  const { centers, scales } = columnScales(rows, width);
  const scaled = rows.map((row) => scaleRow(row, centers, scales));
  const stride = Math.max(1, Math.floor(rows.length / wanted));
  const at = Array.from({ length: Math.floor(rows.length / stride) }, (_, i) => i * stride);
  const references = at.flatMap((row) => scaled[row]!);
  // A short training set keeps at least some references outside the gap.
  const gap = Math.min(gapRows, Math.floor(rows.length / 4));
  const own = scaled.map((row, i) =>
    nearest(row, references, scales, (reference) => Math.abs(at[reference]! - i) > gap)
  );
  const threshold = percentile(Float64Array.from(own).sort(), 1 - share);
  return { columns, centers, scales, references, threshold };
}

/**
 * How unlike the training data a row is, as a multiple of the threshold: above 1 it should not be
 * acted on. Infinity where a value is missing.
 *
 * @param row one value per column
 */
export function novelty(noveltyFilter: NoveltyFilter, row: ArrayLike<number>): number {
  const { centers, scales, references, threshold } = noveltyFilter;
  for (let j = 0; j < scales.length; j++) if (!Number.isFinite(row[j])) return Infinity;
  const distance = nearest(scaleRow(row, centers, scales), references, scales, () => true);
  return threshold > 0 ? distance / threshold : distance === 0 ? 0 : Infinity;
}

/**
 * Why a row must not be acted on, or null when it is like the training data. Names the column that
 * is furthest from its median.
 */
export function noveltyVeto(
  noveltyFilter: NoveltyFilter,
  row: ArrayLike<number>,
): string | null {
  const times = novelty(noveltyFilter, row);
  if (times <= 1) return null;
  const { centers, columns, scales } = noveltyFilter;
  const missing = columns.find((_, j) => !Number.isFinite(row[j]));
  if (missing !== undefined) return `unlike the training data: ${missing} has no value`;
  const scaled = scaleRow(row, centers, scales).map(Math.abs);
  const furthest = columns[scaled.indexOf(Math.max(...scaled))];
  const amount = Number.isFinite(times)
    ? `${times.toFixed(1)} times the usual distance`
    : "changed";
  return `unlike the training data: ${amount}, most of all ${furthest}`;
}

function completeRows(values: Float32Array, width: number): Float32Array[] {
  const rows: Float32Array[] = [];
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    if (row.every(Number.isFinite)) rows.push(row);
  }
  return rows;
}

function columnScales(
  rows: readonly Float32Array[],
  width: number,
): { centers: number[]; scales: number[] } {
  const centers: number[] = [], scales: number[] = [];
  for (let j = 0; j < width; j++) {
    const sorted = Float64Array.from(rows, (row) => row[j]!).sort();
    centers.push(percentile(sorted, 0.5));
    scales.push(percentile(sorted, 0.75) - percentile(sorted, 0.25));
  }
  return { centers, scales };
}

function scaleRow(
  row: ArrayLike<number>,
  centers: readonly number[],
  scales: readonly number[],
): number[] {
  return scales.map((scale, j) => {
    const value = (row[j]! - centers[j]!) / scale;
    return scale > 0 ? Math.max(-LIMIT, Math.min(LIMIT, value)) : 0;
  });
}

/** Root mean square distance to the nearest reference that counts. */
function nearest(
  row: readonly number[],
  references: readonly number[],
  scales: readonly number[],
  counts: (reference: number) => boolean,
): number {
  const width = scales.length;
  let least = Infinity;
  for (let start = 0, reference = 0; start < references.length; start += width, reference++) {
    if (!counts(reference)) continue;
    let sum = 0;
    for (let j = 0; j < width && sum < least; j++) sum += (row[j]! - references[start + j]!) ** 2;
    if (sum < least) least = sum;
  }
  return Math.sqrt(least / width);
}
