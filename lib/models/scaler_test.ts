import { throws as assertThrows } from "node:assert/strict";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { exportClassifier } from "./export_classifier.ts";
import { createSession } from "../onnx/session.ts";
import { openFirstWasmSession } from "../../tests/fixtures/first_wasm_session.ts";
import { applyScaler, fitScaler, gatherRows } from "./scaler.ts";

await openFirstWasmSession();

const frame = {
  columns: ["a", "b"],
  rows: 6,
  values: Float32Array.of(1, 5, 2, 5, 3, 5, 4, 5, 1000, 5, 7, 5),
  firstValidRow: 0,
};
const rows = Int32Array.of(0, 1, 2, 3, 4, 5);

Deno.test("fitScaler() equals numpy's mean, std, median and percentiles", () => {
  // numpy of [1, 2, 3, 4, 1000, 7]: median 3.5, percentile 75 less 25 4.0, mean 169.5, std 371.416
  const robust = fitScaler(frame, rows, "robust");
  assertEquals([robust.center[0], robust.scale[0]], [3.5, 4]);
  const standard = fitScaler(frame, rows, "standard");
  assertClose(standard.center[0]!, 169.5, 1e-4);
  assertClose(standard.scale[0]!, 371.4156476689335, 1e-4);
});

Deno.test("fitScaler() reads the given rows only and never scales by zero", () => {
  const scaler = fitScaler(frame, Int32Array.of(0, 2), "robust");
  assertEquals([...scaler.center], [2, 5]);
  assertEquals([...scaler.scale], [1, 1]);
  assertThrows(() => fitScaler(frame, new Int32Array(), "robust"), RangeError);
});

Deno.test("applyScaler() clips, and leaves values alone for method none", () => {
  const scaled = applyScaler(fitScaler(frame, rows, "robust"), frame.values, 6);
  assertEquals([scaled[0], scaled[8], scaled[1]], [-0.625, 5, 0]);
  assertEquals(applyScaler(fitScaler(frame, rows, "none"), frame.values, 6), frame.values);
  assertThrows(() => applyScaler(fitScaler(frame, rows, "none"), frame.values, 5), RangeError);
});

Deno.test("gatherRows() copies rows in the order asked for", () => {
  assertEquals(gatherRows(frame, Int32Array.of(5, 1)), Float32Array.of(7, 5, 2, 5));
});

Deno.test("applyScaler() computes what the exported graph computes", async () => {
  const random = createRandom(3);
  const width = 4, count = 500;
  const values = Float32Array.from({ length: count * width }, () => random.normal() * 3);
  const all = Int32Array.from({ length: count }, (_, row) => row);
  const columns = ["a", "b", "c", "d"];
  const scaler = fitScaler({ columns, rows: count, values, firstValidRow: 0 }, all, "standard", 2);
  // One class each: its score is the scaled column itself, which softmax makes comparable.
  const weights = Float32Array.from({ length: width * width }, (_, i) => i % 5 === 0 ? 1 : 0);
  const onnx = exportClassifier({
    model: {
      kind: "logistic",
      features: width,
      classes: width,
      weights,
      intercepts: new Float32Array(width),
    },
    scaler,
    calibration: { method: "none" },
    metadata: {},
  });
  const session = await createSession(onnx, { engine: "wasm" });
  const probabilities = await session.run(values, count);
  await session.dispose();
  const scaled = applyScaler(scaler, values, count);
  for (let row = 0; row < count; row++) {
    const scores = scaled.subarray(row * width, (row + 1) * width);
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    scores.forEach((score, column) =>
      assertClose(probabilities[row * width + column]!, Math.exp(score) / total, 1e-7)
    );
  }
  assert(scaled.some((value) => value === 2) && scaled.some((value) => value === -2));
});
