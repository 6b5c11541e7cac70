import { throws as assertThrows } from "node:assert/strict";
import {
  type ReferenceParts,
  referenceProbabilities,
} from "../../tests/fixtures/classifier_reference.ts";
import { awkwardOrNormal, randomForest } from "../../tests/fixtures/random_models.ts";
import type { Calibration, Scaler } from "./classifier.ts";
import type { Logistic } from "./logistic/logistic_model.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createRandom, type Random } from "../core/random.ts";
import { exportClassifier } from "./export_classifier.ts";
import { createSession, type OnnxEngine } from "../onnx/session.ts";

const ENGINES: readonly OnnxEngine[] = ["native", "wasm"];
const ROWS = 20_000;
const FEATURES = 6;
const TOLERANCE = 1e-6;

/** Rows that often hit a threshold of the forest exactly. */
function randomRows(random: Random, thresholds: Float32Array): Float32Array {
  return Float32Array.from(
    { length: ROWS * FEATURES },
    () =>
      random.uniform() < 0.2
        ? thresholds[random.integer(thresholds.length)]!
        : awkwardOrNormal(random),
  );
}

const random = createRandom(11);
const forest = randomForest(random, { features: FEATURES, classes: 3, trees: 40, depth: 6 });
const logistic: Logistic = {
  kind: "logistic",
  features: FEATURES,
  classes: 3,
  weights: Float32Array.from({ length: FEATURES * 3 }, () => random.normal()),
  intercepts: Float32Array.of(0.3, -0.2, 0.1),
};
const scaler: Scaler = {
  center: Float32Array.from({ length: FEATURES }, () => random.normal()),
  scale: Float32Array.from({ length: FEATURES }, () => 0.1 + random.uniform()),
  clip: 5,
};
const platt: Calibration = {
  method: "platt",
  slope: [1.7, -0.4, 5],
  intercept: [0.3, -0.5, -2],
};
const isotonic: Calibration = {
  method: "isotonic",
  x: [[0.1, 0.4, 0.8], [0.5], [0.25, 0.75]],
  y: [[0, 0.6, 1], [0], [0, 0.5]],
};
const none: Calibration = { method: "none" };

const CASES: readonly (readonly [string, ReferenceParts])[] = [
  ["forest", { model: forest, scaler: null, calibration: none }],
  ["forest of one leaf", {
    model: randomForest(random, { features: FEATURES, classes: 3, trees: 1, depth: 0 }),
    scaler: null,
    calibration: none,
  }],
  ["forest of 300 trees", {
    model: randomForest(random, { features: FEATURES, classes: 3, trees: 300, depth: 3 }),
    scaler: null,
    calibration: none,
  }],
  ["forest of two classes", {
    model: randomForest(random, { features: FEATURES, classes: 2, trees: 12, depth: 5 }),
    scaler: null,
    calibration: none,
  }],
  ["forest with Platt scaling", { model: forest, scaler: null, calibration: platt }],
  ["forest with isotonic calibration", { model: forest, scaler: null, calibration: isotonic }],
  ["logistic", { model: logistic, scaler: null, calibration: none }],
  ["logistic with scaler and Platt scaling", { model: logistic, scaler, calibration: platt }],
  ["logistic with scaler and isotonic calibration", {
    model: logistic,
    scaler,
    calibration: isotonic,
  }],
];

// Loading the WebAssembly build leaves one message port open; here no test is charged with it.
await (await createSession(exportClassifier({ ...CASES[0]![1], metadata: {} }), { engine: "wasm" }))
  .dispose();

for (const [name, parts] of CASES) {
  Deno.test(`exportClassifier() keeps the arithmetic of a ${name} on both engines`, async () => {
    const values = randomRows(createRandom(5), forest.threshold);
    const expected = new Float32Array(ROWS * parts.model.classes);
    for (let row = 0; row < ROWS; row++) {
      const x = values.subarray(row * FEATURES, (row + 1) * FEATURES);
      expected.set(referenceProbabilities(parts, x), row * parts.model.classes);
    }
    const onnx = exportClassifier({ ...parts, metadata: { name } });
    const results = await Promise.all(ENGINES.map((engine) => runWhole(onnx, engine, values)));
    for (const actual of results) assert(furthest(actual, expected) <= TOLERANCE);
    assert(furthest(results[0]!, results[1]!) <= TOLERANCE);
  });
}

async function runWhole(onnx: Uint8Array, engine: OnnxEngine, values: Float32Array) {
  const session = await createSession(onnx, { engine });
  const result = await session.run(values, ROWS);
  await session.dispose();
  return result;
}

function furthest(a: Float32Array, b: Float32Array): number {
  assertEquals(a.length, b.length);
  return a.reduce((most, value, i) => {
    const distance = Math.abs(value - b[i]!);
    return Number.isNaN(distance) ? Infinity : Math.max(most, distance);
  }, 0);
}

Deno.test("exportClassifier() writes the same bytes for the same parts", () => {
  const parts = { model: logistic, scaler, calibration: platt };
  const first = exportClassifier({ ...parts, metadata: { name: "a", columns: "[]" } });
  const second = exportClassifier({ ...parts, metadata: { columns: "[]", name: "a" } });
  assertEquals(first, second);
});

Deno.test("exportClassifier() refuses parts of different width", () => {
  const wide: Scaler = { ...scaler, center: new Float32Array(7), scale: new Float32Array(7) };
  const short: Calibration = { method: "platt", slope: [1, 1], intercept: [0, 0] };
  const brief: Calibration = { method: "isotonic", x: [[0.5], [0.5]], y: [[1], [1]] };
  const refused: readonly ReferenceParts[] = [
    { model: forest, scaler: wide, calibration: none },
    { model: logistic, scaler: null, calibration: short },
    { model: logistic, scaler: null, calibration: brief },
    { model: { ...forest, features: 5 }, scaler, calibration: none },
    { model: { ...logistic, intercepts: new Float32Array(2) }, scaler, calibration: none },
  ];
  for (const parts of refused) {
    assertThrows(() => exportClassifier({ ...parts, metadata: {} }), RangeError);
  }
});
