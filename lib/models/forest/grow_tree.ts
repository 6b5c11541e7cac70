import type { Random } from "../../core/mod.ts";
import { type BinnedColumns, MAX_BINS } from "./bin_columns.ts";
import { createSplitFinder, MAX_CLASSES, type NodeSplit } from "./find_split.ts";

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
export interface FlatTree {
  /** Split column of each node; -1 for a leaf. */
  readonly feature: Int32Array<ArrayBuffer>;
  /** A row goes left when `value <= threshold`; 0 for a leaf. */
  readonly threshold: Float32Array<ArrayBuffer>;
  /** Number of the left child inside this tree; -1 for a leaf. */
  readonly left: Int32Array<ArrayBuffer>;
  /** Class distribution `[nodes, classes]` of each leaf; 0 for inner nodes. */
  readonly probability: Float32Array<ArrayBuffer>;
  /** Decrease of weighted Gini impurity by the splits on each column. */
  readonly importance: Float64Array<ArrayBuffer>;
}

/** Grows one tree on rows of these weights; rows of weight 0 take no part. */
export type TreeGrower = (weights: Float64Array, random: Random) => FlatTree;

/**
 * Makes the growth of classification trees over one binned set; scratch memory is kept from tree
 * to tree.
 *
 * Every node draws columns without replacement until `columnsPerSplit` of them vary in the node
 * and takes the split of least weighted Gini impurity (Breiman 2001). A node is a leaf when it
 * holds one class only, or when no split keeps the limits.
 */
export function createTreeGrower(binned: BinnedColumns, limits: GrowthLimits): TreeGrower {
  const { columns } = binned;
  const nodes = createNodes(binned.rows);
  const { feature, threshold, left, start, end, depth, classWeights, order } = nodes;
  const drawn = new Int32Array(columns);

  return (weights, random) => {
    plantRoot(nodes, binned, weights);
    // New for every tree: what a tree draws must not depend on the trees before it.
    const drawColumns = createColumnDraw(columns);
    const treeWeight = sum(classWeights.subarray(0, MAX_CLASSES));
    const { minLeafRows, columnsPerSplit, maxDepth } = limits;
    const minLeafWeight = limits.minLeafWeightFraction * treeWeight;
    const finder = createSplitFinder(binned, weights, { minLeafWeight, minLeafRows });
    const importance = new Float64Array(columns);
    const node = { order, start: 0, end: 0, classWeights: new Float64Array(MAX_CLASSES) };
    const best: NodeSplit = { column: -1, leftBin: 0, rightBin: 0, purity: -Infinity };

    let count = 1;
    const open = [0];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      feature[id] = left[id] = -1;
      threshold[id] = 0;
      node.start = start[id]!;
      node.end = end[id]!;
      for (let k = 0; k < MAX_CLASSES; k++) {
        node.classWeights[k] = classWeights[id * MAX_CLASSES + k]!;
      }
      if (depth[id]! >= maxDepth || isPure(node.classWeights)) continue;

      best.column = -1;
      best.purity = -Infinity;
      for (let wanted = columnsPerSplit, unseen = columns; wanted > 0 && unseen > 0;) {
        const batch = Math.min(wanted, unseen);
        drawColumns(random, unseen, batch, drawn);
        unseen -= batch;
        wanted -= finder.search(drawn, batch, node, best);
      }
      if (best.column < 0) continue;

      importance[best.column]! += Math.max(0, best.purity - purity(node.classWeights));
      feature[id] = best.column;
      threshold[id] = cutBetween(
        binned.highest[best.column * MAX_BINS + best.leftBin]!,
        binned.lowest[best.column * MAX_BINS + best.rightBin]!,
      );
      left[id] = count;
      addChildren(nodes, id, best, binned, weights);
      open.push(count + 1, count);
      count += 2;
    }
    return {
      feature: feature.slice(0, count),
      threshold: threshold.slice(0, count),
      left: left.slice(0, count),
      probability: leafDistributions(nodes, count, binned.classCount),
      importance,
    };
  };
}

