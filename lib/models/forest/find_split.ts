import { type BinnedColumns, MAX_BINS } from "./bin_columns.ts";

/** Most classes a forest can tell apart: the search keeps one register for each. */
export const MAX_CLASSES = 4;

/** What both sides of a split must hold. */
export interface SplitLimits {
  readonly minLeafWeight: number;
  readonly minLeafRows: number;
}

/** The rows of one node: `order[start] … order[end - 1]`. */
export interface NodeRows {
  readonly order: Int32Array;
  start: number;
  end: number;
  /** Weight of each class over these rows, `[MAX_CLASSES]`. */
  readonly classWeights: Float64Array;
}

/** The best split found so far in a node. */
export interface NodeSplit {
  /** -1 while there is none. */
  column: number;
  /** Rows up to this bin go left. */
  leftBin: number;
  /** The next bin that holds a row of the node. */
  rightBin: number;
  /** (sum of squared class weights) / weight, added over both sides: the larger the purer. */
  purity: number;
}

/** Searches the columns of one node. */
export interface SplitFinder {
  /**
   * Raises `best` when one of the first `count` columns holds a better split.
   *
   * @returns how many of them are not constant in the node
   */
  search(columns: Int32Array, count: number, node: NodeRows, best: NodeSplit): number;
}

/** A histogram has 256 bins of four class weights; one bit of a bin mask says a bin is in use. */
const CLASS_BITS = Math.log2(MAX_CLASSES);
const HISTOGRAM = MAX_BINS * MAX_CLASSES;
const MASK_WORDS = MAX_BINS / 32;
/** Columns whose histograms are filled in one pass over the rows. */
const LANES = 4;

/**
 * Makes the search for the split of least weighted Gini impurity by class histograms.
 *
 * The masks let the scan jump from one used bin to the next and clear it on the way, so that a
 * node of ten rows costs ten bins and not 256.
 *
 * @param weights weight of each row in this tree, positive for every row of a node
 */
export function createSplitFinder(
  binned: BinnedColumns,
  weights: Float64Array,
  limits: SplitLimits,
): SplitFinder {
  const { cells } = binned;
  const stride = binned.columns + 1;
  const slots = binned.columns + LANES - 1;
  const histograms = new Float64Array(slots * HISTOGRAM);
  const masks = new Int32Array(slots * MASK_WORDS);
  const rowCounts = new Int32Array(MAX_BINS);
  const { minLeafWeight } = limits;
  const minLeafRows = limits.minLeafRows > 1 ? limits.minLeafRows : 0;

  /** Unrolled: 1.6 times as fast as an inner loop or one column after the other. */
  const fill = (columns: Int32Array, slot: number, count: number, node: NodeRows): void => {
    const { order, start, end } = node;
    const last = count - 1;
    const c0 = 1 + columns[slot]!, c1 = 1 + columns[Math.min(slot + 1, last)]!;
    const c2 = 1 + columns[Math.min(slot + 2, last)]!, c3 = 1 + columns[Math.min(slot + 3, last)]!;
    const h0 = slot * HISTOGRAM, h1 = h0 + HISTOGRAM, h2 = h1 + HISTOGRAM, h3 = h2 + HISTOGRAM;
    const m0 = slot * MASK_WORDS, m1 = m0 + MASK_WORDS, m2 = m1 + MASK_WORDS, m3 = m2 + MASK_WORDS;
    for (let i = start; i < end; i++) {
      const row = order[i]!;
      const weight = weights[row]!;
      const cell = row * stride;
      const k = cells[cell]!;
      const b0 = cells[cell + c0]!, b1 = cells[cell + c1]!;
      const b2 = cells[cell + c2]!, b3 = cells[cell + c3]!;
      histograms[h0 + k + (b0 << CLASS_BITS)]! += weight;
      histograms[h1 + k + (b1 << CLASS_BITS)]! += weight;
      histograms[h2 + k + (b2 << CLASS_BITS)]! += weight;
      histograms[h3 + k + (b3 << CLASS_BITS)]! += weight;
      masks[m0 + (b0 >> 5)]! |= 1 << b0;
      masks[m1 + (b1 >> 5)]! |= 1 << b1;
      masks[m2 + (b2 >> 5)]! |= 1 << b2;
      masks[m3 + (b3 >> 5)]! |= 1 << b3;
    }
  };

  const countRows = (column: number, { order, start, end }: NodeRows): void => {
    rowCounts.fill(0);
    for (let i = start; i < end; i++) rowCounts[cells[order[i]! * stride + column + 1]!]!++;
  };

  const clear = (slot: number): void => {
    histograms.fill(0, slot * HISTOGRAM, (slot + 1) * HISTOGRAM);
    masks.fill(0, slot * MASK_WORDS, (slot + 1) * MASK_WORDS);
  };

  /** Moves the bins of one histogram from right to left and weighs every cut between them. */
  const scan = (column: number, slot: number, node: NodeRows, best: NodeSplit): boolean => {
    const total0 = node.classWeights[0]!, total1 = node.classWeights[1]!;
    const total2 = node.classWeights[2]!, total3 = node.classWeights[3]!;
    const rows = node.end - node.start;
    let left0 = 0, left1 = 0, left2 = 0, left3 = 0, leftRows = 0;
    let previous = -1, isConstant = true;
    for (let word = 0; word < MASK_WORDS; word++) {
      let mask = masks[slot * MASK_WORDS + word]!;
      masks[slot * MASK_WORDS + word] = 0;
      for (; mask !== 0; mask &= mask - 1) {
        const bin = (word << 5) + 31 - Math.clz32(mask & -mask);
        if (previous >= 0) {
          isConstant = false;
          const right0 = total0 - left0, right1 = total1 - left1;
          const right2 = total2 - left2, right3 = total3 - left3;
          const left = left0 + left1 + left2 + left3;
          const right = right0 + right1 + right2 + right3;
          if (
            left >= minLeafWeight && right >= minLeafWeight &&
            leftRows >= minLeafRows && rows - leftRows >= minLeafRows
          ) {
            const purity = (left0 * left0 + left1 * left1 + left2 * left2 + left3 * left3) / left +
              (right0 * right0 + right1 * right1 + right2 * right2 + right3 * right3) / right;
            if (purity > best.purity) {
              best.purity = purity;
              best.column = column;
              best.leftBin = previous;
              best.rightBin = bin;
            }
          }
        }
        const first = slot * HISTOGRAM + (bin << CLASS_BITS);
        left0 += histograms[first]!;
        left1 += histograms[first + 1]!;
        left2 += histograms[first + 2]!;
        left3 += histograms[first + 3]!;
        histograms[first] = 0;
        histograms[first + 1] = 0;
        histograms[first + 2] = 0;
        histograms[first + 3] = 0;
        leftRows += rowCounts[bin]!;
        previous = bin;
      }
    }
    return !isConstant;
  };

  return {
    search(columns, count, node, best) {
      for (let slot = 0; slot < count; slot += LANES) fill(columns, slot, count, node);
      let varying = 0;
      for (let slot = 0; slot < count; slot++) {
        if (minLeafRows > 0) countRows(columns[slot]!, node);
        if (scan(columns[slot]!, slot, node, best)) varying++;
      }
      // Lanes beyond the last column held copies of it.
      for (let slot = count; slot % LANES > 0; slot++) clear(slot);
      return varying;
    },
  };
}
