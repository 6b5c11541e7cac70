import { createRandom, mixSeed, type Random } from "../core/mod.ts";

/** Rows that a model was not fitted on. */
export interface HeldRows {
  /** Row-major `[steps, columns]`; a model with a window reads rows before the first one scored. */
  readonly values: Float32Array;
  /** Width of a row. */
  readonly columns: number;
  /** Class of each predicted row; -1 for a row that is not scored. */
  readonly classes: Int8Array;
}

/**
 * Permutation importance (Breiman 2001): the accuracy that a model loses on held-out rows when the
 * values of one column are shuffled over all rows, as a mean over `repeats` shuffles. About 0, and as
 * often below as above, for a column that the model does not need.
 *
 * @param predict class probabilities `[held.classes.length, classes]` of changed values
 * @param held every scored row counts alike
 * @returns `[columns]`, fractions of 1
 * @throws {RangeError} when `repeats` is below 1
 * @example
 * ```ts
 * import { permutationImportance } from "./importance.ts";
 * import { assert, assertEquals } from "../../tests/assert.ts";
 *
 * const bySign = (values: Float32Array) =>
 *   Float32Array.from({ length: 8 }, (_, i) => Number(values[i - i % 2]! > 0 === (i % 2 === 1)));
 * const [used, unused] = await permutationImportance(bySign, {
 *   columns: 2,
 *   values: Float32Array.of(-1, 5, -2, 6, 1, 7, 2, 8),
 *   classes: Int8Array.of(0, 0, 1, 1),
 * }, { seed: 1, repeats: 10 });
 * assert(used! > 0.1);
 * assertEquals(unused, 0);
 * ```
 */
export async function permutationImportance(
  predict: (values: Float32Array) => Float32Array | Promise<Float32Array>,
  held: HeldRows,
  options: { readonly seed: number; readonly repeats: number },
): Promise<Float64Array> {
  const { columns, classes } = held;
  const { seed, repeats } = options;
  if (!(Number.isInteger(repeats) && repeats >= 1)) {
    throw new RangeError(
      `Cannot rank columns as repeats is an integer of at least 1: current value is ${repeats}`,
    );
  }
  const steps = held.values.length / columns;
  const values = held.values.slice();
  const baseline = accuracy(await predict(values), classes);
  const importance = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const random = createRandom(mixSeed(seed, column));
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = shuffledRows(steps, random);
      for (let row = 0; row < steps; row++) {
        values[row * columns + column] = held.values[order[row]! * columns + column]!;
      }
      importance[column]! += (baseline - accuracy(await predict(values), classes)) / repeats;
    }
    for (let row = 0; row < steps; row++) {
      values[row * columns + column] = held.values[row * columns + column]!;
    }
  }
  return importance;
}

/** Share of scored rows whose most probable class is the right one; the first of equals counts. */
function accuracy(probabilities: Float32Array, classes: Int8Array): number {
  const classCount = probabilities.length / classes.length;
  let right = 0, scored = 0;
  for (let row = 0; row < classes.length; row++) {
    if (classes[row]! < 0) continue;
    let best = 0;
    for (let k = 1; k < classCount; k++) {
      if (probabilities[row * classCount + k]! > probabilities[row * classCount + best]!) best = k;
    }
    if (best === classes[row]) right++;
    scored++;
  }
  return right / scored;
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
