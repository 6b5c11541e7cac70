import type { Classifier, TrainingSet } from "../domain/classifier.ts";
import { createRandom, mixSeed, type Random } from "../utils/random.ts";
import { predictProbabilities } from "./forest/predict.ts";

/**
 * Permutation importance (Breiman 2001): the accuracy that a model loses on held-out rows when the
 * values of one column are shuffled, as a mean over `repeats` shuffles. About 0, and as often below
 * as above, for a column that the model does not need.
 *
 * @param set rows that the model was not fitted on; every row counts alike
 * @returns `[columns]`, fractions of 1
 * @throws {RangeError} when `repeats` is below 1
 * @example
 * ```ts
 * import { permutationImportance } from "./importance.ts";
 * import { assert, assertEquals } from "../utils/assert.ts";
 *
 * const sign = {
 *   kind: "logistic" as const,
 *   features: 2,
 *   classes: 2,
 *   weights: Float32Array.of(-1, 1, 0, 0),
 *   intercepts: Float32Array.of(0, 0),
 * };
 * const [used, unused] = permutationImportance(sign, {
 *   rows: 4,
 *   columns: 2,
 *   values: Float32Array.of(-1, 5, -2, 6, 1, 7, 2, 8),
 *   classes: Int8Array.of(0, 0, 1, 1),
 *   classCount: 2,
 * }, { seed: 1, repeats: 10 });
 * assert(used! > 0.1);
 * assertEquals(unused, 0);
 * ```
 */
export function permutationImportance(
  model: Classifier,
  set: TrainingSet,
  options: { readonly seed: number; readonly repeats: number },
): Float64Array {
  const { rows, columns } = set;
  const { seed, repeats } = options;
  if (!(Number.isInteger(repeats) && repeats >= 1)) {
    throw new RangeError(
      `Cannot rank columns as repeats is an integer of at least 1: current value is ${repeats}`,
    );
  }
  const values = set.values.slice();
  const baseline = accuracy(model, set, values);
  const importance = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const random = createRandom(mixSeed(seed, column));
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = shuffledRows(rows, random);
      for (let row = 0; row < rows; row++) {
        values[row * columns + column] = set.values[order[row]! * columns + column]!;
      }
      importance[column]! += (baseline - accuracy(model, set, values)) / repeats;
    }
    for (let row = 0; row < rows; row++) {
      values[row * columns + column] = set.values[row * columns + column]!;
    }
  }
  return importance;
}

/** Share of rows whose most probable class is the right one; the first of equals counts. */
function accuracy(model: Classifier, set: TrainingSet, values: Float32Array): number {
  const probabilities = predictProbabilities(model, values, set.rows);
  const { classes } = model;
  let right = 0;
  for (let row = 0; row < set.rows; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (probabilities[row * classes + k]! > probabilities[row * classes + best]!) best = k;
    }
    if (best === set.classes[row]) right++;
  }
  return right / set.rows;
}

/** Fisher-Yates. */
function shuffledRows(rows: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  for (let row = rows - 1; row > 0; row--) {
    const other = random.integer(row + 1);
    const held = order[row]!;
    order[row] = order[other]!;
    order[other] = held;
  }
  return order;
}
