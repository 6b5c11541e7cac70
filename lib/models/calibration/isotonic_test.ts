import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { fitIsotonic, interpolate, poolAdjacentViolators } from "./isotonic.ts";
import { CLASSES, PREDICTIONS, WEIGHTS } from "../../../tests/fixtures/calibration_sample.ts";

const samples = fc.array(
  fc.record({
    p: fc.integer({ min: 0, max: 40 }).map((n) => n / 40),
    target: fc.integer({ min: 0, max: 1 }),
    weight: fc.integer({ min: 1, max: 5 }),
  }),
  { minLength: 1, maxLength: 60 },
).map((rows) => ({
  p: rows.map((row) => row.p),
  targets: rows.map((row) => row.target),
  weights: rows.map((row) => row.weight),
}));

Deno.test("poolAdjacentViolators() never falls and keeps the weighted mean", () => {
  fc.assert(fc.property(samples, ({ targets, weights }) => {
    const fitted = poolAdjacentViolators(targets, weights);
    fitted.slice(1).forEach((value, i) => assert(value >= fitted[i]!));
    const total = (values: readonly number[]): number =>
      values.reduce((sum, value, i) => sum + value * weights[i]!, 0);
    assertClose(total(fitted), total(targets), 1e-9);
  }));
});

Deno.test("poolAdjacentViolators() is the best rising fit, as the max-min formula says", () => {
  // Robertson, Wright & Dykstra 1988: fit(i) = max over a <= i of min over b >= i of mean(a..b).
  fc.assert(
    fc.property(samples, ({ targets, weights }) => {
      const mean = (first: number, last: number): number => {
        let sum = 0, total = 0;
        for (let i = first; i <= last; i++) {
          sum += targets[i]! * weights[i]!;
          total += weights[i]!;
        }
        return sum / total;
      };
      poolAdjacentViolators(targets, weights).forEach((fitted, i) => {
        let best = -Infinity;
        for (let a = 0; a <= i; a++) {
          let least = Infinity;
          for (let b = i; b < targets.length; b++) least = Math.min(least, mean(a, b));
          best = Math.max(best, least);
        }
        assertClose(fitted, best, 1e-9);
      });
    }),
    { numRuns: 30 },
  );
});

Deno.test("fitIsotonic() has the levels of scikit-learn's IsotonicRegression", () => {
  // scikit-learn 1.9.1, IsotonicRegression().fit(p, classes, weights).predict(p), distinct levels.
  const levels = [0, 2 / 9, 1 / 3, 4 / 5, 1];
  const curve = fitIsotonic(PREDICTIONS, CLASSES, WEIGHTS);
  assertEquals(curve.y.length, levels.length);
  curve.y.forEach((y, i) => assertClose(y, levels[i]!, 1e-12));
});

Deno.test("fitIsotonic() rises strictly, never steeply, whatever the order of rows", () => {
  fc.assert(fc.property(samples, ({ p, targets, weights }) => {
    const curve = fitIsotonic(p, targets, weights);
    for (let i = 1; i < curve.x.length; i++) {
      const run = curve.x[i]! - curve.x[i - 1]!;
      const rise = curve.y[i]! - curve.y[i - 1]!;
      assert(run > 0 && rise > 0 && rise <= 16 * run);
    }
    const reversed = fitIsotonic(p.toReversed(), targets.toReversed(), weights.toReversed());
    assertEquals(curve.x.length, reversed.x.length);
    curve.x.forEach((x, i) => {
      assertClose(x, reversed.x[i]!, 1e-9);
      assertClose(curve.y[i]!, reversed.y[i]!, 1e-9);
    });
  }));
});

Deno.test("interpolate() is exact at the knots and constant outside", () => {
  const curve = { x: [0.1, 0.4, 0.9], y: [0, 0.3, 1] };
  curve.x.forEach((x, i) => assertEquals(interpolate(curve, x), curve.y[i]!));
  assertEquals([interpolate(curve, 0), interpolate(curve, 1)], [0, 1]);
  assertEquals(interpolate({ x: [0.5], y: [0.2] }, 0.7), 0.2);
});
