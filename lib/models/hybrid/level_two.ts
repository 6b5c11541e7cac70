import type { TrainingSet } from "../classifier.ts";
import type { FeatureRows } from "../../features/mod.ts";
import { PROBABILITY_FLOOR } from "./export_hybrid.ts";
import { gatherRows } from "../scaler.ts";
import { gatherWeights } from "../../labels/mod.ts";
import type { HybridInput } from "./hybrid_input.ts";

/**
 * What a hybrid's forest reads: the feature row and behind it the network's log probabilities.
 *
 * @param probabilities `[rows.length, classes]`
 * @returns row-major `[rows.length, columns + classes]`
 */
export function forestRows(
  frame: FeatureRows,
  rows: Int32Array,
  probabilities: Float32Array,
): Float32Array {
  const columns = frame.columns.length;
  const classes = probabilities.length / rows.length;
  const width = columns + classes;
  const features = gatherRows(frame, rows);
  const joined = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    joined.set(features.subarray(i * columns, (i + 1) * columns), i * width);
    for (let k = 0; k < classes; k++) {
      const probability = Math.max(PROBABILITY_FLOOR, probabilities[i * classes + k]!);
      joined[i * width + columns + k] = Math.log(probability);
    }
  }
  return joined;
}

/**
 * Rows for a forest to learn from.
 *
 * @param values row-major `[rows.length, any number of columns]`
 */
export function forestSet(
  { labels, classCount, weights }: HybridInput,
  rows: Int32Array,
  values: Float32Array,
): TrainingSet {
  return {
    rows: rows.length,
    columns: values.length / rows.length,
    values,
    classes: Int8Array.from(rows, (row) => labels.classes[row]!),
    classCount,
    ...(weights === undefined ? {} : { weights: gatherWeights(weights, rows) }),
  };
}
