import { rejects as assertRejects, throws as assertThrows } from "node:assert/strict";
import { InputError } from "../../core/errors.ts";
import { openTensorflow, tf } from "../../tensor/tensorflow.ts";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { classificationMetrics } from "../../training/classification_metrics.ts";
import { fitForest } from "../forest/forest.ts";
import { predictForest } from "../forest/predict.ts";
import { memoryCheckpoint } from "../../../tests/fixtures/network_fixture.ts";
import { gatherRows } from "../scaler.ts";
import { referenceProbabilities } from "../../../tests/fixtures/classifier_reference.ts";
import { fitHybrid } from "./fit_hybrid.ts";
import { noisyInput, TINY_HYBRID } from "../../../tests/fixtures/hybrid_fixture.ts";
import { DEFAULT_HYBRID, parseHybridParameters } from "./parameters.ts";
import { forestSet } from "./level_two.ts";
import { predictHybrid, predictScaled } from "./predict_hybrid.ts";

await openTensorflow();

const range = (begin: number, end: number) =>
  Int32Array.from({ length: end - begin }, (_, i) => begin + i);

Deno.test("fitHybrid() is better than its parts where each sees what the other cannot", async () => {
  // The second column decides outside its middle, the first column's path inside it.
  const input = noisyInput(1_500, (value, row) => {
    const now = value(row, 1);
    if (Math.abs(now) > 0.7) return Math.abs(now) > 1.3 ? 0 : 1;
    return value(row, 0) + value(row - 1, 0) + value(row - 2, 0) > 0 ? 1 : 0;
  });
  const network = { ...TINY_HYBRID.network, maximumEpochs: 8 };
  const learnt = { ...input, rows: range(0, 1_100) }, scored = range(1_110, 1_490);
  const parameters = { ...TINY_HYBRID, network };
  const { model, remarks, curves, stopped } = await fitHybrid(learnt, parameters, { seed: 1 });
  const classes = Int8Array.from(scored, (row) => input.labels.classes[row]!);
  const lossOf = (probabilities: Float32Array) =>
    classificationMetrics(probabilities, classes, 2).logLoss!;
  const rowsOf = (rows: Int32Array) => gatherRows(input.frame, rows);
  const alone = await fitForest(
    forestSet(learnt, learnt.rows, rowsOf(learnt.rows)),
    parameters.forest,
    { seed: 1 },
  );
  const stack = lossOf(await predictHybrid(model, input.frame, scored));
  const forest = lossOf(predictForest(alone, rowsOf(scored), scored.length));
  const lstm = lossOf(await predictScaled(model, input.frame, scored));
  assert(stack < lstm - 0.02, `${stack}, network ${lstm}`);
  assert(stack < forest - 0.02, `${stack}, forest ${forest}`);
  assertEquals(remarks, []);
  assertEquals([curves.length, stopped.length], [1, 1]);
  assertEquals([model.features, model.forest.features, model.classes], [2, 4, 2]);
});

Deno.test("predictHybrid() gives what the definition of a hybrid says", async () => {
  const input = noisyInput(300, (value, row) => value(row, 0) > 0 ? 1 : 0);
  const { model } = await fitHybrid(input, TINY_HYBRID, { seed: 1 });
  const rows = Int32Array.of(3, 77, 299);
  const actual = await predictHybrid(model, input.frame, rows);
  rows.forEach((row, i) => {
    const window = input.frame.values.subarray((row - 3) * 2, (row + 1) * 2);
    const parts = { model, scaler: null, calibration: { method: "none" } as const };
    const expected = referenceProbabilities(parts, window);
    expected.forEach((value, k) => assertClose(actual[2 * i + k]!, value, 1e-6));
  });
});

Deno.test("fitHybrid() interrupted in any of its networks goes on to the same bytes", async () => {
  const input = noisyInput(240, (value, row) => value(row, 0) > 0 ? 1 : 0);
  const before = tf.memory().numTensors;
  const expected = await fitHybrid(input, TINY_HYBRID, { seed: 2 });
  const kept = new Map<string, ReturnType<typeof memoryCheckpoint>>();
  const checkpoints = (name: string) => {
    kept.set(name, kept.get(name) ?? memoryCheckpoint());
    return kept.get(name)!;
  };
  for (const stop of [0.1, 0.4, 0.8, 0.95]) {
    const controller = new AbortController();
    const onProgress = (fraction: number) => {
      if (fraction >= stop) controller.abort(new Error("interrupted"));
    };
    const control = { seed: 2, checkpoints, onProgress, signal: controller.signal };
    await assertRejects(fitHybrid(input, TINY_HYBRID, control), /interrupted/);
  }
  const fractions: number[] = [];
  const onProgress = (fraction: number) => fractions.push(fraction);
  assertEquals(await fitHybrid(input, TINY_HYBRID, { seed: 2, checkpoints, onProgress }), expected);
  assertEquals([...kept.keys()], [
    "stacking fold 1",
    "stacking fold 2",
    "stacking fold 3",
    "network",
  ]);
  assertClose(fractions.at(-1)!, 1, 1e-12);
  assert(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0)));
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("fitHybrid() and parseHybridParameters() say what is wrong", async () => {
  const input = noisyInput(240, () => 0);
  await assertRejects(
    fitHybrid(input, { ...TINY_HYBRID, stackingFolds: 1 }, { seed: 1 }),
    { name: "RangeError", message: /2 to 10 stacking folds: current value is 1$/ },
  );
  await assertRejects(
    fitHybrid({ ...input, rows: range(0, 5) }, TINY_HYBRID, { seed: 1 }),
    InputError,
  );
  assertEquals(parseHybridParameters({}), DEFAULT_HYBRID);
  assertEquals(parseHybridParameters({ forest: { trees: 7 } }).forest.trees, 7);
  const wrong = [{ stackingFolds: 11 }, { folds: 3 }, { network: { window: 0 } }, {
    forest: { a: 1 },
  }];
  for (const json of wrong) assertThrows(() => parseHybridParameters(json), InputError);
});
