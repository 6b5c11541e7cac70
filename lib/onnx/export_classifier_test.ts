import type { Calibration, Classifier, Forest, Scaler } from "../domain/classifier.ts";
import { assert, assertEquals } from "../utils/assert.ts";
import { throws as assertThrows } from "node:assert/strict";
import { createRandom, type Random } from "../utils/random.ts";
import { exportClassifier } from "./export_classifier.ts";
import { createSession, type Engine } from "./session.ts";

const ENGINES: readonly Engine[] = ["native", "wasm"];
const ROWS = 20_000;
const FEATURES = 6;
const TOLERANCE = 1e-6;

/** Values that float comparisons trip over. */
const AWKWARD = [0, -0, 1e-45, -1e-45, 1.1754944e-38, 3.4028235e38, -3.4028235e38, 1, 16777216];

/** A random full binary forest; every third threshold is an awkward value. */
function randomForest(random: Random, trees: number, depth: number, classes: number): Forest {
  const roots: number[] = [], feature: number[] = [], threshold: number[] = [];
  const left: number[] = [], right: number[] = [], probability: number[] = [];
  const grow = (levels: number): number => {
    const node = feature.length;
    const isLeaf = levels === 0 || random.uniform() < 0.15;
    const weights = Array.from({ length: classes }, () => isLeaf ? random.uniform() : 0);
    if (isLeaf && random.uniform() < 0.5) weights.fill(0).fill(1, 0, 1);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    feature.push(isLeaf ? -1 : random.integer(FEATURES));
    threshold.push(isLeaf ? 0 : awkwardOrNormal(random));
    probability.push(...weights.map((weight) => isLeaf ? weight / total : 0));
    left.push(-1);
    right.push(-1);
    if (!isLeaf) {
      left[node] = grow(levels - 1);
      right[node] = grow(levels - 1);
    }
    return node;
  };
  for (let t = 0; t < trees; t++) roots.push(grow(depth));
  return {
    kind: "forest",
    features: FEATURES,
    classes,
    roots: Int32Array.from(roots),
    feature: Int32Array.from(feature),
    threshold: Float32Array.from(threshold),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    probability: Float32Array.from(probability),
    impurityImportance: new Float64Array(FEATURES),
  };
}

function awkwardOrNormal(random: Random): number {
  return random.uniform() < 1 / 3
    ? AWKWARD[random.integer(AWKWARD.length)]!
    : Math.fround(random.normal());
}

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

/** What the graph must compute, from the definitions in the domain types, in float64. */
function reference(parts: Parts, row: Float32Array): number[] {
  const { model, scaler, calibration } = parts;
  const x = scaler === null
    ? row
    : row.map((value, c) =>
      Math.min(scaler.clip, Math.max(-scaler.clip, (value - scaler.center[c]!) / scaler.scale[c]!))
    );
  return calibrate(calibration, predict(model, x).map(Math.fround));
}

function predict(model: Classifier, x: Float32Array): number[] {
  const classes = Array.from({ length: model.classes }, (_, k) => k);
  if (model.kind === "logistic") {
    const logits = classes.map((k) =>
      x.reduce((sum, value, c) => sum + value * model.weights[c * model.classes + k]!, 0) +
      model.intercepts[k]!
    );
    const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
    return powers.map((power) => power / powers.reduce((a, b) => a + b));
  }
  const leaves = Array.from(model.roots, (root) => {
    let node = root;
    while (model.feature[node]! >= 0) {
      const isLeft = x[model.feature[node]!]! <= model.threshold[node]!;
      node = isLeft ? model.left[node]! : model.right[node]!;
    }
    return node;
  });
  return classes.map((k) =>
    leaves.reduce((sum, leaf) => sum + model.probability[leaf * model.classes + k]!, 0) /
    leaves.length
  );
}

function calibrate(calibration: Calibration, p: number[]): number[] {
  if (calibration.method === "none") return p;
  const curve = p.map((value, k) => {
    if (calibration.method === "platt") {
      const inside = Math.min(1 - 1e-6, Math.max(1e-6, value));
      const logit = Math.log(inside / (1 - inside));
      return 1 / (1 + Math.exp(-(calibration.slope[k]! * logit + calibration.intercept[k]!)));
    }
    const x = calibration.x[k]!, y = calibration.y[k]!;
    const next = x.findIndex((knot) => knot > value);
    if (next === 0) return y[0]!;
    if (next < 0) return y.at(-1)!;
    const share = (value - x[next - 1]!) / (x[next]! - x[next - 1]!);
    return y[next - 1]! + share * (y[next]! - y[next - 1]!);
  });
  const sum = curve.reduce((a, b) => a + b);
  return curve.map((value) => sum > 0 ? value / sum : 1 / p.length);
}

interface Parts {
  readonly model: Classifier;
  readonly scaler: Scaler | null;
  readonly calibration: Calibration;
}

const random = createRandom(11);
const forest = randomForest(random, 40, 6, 3);
const logistic: Classifier = {
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

const CASES: readonly (readonly [string, Parts])[] = [
  ["forest", { model: forest, scaler: null, calibration: none }],
  ["forest of one leaf", { model: randomForest(random, 1, 0, 3), scaler: null, calibration: none }],
  ["forest of 300 trees", {
    model: randomForest(random, 300, 3, 3),
    scaler: null,
    calibration: none,
  }],
  ["forest of two classes", {
    model: randomForest(random, 12, 5, 2),
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
      expected.set(reference(parts, x), row * parts.model.classes);
    }
    const onnx = exportClassifier({ ...parts, metadata: { name } });
    const results = await Promise.all(ENGINES.map((engine) => runWhole(onnx, engine, values)));
    for (const actual of results) assert(furthest(actual, expected) <= TOLERANCE);
    assert(furthest(results[0]!, results[1]!) <= TOLERANCE);
  });
}

async function runWhole(onnx: Uint8Array, engine: Engine, values: Float32Array) {
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
  const refused: readonly Parts[] = [
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
