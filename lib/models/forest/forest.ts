import type { FitControl, TrainingSet } from "../classifier.ts";
import type { Forest } from "./forest_model.ts";
import { checkTrainingSet } from "../training_set.ts";
import { binColumns } from "./bin_columns.ts";
import { MAX_CLASSES } from "./find_split.ts";
import type { FlatTree } from "./grow_tree.ts";
import { growTreesHere, startForestWorkers } from "./grow_trees.ts";
import type { ForestParameters } from "./parameters.ts";
import { rowWeights } from "./row_weights.ts";
import type { ForestTask } from "./tree_task.ts";

/** Rows × trees below which starting workers takes longer than growing the trees. */
const SMALL_FOREST = 500_000;

/**
 * Fits a random forest classifier (Breiman 2001): bootstrap samples, a random draw of columns for
 * each split, Gini impurity. Columns are binned once and splits are found on class histograms; a
 * threshold is the middle, in float32, between neighbouring training values of the node. The
 * forest depends on set, parameters and seed, never on the number of workers.
 *
 * @param set at most 4 classes
 * @param options `workers` is the number of threads, by default one for each core
 * @throws {RangeError} when the set or the parameters are out of range; see `checkTrainingSet`
 * @throws the reason of `options.signal` when it is aborted
 * @example
 * ```ts
 * import { fitForest } from "./forest.ts";
 * import { DEFAULT_FOREST } from "./parameters.ts";
 * import { predictForest } from "./predict.ts";
 * import { assert } from "../../../tests/assert.ts";
 *
 * const set = {
 *   rows: 4,
 *   columns: 1,
 *   values: Float32Array.of(1, 2, 3, 4),
 *   classes: Int8Array.of(0, 0, 1, 1),
 *   classCount: 2,
 * };
 * const forest = await fitForest(set, { ...DEFAULT_FOREST, trees: 50 }, { seed: 1 });
 * const [, up] = predictForest(forest, Float32Array.of(4), 1);
 * assert(up! > 0.5);
 * ```
 */
export async function fitForest(
  set: TrainingSet,
  parameters: ForestParameters,
  options: FitControl & { readonly seed: number; readonly workers?: number },
): Promise<Forest> {
  checkTrainingSet(set);
  checkParameters(set, parameters);
  options.signal?.throwIfAborted();
  const { trees } = parameters;
  const isSmall = set.rows * trees < SMALL_FOREST;
  const threads = isSmall ? 1 : Math.min(options.workers ?? navigator.hardwareConcurrency, trees);
  if (threads === 1) {
    const task = createTask(set, parameters, options.seed, false);
    return joinTrees(await growTreesHere(task, trees, options), set);
  }
  using workers = startForestWorkers(threads);
  const task = createTask(set, parameters, options.seed, true);
  return joinTrees(await workers.growTrees(task, trees, options), set);
}

function createTask(
  set: TrainingSet,
  parameters: ForestParameters,
  seed: number,
  isShared: boolean,
): ForestTask {
  const bytes = set.rows * Float64Array.BYTES_PER_ELEMENT;
  const weights = new Float64Array(
    isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes),
  );
  rowWeights(set, parameters.classWeights, weights);
  return {
    binned: binColumns(set, parameters.maxBins, isShared),
    weights,
    rowFraction: parameters.rowFraction,
    limits: {
      maxDepth: parameters.maxDepth ?? Infinity,
      minLeafWeightFraction: parameters.minLeafWeightFraction,
      minLeafRows: parameters.minLeafRows,
      columnsPerSplit: columnsPerSplit(parameters.columnsPerSplit, set.columns),
    },
    seed,
  };
}

function columnsPerSplit(wanted: ForestParameters["columnsPerSplit"], columns: number): number {
  if (wanted === "all") return columns;
  return wanted === "sqrt" ? Math.floor(Math.sqrt(columns)) : wanted;
}

function checkParameters(set: TrainingSet, parameters: ForestParameters): void {
  const check = (isRight: boolean, rule: string, current: unknown): void => {
    if (!isRight) {
      throw new RangeError(`Cannot fit a forest as ${rule}: current value is ${current}`);
    }
  };
  const { columnsPerSplit, classWeights } = parameters;
  check(set.classCount <= MAX_CLASSES, `it tells ${MAX_CLASSES} classes apart`, set.classCount);
  check(
    typeof columnsPerSplit === "string" || columnsPerSplit <= set.columns,
    `a split looks at ${set.columns} columns at most`,
    columnsPerSplit,
  );
  check(
    typeof classWeights === "string" || classWeights.length === set.classCount,
    `there are ${set.classCount} class weights`,
    typeof classWeights === "string" ? classWeights : classWeights.length,
  );
}

/** Lays the trees one after the other and averages their importances. */
function joinTrees(trees: readonly FlatTree[], set: TrainingSet): Forest {
  const { columns: features, classCount: classes } = set;
  const roots = new Int32Array(trees.length);
  let nodes = 0;
  trees.forEach((tree, t) => {
    roots[t] = nodes;
    nodes += tree.feature.length;
  });
  const feature = new Int32Array(nodes), threshold = new Float32Array(nodes);
  const left = new Int32Array(nodes), right = new Int32Array(nodes);
  const probability = new Float32Array(nodes * classes);
  trees.forEach((tree, t) => {
    const root = roots[t]!;
    feature.set(tree.feature, root);
    threshold.set(tree.threshold, root);
    probability.set(tree.probability, root * classes);
    tree.left.forEach((child, node) => {
      left[root + node] = child < 0 ? -1 : root + child;
      right[root + node] = child < 0 ? -1 : root + child + 1;
    });
  });
  const impurityImportance = meanImportance(trees.map((tree) => tree.importance), features);
  return {
    kind: "forest",
    features,
    classes,
    roots,
    feature,
    threshold,
    left,
    right,
    probability,
    impurityImportance,
  };
}

/** Every tree with a split counts alike; the mean is scaled to sum 1. */
function meanImportance(trees: readonly Float64Array[], features: number): Float64Array {
  const mean = new Float64Array(features);
  for (const importance of trees) {
    const share = scaledToOne(importance);
    for (let column = 0; column < features; column++) mean[column]! += share[column]!;
  }
  return scaledToOne(mean);
}

function scaledToOne(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map((value) => value / sum) : values;
}