/** A float32 t with `low <= t < high`: the middle where float32 has one. */
export function cutBetween(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

/** A tree that grows. The rows of node n are `order[start[n]] … order[end[n] - 1]`. */
interface Nodes {
  readonly feature: Int32Array<ArrayBuffer>;
  readonly threshold: Float32Array<ArrayBuffer>;
  readonly left: Int32Array<ArrayBuffer>;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly depth: Int32Array;
  /** Weight of each class in each node, `[nodes, MAX_CLASSES]`. */
  readonly classWeights: Float64Array;
  readonly order: Int32Array;
  /** Scratch for `partition`. */
  readonly rightRows: Int32Array;
}

/** Room for n leaves and n - 1 inner nodes: no tree on n rows has more. */
function createNodes(rows: number): Nodes {
  const capacity = 2 * rows;
  return {
    feature: new Int32Array(capacity),
    threshold: new Float32Array(capacity),
    left: new Int32Array(capacity),
    start: new Int32Array(capacity),
    end: new Int32Array(capacity),
    depth: new Int32Array(capacity),
    classWeights: new Float64Array(capacity * MAX_CLASSES),
    order: new Int32Array(rows),
    rightRows: new Int32Array(rows),
  };
}

/** Puts the rows of positive weight into node 0. */
function plantRoot(nodes: Nodes, { rows, columns, cells }: BinnedColumns, weights: Float64Array) {
  const { order, classWeights, start, end, depth } = nodes;
  classWeights.fill(0, 0, MAX_CLASSES);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    order[count++] = row;
    classWeights[cells[row * (columns + 1)]!]! += weight;
  }
  start[0] = depth[0] = 0;
  end[0] = count;
}

/** Divides the rows of a node among its two children. */
function addChildren(
  nodes: Nodes,
  id: number,
  split: NodeSplit,
  binned: BinnedColumns,
  weights: Float64Array,
): void {
  const { left, start, end, depth } = nodes;
  const child = left[id]!;
  const middle = partition(nodes, id, split, binned, weights);
  start[child] = start[id]!;
  end[child] = start[child + 1] = middle;
  end[child + 1] = end[id]!;
  depth[child] = depth[child + 1] = depth[id]! + 1;
}

/**
 * Moves the left rows of a node in front of its right ones, both in their old order, and adds up
 * the class weights of both children.
 *
 * @returns where the right rows begin
 */
function partition(
  { order, rightRows, classWeights, left, start, end }: Nodes,
  id: number,
  { column, leftBin }: NodeSplit,
  { columns, cells }: BinnedColumns,
  weights: Float64Array,
): number {
  const stride = columns + 1;
  const sums = left[id]! * MAX_CLASSES;
  classWeights.fill(0, sums, sums + 2 * MAX_CLASSES);
  const last = end[id]!;
  let middle = start[id]!, right = 0;
  for (let i = middle; i < last; i++) {
    const row = order[i]!;
    const cell = row * stride;
    // 1 or 0 without a branch, which would be mispredicted every other time.
    const isRight = (leftBin - cells[cell + 1 + column]!) >>> 31;
    order[middle] = row;
    rightRows[right] = row;
    middle += 1 - isRight;
    right += isRight;
    classWeights[sums + isRight * MAX_CLASSES + cells[cell]!]! += weights[row]!;
  }
  for (let i = 0; i < right; i++) order[middle + i] = rightRows[i]!;
  return middle;
}

/** Makes the draw of columns without replacement: `count` of the `unseen` ones go to `drawn`. */
function createColumnDraw(
  columns: number,
): (random: Random, unseen: number, count: number, drawn: Int32Array) => void {
  const order = Int32Array.from({ length: columns }, (_, column) => column);
  return (random, unseen, count, drawn) => {
    // Fisher-Yates from the end: seen columns lie behind the unseen ones.
    for (let i = 0; i < count; i++) {
      const pick = random.integer(unseen - i), last = unseen - i - 1;
      const column = order[pick]!;
      order[pick] = order[last]!;
      order[last] = drawn[i] = column;
    }
  };
}

/** The weights of each leaf divided by their sum, `[nodes, classes]`. */
function leafDistributions(
  { left, classWeights }: Nodes,
  count: number,
  classes: number,
): Float32Array<ArrayBuffer> {
  const probability = new Float32Array(count * classes);
  for (let id = 0; id < count; id++) {
    if (left[id]! >= 0) continue;
    let weight = 0;
    for (let k = 0; k < classes; k++) weight += classWeights[id * MAX_CLASSES + k]!;
    for (let k = 0; k < classes; k++) {
      probability[id * classes + k] = classWeights[id * MAX_CLASSES + k]! / weight;
    }
  }
  return probability;
}

function isPure(classWeights: Float64Array): boolean {
  let present = 0;
  for (let k = 0; k < MAX_CLASSES; k++) if (classWeights[k]! > 0) present++;
  return present < 2;
}

/** Sum of squared class weights over their sum: `NodeSplit.purity` of a node that is not split. */
function purity(classWeights: Float64Array): number {
  let squares = 0;
  for (const weight of classWeights) squares += weight * weight;
  return squares / sum(classWeights);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
