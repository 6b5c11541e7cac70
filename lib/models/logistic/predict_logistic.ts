import { requireWholeRows } from "../scaled_rows.ts";
import type { Logistic } from "./logistic_model.ts";

/**
 * Class probabilities of rows: softmax(row · weights + intercepts), in float64 and rounded to
 * float32 once, as in the exported ONNX graph; the two agree within 1e-6.
 *
 * @param values row-major `[rows, model.features]`, finite
 * @returns `[rows, model.classes]`, each row summing to 1
 * @throws {RangeError} when `values` has the wrong length
 * @example
 * ```ts
 * import { predictLogistic } from "./predict_logistic.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const model = {
 *   kind: "logistic" as const,
 *   features: 1,
 *   classes: 2,
 *   weights: Float32Array.of(0, 1),
 *   intercepts: Float32Array.of(0, 0),
 * };
 * assertEquals(predictLogistic(model, Float32Array.of(0), 1), Float32Array.of(0.5, 0.5));
 * ```
 */
export function predictLogistic(model: Logistic, values: Float32Array, rows: number): Float32Array {
  requireWholeRows(model, values, rows);
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
