import type { TrainingSet } from "../classifier.ts";

/** Bins that fit into one byte. */
export const MAX_BINS = 256;

/**
 * A training set whose columns are cut into at most 256 bins of neighbouring values.
 * The arrays may lie in shared memory.
 */
export interface BinnedColumns {
  readonly rows: number;
  readonly columns: number;
  readonly classCount: number;
  /** Row-major `[rows, 1 + columns]`: the class of the row, then its bin in each column. */
  readonly cells: Uint8Array;
  /** Smallest value in each bin, `[columns, MAX_BINS]`. */
  readonly lowest: Float32Array;
  /** Largest value in each bin, `[columns, MAX_BINS]`. */
  readonly highest: Float32Array;
}

/**
 * Cuts every column into bins of about equal row counts; a column of at most `maxBins` distinct
 * values gets one bin for each. Equal values always share a bin.
 *
 * @param maxBins 2 to 256
 * @param isShared puts the arrays into shared memory, for workers
 */
export function binColumns(set: TrainingSet, maxBins: number, isShared: boolean): BinnedColumns {
  const { rows, columns, classes, classCount } = set;
  const allocate = (bytes: number): ArrayBuffer | SharedArrayBuffer =>
    isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  const stride = columns + 1;
  const cells = new Uint8Array(allocate(rows * stride));
  const lowest = new Float32Array(allocate(4 * columns * MAX_BINS));
  const highest = new Float32Array(allocate(4 * columns * MAX_BINS));

  for (let row = 0; row < rows; row++) cells[row * stride] = classes[row]!;
  const sortColumn = createColumnSorter(set);
  for (let column = 0; column < columns; column++) {
    const { order, sorted } = sortColumn(column);
    const starts = binStarts(sorted, maxBins);
    for (let bin = 0; bin < starts.length; bin++) {
      const start = starts[bin]!, end = starts[bin + 1] ?? rows;
      lowest[column * MAX_BINS + bin] = sorted[start]!;
      highest[column * MAX_BINS + bin] = sorted[end - 1]!;
      for (let i = start; i < end; i++) cells[order[i]! * stride + 1 + column] = bin;
    }
  }
  return { rows, columns, classCount, cells, lowest, highest };
}

/** Rank of the first value of each bin; a bin is full when it holds its share of what is left. */
function binStarts(sorted: Float32Array, maxBins: number): number[] {
  const rows = sorted.length;
  const isNew = (i: number): boolean => sorted[i] !== sorted[i - 1];
  let distinct = 1;
  for (let i = 1; i < rows && distinct <= maxBins; i++) if (isNew(i)) distinct++;
  const hasRoom = distinct <= maxBins;

  const starts = [0];
  let fullAt = hasRoom ? 1 : rows / maxBins;
  for (let i = 1; i < rows; i++) {
    if (i < fullAt || !isNew(i)) continue;
    starts.push(i);
    fullAt = hasRoom ? i + 1 : i + (rows - i) / (maxBins - starts.length + 1);
  }
  return starts;
}

interface SortedColumn {
  /** Rows in ascending order of their value. */
  readonly order: Uint32Array;
  readonly sorted: Float32Array;
}

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/**
 * Makes a radix sort of one column in three passes of 11 bits, many times faster than a
 * comparison sort that carries the row numbers along. The arrays returned are used again.
 */
function createColumnSorter(
  { rows, columns, values }: TrainingSet,
): (column: number) => SortedColumn {
  const sorted = new Float32Array(rows);
  const bits = new Uint32Array(sorted.buffer);
  const positions = new Uint32Array(DIGITS);
  let keys = new Uint32Array(rows), nextKeys = new Uint32Array(rows);
  let order = new Uint32Array(rows), nextOrder = new Uint32Array(rows);

  const sortByDigit = (shift: number): void => {
    positions.fill(0);
    for (let i = 0; i < rows; i++) positions[(keys[i]! >>> shift) & (DIGITS - 1)]!++;
    for (let digit = 0, start = 0; digit < DIGITS; digit++) {
      const count = positions[digit]!;
      positions[digit] = start;
      start += count;
    }
    for (let i = 0; i < rows; i++) {
      const position = positions[(keys[i]! >>> shift) & (DIGITS - 1)]!++;
      nextKeys[position] = keys[i]!;
      nextOrder[position] = order[i]!;
    }
    [keys, nextKeys] = [nextKeys, keys];
    [order, nextOrder] = [nextOrder, order];
  };

  return (column) => {
    for (let row = 0; row < rows; row++) {
      // Adding 0 makes 0 of -0: the two are equal and must become neighbours.
      sorted[row] = values[row * columns + column]! + 0;
      keys[row] = toOrderedKey(bits[row]!);
      order[row] = row;
    }
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) sortByDigit(shift);
    for (let i = 0; i < rows; i++) bits[i] = fromOrderedKey(keys[i]!);
    return { order, sorted };
  };
}

/** Bits of a float as a number of the same order: a negative one flips them all, 0 … the sign. */
function toOrderedKey(bits: number): number {
  return bits ^ (bits >> 31 | 1 << 31);
}

function fromOrderedKey(key: number): number {
  return key ^ (~key >> 31 | 1 << 31);
}
