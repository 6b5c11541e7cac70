import { throws as assertThrows } from "node:assert/strict";
import type { Forest } from "./forest_model.ts";
import type { InferenceSession } from "../../onnx/inference_session.ts";
import { exportClassifier } from "../export_classifier.ts";
import { createSession } from "../../onnx/session.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { DEFAULT_FOREST } from "./parameters.ts";
import { fitForest } from "./forest.ts";
import { predictForest } from "./predict.ts";
import { openFirstWasmSession } from "../../../tests/fixtures/first_wasm_session.ts";

await openFirstWasmSession();

/** Two stumps by hand: column 0 at 1, column 1 at -2. */
const STUMPS: Forest = {
  kind: "forest",
  features: 2,
  classes: 2,
  roots: Int32Array.of(0, 3),
  feature: Int32Array.of(0, -1, -1, 1, -1, -1),
  threshold: Float32Array.of(1, 0, 0, -2, 0, 0),
  left: Int32Array.of(1, -1, -1, 4, -1, -1),
  right: Int32Array.of(2, -1, -1, 5, -1, -1),
  probability: Float32Array.of(0, 0, 1, 0, 0.5, 0.5, 0, 0, 0, 1, 0.75, 0.25),
  impurityImportance: new Float64Array(2),
};

function openExported(model: Forest): Promise<InferenceSession> {
  const calibration = { method: "none" } as const;
  const onnx = exportClassifier({ model, scaler: null, calibration, metadata: {} });
  return createSession(onnx, { engine: "wasm" });
}

// Loading the WebAssembly build leaves one message port open; here no test is charged with it.
await (await openExported(STUMPS)).dispose();

Deno.test("predictForest() averages the leaves; a value on the threshold goes left", () => {
  const rows = Float32Array.of(1, -2, 1.5, -2, 1, 0, 2, 0);
  const expected = Float32Array.of(0.5, 0.5, 0.25, 0.75, 0.875, 0.125, 0.625, 0.375);
  assertEquals(predictForest(STUMPS, rows, 4), expected);
  assertEquals(predictForest(STUMPS, new Float32Array(0), 0), new Float32Array(0));
});

Deno.test("predictForest() refuses rows of another width", () => {
  assertThrows(() => predictForest(STUMPS, new Float32Array(3), 1), RangeError);
});

Deno.test("predictForest() agrees with ONNX Runtime on the rows a forest grew from", async () => {
  const random = createRandom(4);
  const rows = 3_000, columns = 5;
  // Few distinct values: many rows lie beside a threshold.
  const values = Float32Array.from(
    { length: rows * columns },
    (_, i) => i % columns < 2 ? random.integer(9) / 10 : random.normal(),
  );
  const classes = Int8Array.from({ length: rows }, (_, row) => {
    return random.uniform() < 0.3 ? random.integer(3) : values[row * columns]! > 0.4 ? 2 : 0;
  });
  const set = { rows, columns, values, classes, classCount: 3 };
  const parameters = { ...DEFAULT_FOREST, trees: 50, minLeafWeightFraction: 0 };
  const forest = await fitForest(set, parameters, { seed: 2, workers: 1 });
  const session = await openExported(forest);
  const theirs = await session.run(values, rows);
  const ours = predictForest(forest, values, rows);
  const worst = ours.reduce((most, p, i) => Math.max(most, Math.abs(p - theirs[i]!)), 0);
  await session.dispose();
  assert(worst <= 1e-6, `${worst}`);
});
