import { rejects as assertRejects, throws as assertThrows } from "node:assert/strict";
import type { Forest } from "./forest_model.ts";
import type { TrainingSet } from "../classifier.ts";
import { InputError } from "../../core/errors.ts";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { sha256Hex } from "../../core/sha256.ts";
import { DEFAULT_FOREST, type ForestParameters } from "./parameters.ts";
import { fitForest } from "./forest.ts";
import { parseForestParameters } from "./parameters.ts";
import { predictForest } from "./predict.ts";

const SMALL: ForestParameters = {
  ...DEFAULT_FOREST,
  trees: 20,
  minLeafWeightFraction: 0,
  classWeights: "none",
};

/** Class 1 where column 0 is above 0; the other columns are noise. */
function planted(rows: number, columns: number, seed: number): TrainingSet {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: rows * columns }, () => random.normal());
  return {
    rows,
    columns,
    values,
    classes: Int8Array.from({ length: rows }, (_, row) => values[row * columns]! > 0 ? 1 : 0),
    classCount: 2,
  };
}

/** Three classes that one column decides, with half of the rows drawn at random. */
function noisy(rows: number, columns: number, seed: number): TrainingSet {
  const set = planted(rows, columns, seed);
  const random = createRandom(seed + 1);
  const classes = set.classes.map((k) => random.uniform() < 0.5 ? random.integer(3) : 2 * k);
  const weights = Float64Array.from({ length: rows }, () => 0.5 + random.uniform());
  return { ...set, classes, classCount: 3, weights };
}

function accuracy(forest: Forest, set: TrainingSet): number {
  const probabilities = predictForest(forest, set.values, set.rows);
  let right = 0;
  for (let row = 0; row < set.rows; row++) {
    const p = probabilities.subarray(row * set.classCount, (row + 1) * set.classCount);
    if (p.indexOf(Math.max(...p)) === set.classes[row]) right++;
  }
  return right / set.rows;
}

function leavesOf(forest: Forest): number[] {
  return [...forest.feature.keys()].filter((node) => forest.feature[node]! < 0);
}

function depthOf(forest: Forest, node: number): number {
  if (forest.feature[node]! < 0) return 0;
  return 1 + Math.max(depthOf(forest, forest.left[node]!), depthOf(forest, forest.right[node]!));
}

Deno.test("fitForest() separates what one column separates and finds that column", async () => {
  const forest = await fitForest(planted(1_000, 5, 1), SMALL, { seed: 3 });
  assert(accuracy(forest, planted(1_000, 5, 2)) > 0.98);
  assertClose(forest.impurityImportance.reduce((a, b) => a + b), 1, 1e-12);
  assertEquals(forest.impurityImportance.indexOf(Math.max(...forest.impurityImportance)), 0);
  assert(forest.impurityImportance[0]! > 0.7);
});

Deno.test("fitForest() gives the same bytes for 1, 2 and 3 workers", async () => {
  const set = noisy(9_000, 6, 5);
  const parameters = { ...SMALL, trees: 60, minLeafRows: 20 };
  const fit = async (seed: number, workers: number): Promise<string> => {
    const { kind: _, features: __, classes: ___, ...arrays } = await fitForest(set, parameters, {
      seed,
      workers,
    });
    const hashes = Object.values(arrays).map(({ buffer }) => sha256Hex(new Uint8Array(buffer)));
    return (await Promise.all(hashes)).join();
  };
  const expected = await fit(9, 1);
  assertEquals(await fit(9, 2), expected);
  assertEquals(await fit(9, 3), expected);
  assert(await fit(10, 2) !== expected);
});

Deno.test("fitForest() writes trees that hang together, with leaves that sum to 1", async () => {
  const forest = await fitForest(noisy(500, 4, 1), SMALL, { seed: 1 });
  const parents = new Int32Array(forest.feature.length);
  forest.feature.forEach((column, node) => {
    const p = forest.probability.subarray(node * 3, node * 3 + 3);
    assertClose(p.reduce((a, b) => a + b), column < 0 ? 1 : 0, 1e-6);
    if (column < 0) {
      assertEquals([forest.left[node], forest.right[node], forest.threshold[node]], [-1, -1, 0]);
      return;
    }
    parents[forest.left[node]!]!++;
    parents[forest.right[node]!]!++;
  });
  forest.roots.forEach((root) => parents[root]!++);
  assert(parents.every((count) => count === 1));
});

Deno.test("fitForest() keeps to the depth, leaf and bin limits", async () => {
  const set = noisy(2_000, 4, 2);
  const shallow = await fitForest(set, { ...SMALL, maxDepth: 3 }, { seed: 1 });
  assertEquals(Math.max(...Array.from(shallow.roots, (root) => depthOf(shallow, root))), 3);

  const heavy = await fitForest(set, { ...SMALL, minLeafWeightFraction: 0.1 }, { seed: 1 });
  assert(leavesOf(heavy).length <= 10 * SMALL.trees);

  const wide = await fitForest(set, { ...SMALL, minLeafRows: 100 }, { seed: 1 });
  assert(leavesOf(wide).length <= 14 * SMALL.trees);

  const coarse = await fitForest(set, { ...SMALL, maxBins: 2 }, { seed: 1 });
  assert(leavesOf(coarse).length <= 2 ** 4 * SMALL.trees);
});

