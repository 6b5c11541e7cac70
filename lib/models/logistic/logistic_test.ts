import { throws as assertThrows } from "node:assert/strict";
import type { TrainingSet } from "../classifier.ts";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { predictLogistic } from "./predict_logistic.ts";
import { DEFAULT_LOGISTIC } from "./parameters.ts";
import { fitLogistic } from "./logistic.ts";

/** 60 rows of 3 columns in [-1, 1) from multiples of irrational numbers, weights 1, 2, 3, 1, … */
function goldenSet(): TrainingSet {
  const rows = Array.from({ length: 60 }, (_, i) => i);
  const steps = [0.6180339887, 0.4142135623, 0.7320508075];
  const x = rows.map((i) => steps.map((step) => Math.fround(2 * (((i + 1) * step) % 1) - 1)));
  const score = rows.map((i) =>
    Math.fround(x[i]![0]! - Math.fround(0.8) * x[i]![1]!) + 0.5 * Math.sin(7 * i)
  );
  return {
    rows: 60,
    columns: 3,
    values: Float32Array.from(x.flat()),
    classes: Int8Array.from(score, (s) => s < -0.4 ? 0 : s < 0.35 ? 1 : 2),
    classCount: 3,
    weights: Float64Array.from(rows, (i) => 1 + i % 3),
  };
}

// scikit-learn 1.9.1 on `goldenSet()`:
// LogisticRegression(C=C, tol=1e-13, max_iter=100000).fit(x, y, sample_weight=w), coef_.T
const GOLDEN = [
  {
    l2: 1,
    weights: [
      [-2.2509085695658007, -0.33776003048641773, 2.588668600052218],
      [1.999559925483865, -0.18791445215729308, -1.8116454733265719],
      [-0.4554959101712339, -0.059083485699949395, 0.5145793958711835],
    ],
    intercepts: [-0.35890147932577526, 0.7628263545328849, -0.4039248752071089],
  },
  {
    l2: 0.1,
    weights: [
      [-3.828357786604156, -0.5603967862802051, 4.388754572884363],
      [3.2643062509319054, -0.10426513074817773, -3.1600411201837284],
      [-0.7182499549388802, -0.21912707815501584, 0.9373770330938959],
    ],
    intercepts: [-0.4876915628146795, 1.2750728629145842, -0.7873813000999094],
  },
];

Deno.test("fitLogistic() finds the coefficients that scikit-learn finds", () => {
  for (const { l2, weights, intercepts } of GOLDEN) {
    const model = fitLogistic(goldenSet(), { l2, maxIterations: 1_000, tolerance: 1e-10 });
    weights.flat().forEach((weight, i) => assertClose(model.weights[i]!, weight, 1e-6));
    intercepts.forEach((intercept, k) => assertClose(model.intercepts[k]!, intercept, 1e-6));
  }
});

Deno.test("fitLogistic() on two classes is the binary regression with half the penalty", () => {
  // scikit-learn 1.9.1, y == 2 against the rest, C = 1: coef_ and intercept_ of class 1.
  const coefficients = [3.0684674772474985, -1.9189328188583215, 0.6082225071399839];
  const set = goldenSet();
  const binary = { ...set, classes: set.classes.map((k) => k === 2 ? 1 : 0), classCount: 2 };
  const model = fitLogistic(binary, { l2: 2, maxIterations: 1_000, tolerance: 1e-10 });
  coefficients.forEach((coefficient, column) => {
    const [down, up] = model.weights.subarray(2 * column);
    assertClose(up! - down!, coefficient, 1e-6);
  });
  assertClose(model.intercepts[1]! - model.intercepts[0]!, -1.452810380405835, 1e-6);
});

Deno.test("fitLogistic() without columns that help predicts the class shares", () => {
  const set: TrainingSet = {
    rows: 4,
    columns: 1,
    values: new Float32Array(4),
    classes: Int8Array.of(0, 1, 1, 2),
    classCount: 3,
    weights: Float64Array.of(1, 1, 1, 5),
  };
  const model = fitLogistic(set, DEFAULT_LOGISTIC);
  const p = predictLogistic(model, Float32Array.of(0), 1);
  [1 / 8, 2 / 8, 5 / 8].forEach((share, k) => assertClose(p[k]!, share, 1e-6));
});

Deno.test("fitLogistic() ends on separable rows without a penalty", () => {
  const set = goldenSet();
  const separable: TrainingSet = {
    ...set,
    classes: Int8Array.from({ length: 60 }, (_, row) => set.values[row * 3]! > 0 ? 1 : 0),
    classCount: 2,
  };
  const model = fitLogistic(separable, { l2: 0, maxIterations: 50, tolerance: 1e-7 });
  assert(model.weights.every(Number.isFinite));
});

Deno.test("fitLogistic() reports progress and stops when it is aborted", () => {
  const fractions: number[] = [];
  const onProgress = (fraction: number): unknown => fractions.push(fraction);
  fitLogistic(goldenSet(), DEFAULT_LOGISTIC, { onProgress });
  assertEquals(fractions[0], 0);
  assertEquals(fractions.at(-1), 1);
  const signal = AbortSignal.abort(new Error("enough"));
  assertThrows(() => fitLogistic(goldenSet(), DEFAULT_LOGISTIC, { signal }), /enough/);
});

Deno.test("fitLogistic() refuses sets and parameters out of range", () => {
  const set = goldenSet();
  const nan = { ...set, values: set.values.with(4, NaN) };
  assertThrows(() => fitLogistic(nan, DEFAULT_LOGISTIC), /NaN in row 1, column 1/);
  for (const wrong of [{ l2: -1 }, { maxIterations: 0 }, { tolerance: 0 }, { l2: NaN }]) {
    assertThrows(() => fitLogistic(set, { ...DEFAULT_LOGISTIC, ...wrong }), RangeError);
  }
});
