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
  const scaling = columnScales(rows, width);
  const scaled = rows.map((row) => scaleRow(row, scaling));
  const stride = Math.max(1, Math.floor(rows.length / wanted));
  const count = Math.floor(rows.length / stride);
  const references = new Float64Array(count * width);
  for (let i = 0; i < count; i++) references.set(scaled[i * stride]!, i * width);
  // A short training set keeps at least some references outside the gap.
  const gap = Math.min(gapRows, Math.floor(rows.length / 4));
  const own = Float64Array.from(scaled, (row, i) => {
    const before = Math.max(0, Math.ceil((i - gap) / stride));
    const after = Math.floor((i + gap) / stride) + 1;
    const earlier = nearest(row, references, { from: 0, to: Math.min(before, count) });
    return distanceTo(
      row,
      references,
      nearest(row, references, { from: after, to: count }, earlier),
    );
  });
  const threshold = percentile(own.sort(), 1 - share);
  return { columns, ...scaling, references: [...references], threshold };
}

/** Judges rows by the training data of a model. */
export interface NoveltyJudge {
  /**
   * How unlike the training data a row is, as a multiple of the threshold: above 1 it should not be
   * acted on. Infinity where a value is missing.
   *
   * @param row one value per column
   */
  novelty(row: ArrayLike<number>): number;
  /**
   * Why a row must not be acted on, or null when it is like the training data. Names the column that
   * is furthest from its median.
   */
  veto(row: ArrayLike<number>): string | null;
}

/** Makes a stored filter ready to judge one row after the other; rows may come in any order. */
export function createNoveltyJudge(filter: NoveltyFilter): NoveltyJudge {
  const { columns, scales, threshold } = filter;
  const references = Float64Array.from(filter.references);
  const everyone = { from: 0, to: references.length / columns.length };
  // Rows that follow one another are alike: what was near the last leaves little to search.
  let nearby = -1;
  const judge: NoveltyJudge = {
    novelty(row) {
      for (let j = 0; j < scales.length; j++) if (!Number.isFinite(row[j])) return Infinity;
      const scaled = scaleRow(row, filter);
      nearby = nearest(scaled, references, everyone, nearby);
      const distance = distanceTo(scaled, references, nearby);
      return threshold > 0 ? distance / threshold : distance === 0 ? 0 : Infinity;
    },
    veto(row) {
      const times = judge.novelty(row);
      if (times <= 1) return null;
      const missing = columns.find((_, j) => !Number.isFinite(row[j]));
      if (missing !== undefined) return `unlike the training data: ${missing} has no value`;
      const sizes = scaleRow(row, filter).map(Math.abs);
      const furthest = columns[sizes.indexOf(Math.max(...sizes))];
      const amount = Number.isFinite(times)
        ? `${times.toFixed(1)} times the usual distance`
        : "changed";
      return `unlike the training data: ${amount}, most of all ${furthest}`;
    },
  };
  return judge;
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
  { centers, scales }: Pick<NoveltyFilter, "centers" | "scales">,
): Float64Array {
  const scaled = new Float64Array(scales.length);
  for (let j = 0; j < scaled.length; j++) {
    const value = (row[j]! - centers[j]!) / scales[j]!;
    scaled[j] = scales[j]! > 0 ? Math.max(-LIMIT, Math.min(LIMIT, value)) : 0;
  }
  return scaled;
}

/** The nearest of the references [from, to), or `known` where none is nearer; -1 for none at all. */
function nearest(
  row: Float64Array,
  references: Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
  known = -1,
): number {
  const width = row.length;
  let best = known;
  let least = known === -1 ? Infinity : squaredDistance(row, references, known);
  for (let reference = from; reference < to; reference++) {
    const start = reference * width;
    let sum = 0;
    for (let j = 0; j < width && sum < least; j++) sum += (row[j]! - references[start + j]!) ** 2;
    if (sum < least) {
      least = sum;
      best = reference;
    }
  }
  return best;
}

/** Root mean square distance to one of the references; Infinity to none. */
function distanceTo(row: Float64Array, references: Float64Array, reference: number): number {
  if (reference === -1) return Infinity;
  return Math.sqrt(squaredDistance(row, references, reference) / row.length);
}

function squaredDistance(row: Float64Array, references: Float64Array, reference: number): number {
  const start = reference * row.length;
  let sum = 0;
  for (let j = 0; j < row.length; j++) sum += (row[j]! - references[start + j]!) ** 2;
  return sum;
}
