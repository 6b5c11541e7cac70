import type { Forest } from "./forest_model.ts";
import type { Attribute, GraphBuilder, Value } from "../../onnx/mod.ts";

/**
 * Adds a forest as one `TreeEnsembleClassifier`: the mean over the trees of the class distribution
 * of the leaf that a row reaches.
 *
 * The input is widened to float64 because the runtime then also adds up the leaves in float64;
 * thresholds stay exact, and hundreds of trees do not add up rounding errors.
 *
 * @param features float32 `[rows, forest.features]`
 * @returns float32 `[rows, forest.classes]`
 */
export function addForest(graph: GraphBuilder, features: Value, forest: Forest): Value {
  if (features.shape[1] !== forest.features) {
    throw new RangeError(
      `Cannot add a forest as it reads ${forest.features} columns: current value is ${
        features.shape[1]
      } columns`,
    );
  }
  const [, probabilities] = graph.operation({
    operator: "TreeEnsembleClassifier",
    domain: "ai.onnx.ml",
    inputs: [graph.cast(features, "float64")],
    attributes: {
      classlabels_int64s: ints(Array.from({ length: forest.classes }, (_, k) => k)),
      post_transform: { kind: "string", value: "NONE" },
      ...nodeAttributes(forest),
      ...leafAttributes(forest),
    },
    outputs: [
      { type: "int64", shape: ["rows"] },
      { type: "float32", shape: ["rows", forest.classes] },
    ],
  });
  return probabilities!;
}

/** One entry per node; nodes are numbered from 0 inside their tree. */
function nodeAttributes(forest: Forest): Record<string, Attribute> {
  const nodes = forest.feature.length;
  const tree = treeOfNode(forest);
  const local = (node: number): number => node - forest.roots[tree[node]!]!;
  const isLeaf = (node: number): boolean => forest.feature[node]! < 0;
  const perNode = (value: (node: number) => number): Int32Array =>
    Int32Array.from({ length: nodes }, (_, node) => value(node));

  return {
    nodes_treeids: ints(tree),
    nodes_nodeids: ints(perNode(local)),
    nodes_featureids: ints(perNode((node) => Math.max(0, forest.feature[node]!))),
    nodes_values_as_tensor: { kind: "tensor", value: Float64Array.from(forest.threshold) },
    nodes_modes: {
      kind: "strings",
      value: Array.from({ length: nodes }, (_, node) => isLeaf(node) ? "LEAF" : "BRANCH_LEQ"),
    },
    nodes_truenodeids: ints(
      perNode((node) => isLeaf(node) ? 0 : local(forest.left[node]!)),
    ),
    nodes_falsenodeids: ints(
      perNode((node) => isLeaf(node) ? 0 : local(forest.right[node]!)),
    ),
  };
}

/** One entry per leaf and class: what the leaf adds to the class, probability / trees. */
function leafAttributes(forest: Forest): Record<string, Attribute> {
  const tree = treeOfNode(forest);
  const trees: number[] = [], nodes: number[] = [], classes: number[] = [], weights: number[] = [];
  for (let node = 0; node < forest.feature.length; node++) {
    if (forest.feature[node]! >= 0) continue;
    for (let k = 0; k < forest.classes; k++) {
      const probability = forest.probability[node * forest.classes + k]!;
      // Pure leaves make most weights 0. With two classes all stay: a runtime that sees weights
      // for one class only takes the model for a binary one that stores p and means 1 - p.
      if (probability === 0 && forest.classes > 2) continue;
      trees.push(tree[node]!);
      nodes.push(node - forest.roots[tree[node]!]!);
      classes.push(k);
      weights.push(probability / forest.roots.length);
    }
  }
  return {
    class_treeids: ints(trees),
    class_nodeids: ints(nodes),
    class_ids: ints(classes),
    class_weights_as_tensor: { kind: "tensor", value: Float64Array.from(weights) },
  };
}

function treeOfNode(forest: Forest): Int32Array {
  const tree = new Int32Array(forest.feature.length);
  forest.roots.forEach((root, t) => tree.fill(t, root));
  return tree;
}

function ints(value: ArrayLike<number>): Attribute {
  return { kind: "ints", value };
}
