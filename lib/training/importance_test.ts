import { rejects as assertRejects } from "node:assert/strict";
import type { TrainingSet } from "../models/classifier.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { DEFAULT_FOREST } from "../models/forest/parameters.ts";
import { fitForest } from "../models/forest/forest.ts";
import { predictForest } from "../models/forest/predict.ts";
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
  const predict = (values: Float32Array) => predictForest(forest, values, held.rows);
  const [planted, noise, constant] = await permutationImportance(predict, held, options);
  // Shuffled, the column is right half of the time: 0.9 - 0.5.
  assertClose(planted!, 0.4, 0.04);
  assert(Math.abs(noise!) < 0.02, `${noise}`);
  assertEquals(constant, 0);
  assertEquals(held.values, before);
  assertEquals((await permutationImportance(predict, held, options))[0], planted);
});

Deno.test("permutationImportance() leaves out rows without a class", async () => {
  const held = {
    columns: 1,
    values: Float32Array.of(-1, 2, -3, 4),
    classes: Int8Array.of(0, 1, -1, 1),
  };
  const bySign = (values: Float32Array) =>
    Float32Array.from({ length: 8 }, (_, i) => Number(values[i >> 1]! > 0 === (i % 2 === 1)));
  const [importance] = await permutationImportance(bySign, held, { seed: 1, repeats: 200 });
  // Three scored rows, right from the start; shuffled, each is right half of the time.
  assertClose(importance!, 0.5, 0.1);
});

Deno.test("permutationImportance() refuses fewer than one repeat", async () => {
  await assertRejects(
    () => permutationImportance((values) => values, setOf(10, 1), { seed: 1, repeats: 0 }),
    RangeError,
  );
});
