import type { Random } from "../../utils/random.ts";
import { type BinnedColumns, MAX_BINS } from "./bin_columns.ts";
import { createSplitFinder, MAX_CLASSES, type NodeRows, type Split } from "./find_split.ts";

/** When a tree stops to grow. */
export interface GrowthLimits {
  /** Infinity for none. */
  readonly maxDepth: number;
  /** Share of the tree's weight that each leaf must hold. */
  readonly minLeafWeightFraction: number;
  readonly minLeafRows: number;
  /** Columns to look at for each split, not counting those that are constant in the node. */
  readonly columnsPerSplit: number;
}

/** One tree as flat arrays. The children of a node are neighbours: right = left + 1. */
export interface Tree {
  /** Split column of each node; -1 for a leaf. */
  readonly feature: Int32Array;
  /** A row goes left when `value <= threshold`; 0 for a leaf. */
  readonly threshold: Float32Array;
  /** Number of the left child inside this tree; -1 for a leaf. */
  readonly left: Int32Array;
  /** Class distribution `[nodes, classes]` of each leaf; 0 for inner nodes. */
  readonly probability: Float32Array;
  /** Decrease of weighted Gini impurity by the splits on each column. */
  readonly importance: Float64Array;
}

/** Grows one tree on rows of these weights; rows of weight 0 take no part. */
export type TreeGrower = (weights: Float64Array, random: Random) => Tree;

/**
 * Makes the growth of classification trees over one binned set; scratch memory is kept from tree
 * to tree.
 *
 * Every node draws columns without replacement until `columnsPerSplit` of them vary in the node
 * and takes the split of least weighted Gini impurity (Breiman 2001). A node is a leaf when it
 * holds one class only, or when no split keeps the limits.
 */
