import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { assert, assertEquals } from "../../tests/assert.ts";
import {
  combinatorialPurged,
  holdoutSplit,
  pathsOf,
  purgedWalkForward,
  type SplitLabels,
} from "./folds.ts";

/** Labels of `rows` rows that look `horizon` rows ahead; the last ones are unlabelled. */
function labelsOf(rows: number, horizon: number, length = rows + horizon): SplitLabels {
  const start = Int32Array.from({ length }, (_, row) => row);
  return {
    classes: Int8Array.from(start, (row) => row < rows ? 1 : -1),
    start,
    end: start.map((row) => row < rows ? row + horizon : row),
  };
}

Deno.test("combinatorialPurged() reproduces skfolio's docstring (docs/methods.md#purging-and-stacking)", () => {
  const folds = combinatorialPurged(labelsOf(12, 1), { groups: 3, testGroups: 2, embargoBars: 0 });
  assertEquals(folds.map(({ train }) => [...train]), [[9, 10, 11], [5, 6], [0, 1, 2]]);
  assertEquals([...folds[1]!.test], [0, 1, 2, 3, 8, 9, 10, 11]);
});

Deno.test("combinatorialPurged() and pathsOf() have the counts of docs/methods.md#purging-and-stacking", () => {
  const counts: readonly [number, number, number, number][] = [
    [6, 2, 15, 5],
    [10, 2, 45, 9],
    [10, 8, 45, 36],
    [12, 3, 220, 55],
  ];
  for (const [groups, testGroups, splits, paths] of counts) {
    const folds = combinatorialPurged(labelsOf(60, 1), { groups, testGroups, embargoBars: 0 });
    assertEquals(folds.length, splits);
    const found = pathsOf(folds);
    assertEquals(found.length, paths);
    for (const path of found) {
      assertEquals(path.length, groups);
      path.forEach((fold, group) => assert(folds[fold]!.testGroups.includes(group)));
    }
    // No prediction serves two paths.
    const used = found.flatMap((path) => path.map((fold, group) => `${fold} ${group}`));
    assertEquals(new Set(used).size, splits * testGroups);
  }
});

Deno.test("combinatorialPurged() keeps an embargo after each test group, not before", () => {
  const folds = combinatorialPurged(labelsOf(12, 1), { groups: 3, testGroups: 1, embargoBars: 2 });
  assertEquals([...folds[0]!.train], [7, 8, 9, 10, 11]);
  assertEquals([...folds[1]!.train], [0, 1, 2, 11]);
});

Deno.test("purgedWalkForward() trains on the past only, clear of each test block", () => {
  fc.assert(fc.property(
    fc.record({
      rows: fc.integer({ min: 60, max: 200 }),
      horizon: fc.integer({ min: 1, max: 6 }),
      folds: fc.integer({ min: 1, max: 5 }),
      embargoBars: fc.integer({ min: 0, max: 3 }),
      firstRow: fc.integer({ min: 0, max: 5 }),
    }),
    ({ rows, horizon, folds, embargoBars, firstRow }) => {
      const labels = labelsOf(rows, horizon);
      const made = purgedWalkForward(labels, { folds, embargoBars, firstRow });
      assertEquals(made.length, folds);
      const tested = made.flatMap(({ test }) => [...test]);
      const first = tested[0]!;
      assertEquals(tested, Array.from({ length: rows - first }, (_, i) => first + i));
      for (const { train, test } of made) {
        assertEquals(train[0], firstRow);
        // The last row kept is the last whose label ends clear of the test.
        assertEquals(train.at(-1)! + horizon + embargoBars, test[0]! - 1);
      }
    },
  ));
});

Deno.test("purgedWalkForward() can keep a window of fixed length", () => {
  const options = { folds: 3, embargoBars: 0, rollingRows: 10 };
  const folds = purgedWalkForward(labelsOf(80, 1), options);
  assertEquals(folds.map(({ train }) => [train[0], train.at(-1)]), [[9, 18], [29, 38], [49, 58]]);
});

Deno.test("purgedWalkForward() skips unlabelled rows", () => {
  const labels = labelsOf(40, 1);
  labels.classes[3] = -1;
  labels.classes[30] = -1;
  const [fold] = purgedWalkForward(labels, { folds: 1, embargoBars: 0 });
  assert(!fold!.train.includes(3) && !fold!.test.includes(30));
});

Deno.test("purgedWalkForward() refuses folds that nothing is left to train on", () => {
  assertThrows(
    () => purgedWalkForward(labelsOf(12, 8), { folds: 5, embargoBars: 0 }),
    { name: "InputError", message: /^Cannot make fold 1 of 5: it has 0 rows to train on/ },
  );
  assertThrows(
    () => purgedWalkForward(labelsOf(60, 1), { folds: 2, embargoBars: 0, minimumTrainRows: 30 }),
    { name: "InputError", message: /19 rows to train on after the purge \(30 needed\)/ },
  );
  assertThrows(() => purgedWalkForward(labelsOf(9, 1), { folds: 0, embargoBars: 0 }), RangeError);
  assertThrows(
    () => combinatorialPurged(labelsOf(9, 1), { groups: 3, testGroups: 3, embargoBars: 0 }),
    RangeError,
  );
  assertThrows(
    () => combinatorialPurged(labelsOf(3, 1), { groups: 6, testGroups: 2, embargoBars: 0 }),
    { name: "InputError" },
  );
});

Deno.test("holdoutSplit() keeps the newest rows apart from what reaches into them", () => {
  const rows = Int32Array.from({ length: 20 }, (_, row) => row);
  const { earlier, later } = holdoutSplit(labelsOf(20, 2), rows, 0.25, 1);
  assertEquals([...later], [15, 16, 17, 18, 19]);
  assertEquals(earlier.at(-1), 11);
  assertThrows(() => holdoutSplit(labelsOf(20, 18), rows, 0.25, 0), { name: "InputError" });
});
