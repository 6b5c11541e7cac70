import fc from "fast-check";
import type { TrainingSet } from "../classifier.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { binColumns } from "./bin_columns.ts";
import { createTreeGrower, cutBetween, type FlatTree, type GrowthLimits } from "./grow_tree.ts";

const UNLIMITED: GrowthLimits = {
  maxDepth: Infinity,
  minLeafWeightFraction: 0,
  minLeafRows: 1,
  columnsPerSplit: Infinity,
};

/** One tree without a bootstrap that looks at every column. */
function grow(set: TrainingSet, limits: Partial<GrowthLimits> = {}): FlatTree {
  const growTree = createTreeGrower(binColumns(set, 256, false), { ...UNLIMITED, ...limits });
  return growTree(set.weights ?? new Float64Array(set.rows).fill(1), createRandom(1));
}

function setOf(columns: readonly (readonly number[])[], classes: readonly number[]): TrainingSet {
  return {
    rows: classes.length,
    columns: columns.length,
    values: Float32Array.from(classes.flatMap((_, row) => columns.map((column) => column[row]!))),
    classes: Int8Array.from(classes),
    classCount: Math.max(2, ...classes.map((k) => k + 1)),
  };
}

Deno.test("createTreeGrower() cuts in the middle between the classes", () => {
  const tree = grow(setOf([[1, 2, 4, 5]], [0, 0, 1, 1]));
  assertEquals([...tree.feature], [0, -1, -1]);
  assertEquals([...tree.threshold], [3, 0, 0]);
  assertEquals([...tree.left], [1, -1, -1]);
  assertEquals([...tree.probability], [0, 0, 1, 0, 0, 1]);
  // 4 rows of Gini impurity 1/2 become pure.
  assertEquals([...tree.importance], [2]);
});

Deno.test("createTreeGrower() takes the cut of least weighted Gini impurity", () => {
  // By hand: cutting behind 1, 2, 3, 4 leaves impurity 5 · Gini = 2, 4/3, 4/3 + 1, 8/5 + …; the
  // best, 4/3 with two pure rows on the left, comes back as 12/5 - 4/3 of importance.
  const tree = grow(setOf([[1, 2, 3, 4, 5]], [0, 0, 1, 0, 1]), { maxDepth: 1 });
  assertEquals(tree.threshold[0], 2.5);
  assert(Math.abs(tree.importance[0]! - (12 / 5 - 4 / 3)) < 1e-12);
  assertEquals([...tree.probability.slice(2)], [1, 0, Math.fround(1 / 3), Math.fround(2 / 3)]);
});

Deno.test("createTreeGrower() splits further though the first cut gains nothing", () => {
  const tree = grow(setOf([[0, 0, 1, 1], [0, 1, 0, 1]], [0, 1, 1, 0]));
  assertEquals(tree.feature.filter((column) => column < 0).length, 4);
  assert([...tree.probability].every((p) => p === 0 || p === 1));
});

Deno.test("createTreeGrower() obeys the limits of a leaf", () => {
  const set = setOf([[1, 2, 3, 4, 5, 6]], [0, 1, 1, 1, 1, 1]);
  assertEquals(grow(set).threshold[0], 1.5);
  assertEquals(grow(set, { minLeafRows: 2 }).threshold[0], 2.5);
  assertEquals(grow(set, { minLeafRows: 4 }).feature.length, 1);
  assertEquals(grow(set, { minLeafWeightFraction: 0.5 }).threshold[0], 3.5);
  assertEquals(grow(set, { maxDepth: 0 }).feature.length, 1);
  const weights = Float64Array.of(5, 1, 1, 1, 1, 1);
  assertEquals(grow({ ...set, weights }, { minLeafWeightFraction: 0.5 }).threshold[0], 1.5);
});

Deno.test("createTreeGrower() treats 0 and -0 as equal", () => {
  const tree = grow(setOf([[0, -0, 0, -0, 1]], [0, 1, 0, 1, 1]), { maxDepth: 1 });
  assertEquals(tree.threshold[0], 0.5);
});

const rows = fc.array(
  fc.record({
    x: fc.tuple(
      fc.integer({ min: -4, max: 4 }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
    ),
    k: fc.integer({ min: 0, max: 2 }),
    weight: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 40 },
).filter((all) => all.some((row) => row.weight > 0));

function setOfRows(all: readonly { x: readonly number[]; k: number }[]): TrainingSet {
  const columns = [0, 1].map((column) => all.map((row) => row.x[column]!));
  return { ...setOf(columns, all.map((row) => row.k)), classCount: 3 };
}

Deno.test("createTreeGrower() grows the same tree for a weight of n and for n equal rows", () => {
  fc.assert(fc.property(rows, (all) => {
    const weighted = {
      ...setOfRows(all),
      weights: Float64Array.from(all, (row) => row.weight),
    };
    const repeated = setOfRows(all.flatMap((row) => Array<typeof row>(row.weight).fill(row)));
    // Bins of absent rows must not matter either.
    assertEquals(grow(weighted), grow(repeated));
  }));
});

Deno.test("createTreeGrower() gives each training row the distribution of its equals", () => {
  fc.assert(fc.property(rows, (all) => {
    const set = setOfRows(all);
    const tree = grow(set);
    all.forEach((row) => {
      let node = 0;
      while (tree.feature[node]! >= 0) {
        const isLeft = Math.fround(row.x[tree.feature[node]!]!) <= tree.threshold[node]!;
        node = tree.left[node]! + (isLeft ? 0 : 1);
      }
      const equals = all.filter(({ x }) => x[0] === row.x[0] && x[1] === row.x[1]);
      const share = equals.filter(({ k }) => k === row.k).length / equals.length;
      assertEquals(tree.probability[node * 3 + row.k], Math.fround(share));
    });
  }));
});

Deno.test("cutBetween() always separates two neighbours", () => {
  const float = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(float, float, (a, b) => {
    fc.pre(a !== b);
    const low = Math.min(a, b), high = Math.max(a, b);
    const cut = cutBetween(low, high);
    assert(low <= cut && cut < high);
    assertEquals(Math.fround(cut), cut);
  }));
  // Neighbouring floats have no middle.
  assertEquals(cutBetween(1, 1 + 2 ** -23), 1);
});