Deno.test("fitForest() raises the probability of a class with its weight", async () => {
  const set = noisy(1_000, 2, 4);
  const rare: TrainingSet = { ...set, classes: set.classes.map((k, row) => row % 10 ? 0 : k) };
  const meanOf = async (classWeights: ForestParameters["classWeights"]): Promise<number> => {
    const parameters = { ...SMALL, maxDepth: 3, classWeights };
    const forest = await fitForest(rare, parameters, { seed: 1 });
    const p = predictForest(forest, rare.values, rare.rows);
    return 1 - p.filter((_, i) => i % 3 === 0).reduce((a, b) => a + b) / rare.rows;
  };
  const plain = await meanOf("none"), balanced = await meanOf("balanced");
  assert(plain < 0.15, `${plain}`);
  assert(balanced > 0.5, `${balanced}`);
  assertEquals(await meanOf([1, 1, 1]), plain);
});

Deno.test("fitForest() ignores rows of weight 0", async () => {
  const set = planted(300, 3, 1);
  const weights = Float64Array.from({ length: 300 }, (_, row) => row < 200 ? 1 : 0);
  const wrong = set.classes.map((k, row) => row < 200 ? k : 1 - k);
  const forest = await fitForest({ ...set, classes: wrong, weights }, SMALL, { seed: 1 });
  assert(accuracy(forest, planted(500, 3, 2)) > 0.95);
});

Deno.test("fitForest() makes single leaves of one class or of constant columns", async () => {
  const oneClass: TrainingSet = { ...planted(50, 2, 1), classes: new Int8Array(50).fill(1) };
  const forest = await fitForest(oneClass, SMALL, { seed: 1 });
  assertEquals(forest.feature.length, SMALL.trees);
  assertEquals(predictForest(forest, Float32Array.of(0, 0), 1), Float32Array.of(0, 1));
  assertEquals(forest.impurityImportance, new Float64Array(2));

  const constant: TrainingSet = { ...planted(50, 2, 1), values: new Float32Array(100).fill(7) };
  assertEquals((await fitForest(constant, SMALL, { seed: 1 })).feature.length, SMALL.trees);
});

Deno.test("fitForest() looks past constant columns for one that varies", async () => {
  const set = planted(400, 9, 1);
  const values = set.values.map((value, i) => i % 9 === 0 ? value : 1);
  const forest = await fitForest({ ...set, values }, SMALL, { seed: 1 });
  assertEquals(forest.impurityImportance[0], 1);
});

Deno.test("fitForest() stops when it is aborted, in this thread and in workers", async () => {
  const set = noisy(6_000, 5, 1);
  for (const workers of [1, 2]) {
    const controller = new AbortController();
    const fractions: number[] = [];
    const onProgress = (fraction: number): void => {
      fractions.push(fraction);
      if (fractions.length === 3) controller.abort(new Error("enough"));
    };
    const { signal } = controller;
    await assertRejects(
      fitForest(set, { ...SMALL, trees: 200 }, { seed: 1, workers, signal, onProgress }),
      /enough/,
    );
    assert(fractions.length < 50, `${fractions.length} trees were grown`);
    assertEquals(fractions[0], 1 / 200);
  }
});

Deno.test("fitForest() passes on what the progress callback throws", async () => {
  const set = noisy(6_000, 5, 1);
  const onProgress = (): void => {
    throw new Error("no terminal");
  };
  for (const workers of [1, 2]) {
    await assertRejects(
      fitForest(set, { ...SMALL, trees: 100 }, { seed: 1, workers, onProgress }),
      /no terminal/,
    );
  }
});

Deno.test("fitForest() refuses sets and parameters out of range", async () => {
  const set = planted(20, 2, 1);
  const refuse = (wrong: Partial<TrainingSet>, message: RegExp): Promise<void> =>
    assertRejects(fitForest({ ...set, ...wrong }, SMALL, { seed: 1 }), message);
  await refuse({ values: set.values.with(5, NaN) }, /NaN in row 2, column 1/);
  await refuse({ values: set.values.with(0, -Infinity) }, /-Infinity in row 0, column 0/);
  await refuse({ values: new Float32Array(3) }, /there are 40 values: current value is 3/);
  await refuse({ classes: set.classes.with(3, 2) }, /2 in row 3/);
  await refuse({ classCount: 5 }, /tells 4 classes apart: current value is 5/);
  await refuse({ weights: new Float64Array(20) }, /some weight is positive/);
  await refuse({ weights: new Float64Array(20).fill(-1) }, /-1 in row 0/);
  await refuse({ rows: 0 }, /has rows and columns/);
  await assertRejects(fitForest(set, { ...SMALL, columnsPerSplit: 3 }, { seed: 1 }), RangeError);
  await assertRejects(fitForest(set, { ...SMALL, classWeights: [1] }, { seed: 1 }), RangeError);
});

Deno.test("parseForestParameters() fills in defaults and says what is wrong", () => {
  assertEquals(parseForestParameters({}), DEFAULT_FOREST);
  assertEquals(parseForestParameters({ maxDepth: null, columnsPerSplit: 3 }).columnsPerSplit, 3);
  for (const wrong of [{ trees: 0 }, { maxBins: 257 }, { rowFraction: 0 }, { depth: 3 }, null]) {
    assertThrows(() => parseForestParameters(wrong), InputError);
  }
});
