import { requireWholeRows } from "../scaled_rows.ts";
import type { Forest } from "./forest_model.ts";

/** Rows that go through a tree before the next tree is fetched: few enough to stay in the cache. */
const BLOCK_ROWS = 16_384;

/**
 * Class probabilities of rows: the mean of the leaves they reach. Sums are made in float64 and
 * rounded to float32 once, as in the exported ONNX graph; the two agree within 1e-6. Trees pass
 * over blocks of rows, so that a tree is in the cache while many rows go through it.
 *
 * @param values row-major `[rows, forest.features]`, finite
 * @returns `[rows, forest.classes]`, each row summing to 1
 * @throws {RangeError} when `values` has the wrong length
 */
export function predictForest(forest: Forest, values: Float32Array, rows: number): Float32Array {
  requireWholeRows(forest, values, rows);
  const { features, classes, roots, feature, threshold, left, right, probability } = forest;
  const result = new Float32Array(rows * classes);
  const sums = new Float64Array(Math.min(rows, BLOCK_ROWS) * classes);
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - first);
    sums.fill(0);
    for (const root of roots) {
      for (let i = 0; i < count; i++) {
        const row = (first + i) * features;
        let node = root;
        for (let column = feature[node]!; column >= 0; column = feature[node]!) {
          node = values[row + column]! <= threshold[node]! ? left[node]! : right[node]!;
        }
        for (let k = 0; k < classes; k++) {
          sums[i * classes + k]! += probability[node * classes + k]!;
        }
      }
    }
    for (let i = 0; i < count * classes; i++) {
      result[first * classes + i] = sums[i]! / roots.length;
    }
  }
  return result;
}
