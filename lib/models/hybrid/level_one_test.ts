import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { DEFAULT_FOREST } from "../forest/parameters.ts";
import { fitForest } from "../forest/forest.ts";
import { predictForest } from "../forest/predict.ts";
import { gatherRows } from "../scaler.ts";
import { noisyInput, TINY_HYBRID } from "../../../tests/fixtures/hybrid_fixture.ts";
import { forestSet } from "./level_two.ts";
import { fitLevelOne, outOfFoldProbabilities } from "./level_one.ts";
import { stackingFolds } from "./stacking_folds.ts";

Deno.test("stackingFolds() tests every row once and learns from none that reaches into tested labels", () => {
  const settings = fc.record({
    horizons: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 60, maxLength: 120 }),
    skipped: fc.integer({ min: 1, max: 7 }),
    folds: fc.integer({ min: 2, max: 5 }),
    window: fc.integer({ min: 1, max: 8 }),
    embargoBars: fc.integer({ min: 0, max: 10 }),
  });
  fc.assert(fc.property(settings, ({ horizons, skipped, folds: count, window, embargoBars }) => {
    const start = Int32Array.from(horizons, (_, row) => row);
    const end = Int32Array.from(horizons, (horizon, row) => row + horizon);
    const rows = start.filter((row) => row % 7 !== skipped);
    const labels = { classes: new Int8Array(horizons.length), start, end };
    const folds = stackingFolds({ rows, labels, window, embargoBars }, count);
    assertEquals(folds.flatMap(({ test }) => [...test]), [...rows]);
    for (const { train, test } of folds) {
      const testEnd = Math.max(...test.map((row) => end[row]!));
      for (const row of train) {
        assert(rows.includes(row));
        const isBefore = end[row]! < test[0]!;
        const isAfter = row - Math.max(window - 1, embargoBars) > testEnd;
        assert(isBefore || isAfter, `row ${row} reaches into ${test[0]} … ${testEnd}`);
      }
    }
  }));
});

Deno.test("fitLevelOne() gives a block probabilities that do not depend on what is in or around the block", async () => {
  const whole = noisyInput(240, (value, row) => value(row, 0) > 0 ? 1 : 0);
  const input = { ...whole, rows: whole.rows.subarray(3) };
  const { labels, frame } = input;
  const parameters = { ...TINY_HYBRID, network: { ...TINY_HYBRID.network, maximumEpochs: 1 } };
  // The middle one of three blocks: rows 82 to 160, with labels up to row 162.
  const fit = async (changed: Partial<typeof input>) => {
    const { probabilities } = await fitLevelOne({ ...input, ...changed }, parameters, { seed: 1 });
    return probabilities.slice(79 * 2, 158 * 2);
  };
  const expected = await fit({});

  // Labels that meet those of the block, and those of rows whose windows do.
  const classes = labels.classes.map((k, row) => row >= 80 && row <= 165 ? 1 - k : k);
  assertEquals(await fit({ labels: { ...labels, classes } }), expected);

  // Rows after the block's last window and before the first window that is learnt from.
  const values = frame.values.map((value, i) => i >= 2 * 161 && i < 2 * 163 ? 50 - value : value);
  assertEquals(await fit({ frame: { ...frame, values } }), expected);

  const others = labels.classes.map((k, row) => row === 166 || row === 79 ? 1 - k : k);
  const changed = await fit({ labels: { ...labels, classes: others } });
  assert(changed.some((value, i) => value !== expected[i]));
});

/**
 * Chance that a row of class 1 has the higher probability of class 1; its standard error below no
 * edge.
 */
function areaUnderCurve(probabilities: Float32Array, classes: Int8Array) {
  const score = (row: number) => probabilities[2 * row + 1]!;
  const rows = [...classes.keys()];
  const ups = rows.filter((row) => classes[row] === 1),
    downs = rows.filter((row) => classes[row] === 0);
  let wins = 0;
  for (const up of ups) {
    for (const down of downs) {
      wins += score(up) > score(down) ? 1 : score(up) === score(down) ? 0.5 : 0;
    }
  }
  const pairs = ups.length * downs.length;
  return {
    area: wins / pairs,
    standardError: Math.sqrt((rows.length + 1) / (12 * pairs)),
  };
}

Deno.test("outOfFoldProbabilities() of shuffled labels are worth nothing, those of a leaky stack are", async () => {
  const random = createRandom(4);
  const input = noisyInput(600, () => random.integer(2));
  const { rows, frame, labels } = input;
  const honest = stackingFolds({ ...input, window: 1 }, 4);
  const leaky = honest.map(({ test }) => ({ train: rows, test }));
  const judge = async (folds: typeof honest) => {
    const parameters = { ...DEFAULT_FOREST, trees: 30, minLeafWeightFraction: 0 };
    const probabilities = await outOfFoldProbabilities(folds, rows, 2, async ({ train, test }) => {
      const forest = await fitForest(
        forestSet(input, train, gatherRows(frame, train)),
        parameters,
        { seed: 1 },
      );
      return predictForest(forest, gatherRows(frame, test), test.length);
    });
    const { area, standardError } = areaUnderCurve(probabilities, labels.classes);
    return (area - 0.5) / standardError;
  };
  const edge = await judge(honest), leak = await judge(leaky);
  assert(Math.abs(edge) < 3, `${edge} standard errors`);
  assert(leak > 3, `${leak} standard errors`);
});
