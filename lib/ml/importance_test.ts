import { throws as assertThrows } from "node:assert/strict";
import type { TrainingSet } from "../domain/classifier.ts";
import { assert, assertClose, assertEquals } from "../utils/assert.ts";
import { createRandom } from "../utils/random.ts";
import { DEFAULT_FOREST, fitForest } from "./forest/forest.ts";
import { permutationImportance } from "./importance.ts";

/** Column 0 decides nine classes of ten, column 1 is noise, column 2 is constant. */
function setOf(rows: number, seed: number): TrainingSet {
  const random = createRandom(seed);
  const values = new Float32Array(rows * 3);
  const classes = new Int8Array(rows);
  for (let row = 0; row < rows; row++) {
    values.set([random.normal(), random.normal(), 4], row * 3);
    const isUp = values[row * 3]! > 0 !== random.uniform() < 0.1;
    classes[row] = isUp ? 1 : 0;
  }
  return { rows, columns: 3, values, classes, classCount: 2 };
}

Deno.test("permutationImportance() finds the planted column and little in noise", async () => {
  const parameters = { ...DEFAULT_FOREST, trees: 60, minLeafWeightFraction: 0.05 };
  const forest = await fitForest(setOf(1_500, 1), parameters, { seed: 1 });
  const held = setOf(2_000, 2);
  const before = held.values.slice();
  const options = { seed: 5, repeats: 5 };
  const [planted, noise, constant] = permutationImportance(forest, held, options);
  // Shuffled, the column is right half of the time: 0.9 - 0.5.
  assertClose(planted!, 0.4, 0.04);
  assert(Math.abs(noise!) < 0.02, `${noise}`);
  assertEquals(constant, 0);
  assertEquals(held.values, before);
  assertEquals(permutationImportance(forest, held, options)[0], planted);
});

Deno.test("permutationImportance() refuses fewer than one repeat", async () => {
  const forest = await fitForest(setOf(50, 1), { ...DEFAULT_FOREST, trees: 2 }, { seed: 1 });
  assertThrows(
    () => permutationImportance(forest, setOf(10, 1), { seed: 1, repeats: 0 }),
    RangeError,
  );
});