export function createTreeGrower(binned: BinnedColumns, limits: GrowthLimits): TreeGrower {
  const { rows, columns, cells } = binned;
  const stride = columns + 1;
  // A tree of n rows has at most n leaves and n - 1 inner nodes.
  const capacity = 2 * rows;
  const feature = new Int32Array(capacity), left = new Int32Array(capacity);
  const threshold = new Float32Array(capacity);
  const start = new Int32Array(capacity), end = new Int32Array(capacity);
  const depth = new Int32Array(capacity);
  const classWeights = new Float64Array(capacity * MAX_CLASSES);
  const order = new Int32Array(rows), rightRows = new Int32Array(rows);
  const candidates = Int32Array.from({ length: columns }, (_, column) => column);
  const drawn = new Int32Array(columns);

  /** Puts the rows of positive weight into the root. */
  const plantRoot = (weights: Float64Array): void => {
    classWeights.fill(0, 0, MAX_CLASSES);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      if (weights[row] === 0) continue;
      order[count++] = row;
      classWeights[cells[row * stride]!]! += weights[row]!;
    }
    start[0] = depth[0] = 0;
    end[0] = count;
  };

  /** Moves the left rows of a node in front of its right ones; both keep their order. */
  const partition = (node: number, split: Split, child: number, weights: Float64Array): number => {
    const { column, leftBin } = split;
    const leftSums = child * MAX_CLASSES;
    classWeights.fill(0, leftSums, leftSums + 2 * MAX_CLASSES);
    let middle = start[node]!, right = 0;
    for (let i = start[node]!; i < end[node]!; i++) {
      const row = order[i]!;
      const cell = row * stride;
      // 1 or 0 without a branch, which would be mispredicted every other time.
      const isRight = (leftBin - cells[cell + 1 + column]!) >>> 31;
      order[middle] = row;
      rightRows[right] = row;
      middle += 1 - isRight;
      right += isRight;
      classWeights[leftSums + isRight * MAX_CLASSES + cells[cell]!]! += weights[row]!;
    }
    for (let i = 0; i < right; i++) order[middle + i] = rightRows[i]!;
    return middle;
  };

  /** Moves `count` columns that were not drawn for this node yet into `drawn`. */
  const drawColumns = (random: Random, remaining: number, count: number): void => {
    for (let i = 0; i < count; i++) {
      const pick = random.integer(remaining - i);
      const last = remaining - i - 1;
      const column = candidates[pick]!;
      candidates[pick] = candidates[last]!;
      candidates[last] = column;
      drawn[i] = column;
    }
  };

  return (weights, random) => {
    plantRoot(weights);
    const treeWeight = sum(classWeights.subarray(0, MAX_CLASSES));
    const minLeafWeight = limits.minLeafWeightFraction * treeWeight;
    const { minLeafRows, columnsPerSplit } = limits;
    const finder = createSplitFinder(binned, weights, { minLeafWeight, minLeafRows });
    const importance = new Float64Array(columns);
    const rowsOfNode: NodeRows = {
      order,
      start: 0,
      end: 0,
      classWeights: new Float64Array(MAX_CLASSES),
    };
    const best: Split = { column: -1, leftBin: 0, rightBin: 0, purity: 0 };

    const findBest = (node: number): void => {
      best.column = -1;
      best.purity = -Infinity;
      rowsOfNode.start = start[node]!;
      rowsOfNode.end = end[node]!;
      for (let remaining = columns, wanted = columnsPerSplit; remaining > 0 && wanted > 0;) {
        const count = Math.min(wanted, remaining);
        drawColumns(random, remaining, count);
        remaining -= count;
        wanted -= finder.search(drawn, count, rowsOfNode, best);
      }
    };

    let nodes = 1;
    const open = [0];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      feature[node] = left[node] = -1;
      threshold[node] = 0;
      let weight = 0, squares = 0, present = 0;
      for (let k = 0; k < MAX_CLASSES; k++) {
        const classWeight = classWeights[node * MAX_CLASSES + k]!;
        rowsOfNode.classWeights[k] = classWeight;
        weight += classWeight;
        squares += classWeight * classWeight;
        if (classWeight > 0) present++;
      }
      if (present < 2 || depth[node]! >= limits.maxDepth) continue;
      if (weight < 2 * minLeafWeight || end[node]! - start[node]! < 2 * minLeafRows) continue;
      findBest(node);
      if (best.column < 0) continue;

      const middle = partition(node, best, nodes, weights);
      importance[best.column]! += Math.max(0, best.purity - squares / weight);
      feature[node] = best.column;
      threshold[node] = cutBetween(
        binned.highest[best.column * MAX_BINS + best.leftBin]!,
        binned.lowest[best.column * MAX_BINS + best.rightBin]!,
      );
      left[node] = nodes;
      start[nodes] = start[node]!;
      end[nodes] = start[nodes + 1] = middle;
      end[nodes + 1] = end[node]!;
      depth[nodes] = depth[nodes + 1] = depth[node]! + 1;
      open.push(nodes + 1, nodes);
      nodes += 2;
    }
    return {
      feature: feature.slice(0, nodes),
      threshold: threshold.slice(0, nodes),
      left: left.slice(0, nodes),
      probability: leafDistributions(left, classWeights, nodes, binned.classCount),
      importance,
    };
  };
}

/** A float32 t with `low <= t < high`: the middle where float32 has one. */
export function cutBetween(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

/** The weights of each leaf divided by their sum, `[nodes, classes]`. */
function leafDistributions(
  left: Int32Array,
  classWeights: Float64Array,
  nodes: number,
  classes: number,
): Float32Array {
  const probability = new Float32Array(nodes * classes);
  for (let node = 0; node < nodes; node++) {
    if (left[node]! >= 0) continue;
    const weights = classWeights.subarray(node * MAX_CLASSES, (node + 1) * MAX_CLASSES);
    const weight = sum(weights);
    for (let k = 0; k < classes; k++) probability[node * classes + k] = weights[k]! / weight;
  }
  return probability;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
