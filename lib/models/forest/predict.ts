import type { Forest, Logistic } from "../classifier.ts";

/** Rows that go through a tree before the next tree is fetched: few enough to stay in the cache. */
const BLOCK_ROWS = 16_384;

/**
 * Class probabilities of rows. Sums are made in float64 and rounded to float32 once, as in the
 * exported ONNX graph; the two agree within 1e-6.
 *
 * @param values row-major `[rows, model.features]`, finite
 * @returns `[rows, model.classes]`, each row summing to 1
 * @throws {RangeError} when `values` has the wrong length
 * @example
 * ```ts
 * import { predictProbabilities } from "./predict.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const model = {
 *   kind: "logistic" as const,
 *   features: 1,
 *   classes: 2,
 *   weights: Float32Array.of(0, 1),
 *   intercepts: Float32Array.of(0, 0),
 * };
 * assertEquals(predictProbabilities(model, Float32Array.of(0), 1), Float32Array.of(0.5, 0.5));
 * ```
 */
export function predictProbabilities(
  model: Forest | Logistic,
  values: Float32Array,
  rows: number,
): Float32Array {
  const expected = rows * model.features;
  if (values.length !== expected) {
    throw new RangeError(
      `Cannot predict as ${rows} rows of ${model.features} columns hold ${expected} values: ` +
        `current value is ${values.length}`,
    );
  }
  return model.kind === "forest"
    ? predictForest(model, values, rows)
    : predictLogistic(model, values, rows);
}

/** Tree by tree over blocks of rows, so that a tree is in the cache while many rows pass it. */
function predictForest(forest: Forest, values: Float32Array, rows: number): Float32Array {
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

/** softmax(row · weights + intercepts). */
function predictLogistic(model: Logistic, values: Float32Array, rows: number): Float32Array {
  const { features, classes, weights, intercepts } = model;
  const result = new Float32Array(rows * classes);
  const powers = new Float64Array(classes);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < classes; k++) {
      let logit = intercepts[k]!;
      for (let column = 0; column < features; column++) {
        logit += values[row * features + column]! * weights[column * classes + k]!;
      }
      powers[k] = logit;
    }
    const largest = powers.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += powers[k] = Math.exp(powers[k]! - largest);
    for (let k = 0; k < classes; k++) result[row * classes + k] = powers[k]! / sum;
  }
  return result;
}
