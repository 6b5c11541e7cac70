import { throws as assertThrows } from "node:assert/strict";
import type { Calibration } from "../classifier.ts";
import { InputError } from "../../core/errors.ts";
import { exportClassifier } from "../export_classifier.ts";
import { createSession } from "../../onnx/session.ts";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { applyCalibration, CALIBRATION_METHODS, fitCalibration } from "./calibration.ts";
import { CLASSES, PROBABILITIES, WEIGHTS } from "../../../tests/fixtures/calibration_sample.ts";
import { classificationMetrics } from "../../training/classification_metrics.ts";
import { sigmoid } from "./logistic_line.ts";

const ROWS = 4_000;

/** Three-class probabilities and outcomes drawn from their square roots: too extreme by 2. */
function overconfidentWorld() {
  const random = createRandom(17);
  const probabilities = new Float32Array(ROWS * 3);
  const classes = new Int8Array(ROWS);
  for (let row = 0; row < ROWS; row++) {
    const truth = normalise([0, 1, 2].map(() => Math.exp(random.normal())));
    const draw = random.uniform();
    classes[row] = draw < truth[0]! ? 0 : draw < truth[0]! + truth[1]! ? 1 : 2;
    probabilities.set(normalise(truth.map((p) => p * p)), row * 3);
  }
  return { probabilities, classes };
}

function normalise(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}

function platt(weights?: Float64Array) {
  const calibration = fitCalibration("platt", PROBABILITIES, CLASSES, weights);
  assert(calibration.method === "platt");
  return calibration;
}

Deno.test("fitCalibration() finds scikit-learn's Platt parameters", () => {
  // scikit-learn 1.9.1, _sigmoid_calibration(logit(p), classes); its slope has the other sign.
  const plain = platt();
  assertClose(plain.slope[1]!, 0.9907187946271114, 1e-4);
  assertClose(plain.intercept[1]!, -1.204142014460793, 1e-4);
  // The same with sample weights of mean 1.
  const weighted = platt(WEIGHTS);
  assertClose(weighted.slope[1]!, 1.1282859348931997, 1e-4);
  assertClose(weighted.intercept[1]!, -1.4044578434713084, 1e-4);
});

Deno.test("fitCalibration() takes weights by their ratios and drops rows of weight 0", () => {
  const scaled = platt(WEIGHTS.map((weight) => weight * 10));
  assertClose(scaled.slope[1]!, platt(WEIGHTS).slope[1]!, 1e-9);
  const padded = fitCalibration(
    "platt",
    Float32Array.of(...PROBABILITIES, 0.9, 0.1),
    Int8Array.of(...CLASSES, 1),
    Float64Array.of(...WEIGHTS, 0),
  );
  assertEquals(padded, platt(WEIGHTS));
});

Deno.test("fitCalibration() gives a class that never came the small chance of Platt's target", () => {
  const probabilities = Float32Array.of(0.6, 0.3, 0.1, 0.3, 0.6, 0.1, 0.5, 0.4, 0.1);
  const calibration = fitCalibration("platt", probabilities, Int8Array.of(0, 1, 0));
  assert(calibration.method === "platt");
  const logit = Math.log(0.1 / 0.9);
  assertClose(sigmoid(calibration.slope[2]! * logit + calibration.intercept[2]!), 1 / 5, 1e-6);
});

for (const method of ["platt", "isotonic"] as const) {
  Deno.test(`fitCalibration() by ${method} mends overconfident probabilities`, () => {
    const { probabilities, classes } = overconfidentWorld();
    const half = ROWS / 2;
    const calibration = fitCalibration(
      method,
      probabilities.subarray(0, half * 3),
      classes.subarray(0, half),
    );
    const raw = probabilities.subarray(half * 3);
    const before = classificationMetrics(raw, classes.subarray(half), 3);
    const mended = applyCalibration(calibration, raw, 3);
    const after = classificationMetrics(mended, classes.subarray(half), 3);
    assertClose(before.slope!, 0.5, 0.1);
    assertClose(after.slope!, 1, 0.15);
    assert(after.logLoss! < before.logLoss! && after.ece! < before.ece! / 2);
  });
}

Deno.test("fitCalibration() refuses isotonic on fewer than 1000 rows and says what to do", () => {
  assertThrows(
    () => fitCalibration("isotonic", PROBABILITIES, CLASSES),
    (error: unknown) => error instanceof InputError && /--calibration platt/.test(error.message),
  );
});

Deno.test("fitCalibration() refuses arrays that do not fit", () => {
  const none = new Float64Array(CLASSES.length);
  assertThrows(() => fitCalibration("platt", new Float32Array(), new Int8Array()), RangeError);
  assertThrows(() => fitCalibration("platt", new Float32Array(5), new Int8Array(2)), RangeError);
  assertThrows(() => fitCalibration("platt", PROBABILITIES, CLASSES, none), RangeError);
});

Deno.test("applyCalibration() makes a row whose curves are all 0 uniform", () => {
  const zero: Calibration = { method: "isotonic", x: [[0.5], [0.5]], y: [[0], [0]] };
  assertEquals(applyCalibration(zero, Float32Array.of(0.3, 0.7), 2), Float32Array.of(0.5, 0.5));
});

Deno.test("applyCalibration() does the arithmetic of the exported graph", async (t) => {
  const { probabilities, classes } = overconfidentWorld();
  const edges = Float32Array.of(0, 0, 1, 1, 0, 0, 1e-7, 0.5, 0.5, 1 / 3, 1 / 3, 1 / 3);
  for (const method of CALIBRATION_METHODS) {
    const calibration = fitCalibration(method, probabilities, classes);
    await t.step(method, async () => {
      for (const p of [probabilities, edges]) {
        const expected = applyCalibration(calibration, p, 3);
        const actual = await runGraph(calibration, p);
        expected.forEach((value, i) => assertClose(actual[i]!, value, 1e-6));
      }
    });
  }
});

/** Runs the calibration behind a model that passes its probabilities through: softmax(ln p). */
async function runGraph(calibration: Calibration, p: Float32Array): Promise<Float32Array> {
  const onnx = exportClassifier({
    model: {
      kind: "logistic",
      features: 3,
      classes: 3,
      weights: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
      intercepts: new Float32Array(3),
    },
    scaler: null,
    calibration,
    metadata: {},
  });
  const session = await createSession(onnx, { engine: "native" });
  const result = await session.run(
    p.map((value) => Math.log(Math.max(1e-30, value))),
    p.length / 3,
  );
  await session.dispose();
  return result;
}
