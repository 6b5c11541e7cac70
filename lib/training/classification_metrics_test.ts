import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { CLASSES, PROBABILITIES, WEIGHTS } from "../../tests/fixtures/calibration_sample.ts";
import { classificationMetrics, reliabilityBins } from "./classification_metrics.ts";
import { sigmoid } from "../models/calibration/logistic_line.ts";

Deno.test("classificationMetrics() agrees with scikit-learn", () => {
  // scikit-learn 1.9.1: accuracy_score, log_loss, the sum over classes of brier_score_loss, and
  // LogisticRegression(C=inf) of the class on logit(p).
  const metrics = classificationMetrics(PROBABILITIES, CLASSES, 2);
  assertClose(metrics.accuracy!, 0.625, 1e-12);
  assertClose(metrics.logLoss!, 0.5997219637538435, 1e-6);
  assertClose(metrics.brier!, 0.41536666895995583, 1e-6);
  assertClose(metrics.slope!, 1.34526625, 1e-5);
  assertClose(metrics.intercept!, -1.50727158, 1e-5);
  assertClose(
    classificationMetrics(PROBABILITIES, CLASSES, 2, WEIGHTS).logLoss!,
    0.5657215823291523,
    1e-6,
  );
});

Deno.test("classificationMetrics() finds a known logistic world calibrated", () => {
  const random = createRandom(8);
  const rows = 20_000;
  const probabilities = new Float32Array(rows * 2);
  const classes = new Int8Array(rows);
  for (let row = 0; row < rows; row++) {
    const p = sigmoid(1.2 * random.normal() - 0.4);
    classes[row] = random.uniform() < p ? 1 : 0;
    probabilities.set([1 - p, p], row * 2);
  }
  const metrics = classificationMetrics(probabilities, classes, 2);
  assertClose(metrics.slope!, 1, 0.1);
  assertClose(metrics.intercept!, 0, 0.05);
  assert(metrics.ece! < 0.015 && metrics.logLoss! < metrics.baseRateLogLoss!);
});

Deno.test("classificationMetrics() counts a row of weight 2 as two rows", () => {
  const twice = Array.from(WEIGHTS, (weight, row) => Array<number>(weight).fill(row)).flat();
  const repeated = classificationMetrics(
    Float32Array.from(twice.flatMap((row) => [...PROBABILITIES.subarray(2 * row, 2 * row + 2)])),
    Int8Array.from(twice, (row) => CLASSES[row]!),
    2,
  );
  const weighted = classificationMetrics(PROBABILITIES, CLASSES, 2, WEIGHTS);
  for (const [name, value] of Object.entries(weighted)) {
    assertClose(value!, repeated[name as keyof typeof repeated]!, 1e-9);
  }
});

Deno.test("classificationMetrics() leaves undefined what the rows do not define", () => {
  const empty = classificationMetrics(new Float32Array(), new Int8Array(), 3);
  assert(Object.values(empty).every((value) => value === null));
  const constant = classificationMetrics(Float32Array.of(.4, .6, .4, .6), Int8Array.of(0, 1), 2);
  assertEquals([constant.slope, constant.intercept], [null, null]);
  const oneClass = classificationMetrics(Float32Array.of(.4, .6, .3, .7), Int8Array.of(1, 1), 2);
  assertEquals([oneClass.slope, oneClass.accuracy, oneClass.baseRateAccuracy], [null, 1, 1]);
  const separated = classificationMetrics(Float32Array.of(.6, .4, .4, .6), Int8Array.of(0, 1), 2);
  assertEquals(separated.slope, null);
  const wrong = classificationMetrics(Float32Array.of(1, 0), Int8Array.of(1), 2);
  assertClose(wrong.logLoss!, 23 * Math.LN2, 1e-9);
});

Deno.test("classificationMetrics() does not depend on the order of rows", () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 1 })), {
    minLength: 2,
    maxLength: 60,
  });
  const score = (pairs: readonly (readonly [number, number])[]) =>
    classificationMetrics(
      Float32Array.from(pairs.flatMap(([p]) => [1 - p / 20, p / 20])),
      Int8Array.from(pairs, ([, label]) => label),
      2,
    );
  fc.assert(fc.property(rows, (pairs) => {
    assertClose(score(pairs).ece!, score(pairs.toReversed()).ece!, 1e-9);
  }));
});

Deno.test("reliabilityBins() has the Wilson intervals of Newcombe 1998, table I", () => {
  // Statistics in Medicine 17, 857-872, method 3: 81/263, 15/148, 0/20, 1/29.
  const published = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const;
  for (const [hits, rows, low, high] of published) {
    const classes = new Int8Array(rows).fill(1, 0, hits);
    const [bin] = reliabilityBins(new Float32Array(rows * 2).fill(0.5), classes, 1);
    assertEquals(bin!.rows, rows);
    assertClose(bin!.low, low, 5e-5);
    assertClose(bin!.high, high, 5e-5);
  }
});

Deno.test("reliabilityBins() holds every row once, in bins of equal mass", () => {
  const random = createRandom(4);
  const p = Float32Array.from({ length: 1000 }, () => random.uniform());
  const probabilities = Float32Array.from(
    { length: 2000 },
    (_, i) => i % 2 === 1 ? p[i >> 1]! : 1 - p[i >> 1]!,
  );
  const bins = reliabilityBins(probabilities, new Int8Array(1000).fill(1), 1);
  assertEquals(bins.map((bin) => bin.rows), Array<number>(10).fill(100));
  bins.slice(1).forEach((bin, i) => assert(bin.meanPredicted > bins[i]!.meanPredicted));
});
