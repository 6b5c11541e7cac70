import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { fitLogisticLine, sigmoid } from "./logistic_line.ts";

const ONES = [1, 1, 1, 1];

Deno.test("fitLogisticLine() gives null where no finite line is best", () => {
  assertEquals(fitLogisticLine([1, 2, 3, 4], [0, 0, 1, 1], ONES), null);
  assertEquals(fitLogisticLine([4, 3, 2, 1], [0, 0, 1, 1], ONES), null);
  assertEquals(fitLogisticLine([1, 2, 2, 4], [0, 0, 1, 1], ONES), null);
  assertEquals(fitLogisticLine([1, 2, 3, 4], [1, 1, 1, 1], ONES), null);
  assertEquals(fitLogisticLine([1, 3, 2, 4], [0, 0, 1, 1], [1, 0, 1, 1]), null);
});

Deno.test("fitLogisticLine() gives the mean's log odds where x never varies", () => {
  const line = fitLogisticLine([2, 2, 2, 2], [0, 1, 1, 1], ONES)!;
  assertClose(line.slope * 2 + line.intercept, Math.log(3), 1e-9);
});

Deno.test("fitLogisticLine() solves far and narrow columns", () => {
  // Odds 1:3 and 3:1 at two values of x fix the line exactly.
  for (const [low, high] of [[-13.8, 13.8], [13, 13.01], [-1e-3, 0]] as const) {
    const line = fitLogisticLine([low, high], [0.25, 0.75], [1, 1])!;
    assertClose(line.slope * (high - low), 2 * Math.log(3), 1e-6);
  }
});

Deno.test("sigmoid() does not overflow", () => {
  assertEquals([sigmoid(-1e3), sigmoid(0), sigmoid(1e3)], [0, 0.5, 1]);
});

Deno.test("fitLogisticLine() copes with a score that never or hardly varies, far from 0", () => {
  const targets = Float64Array.from({ length: 200 }, (_, i) => i % 50 === 0 ? 0.98 : 0.01);
  const weights = new Float64Array(200).fill(1);
  const rate = targets.reduce((sum, target) => sum + target, 0) / 200;
  for (const wiggle of [0, 1e-14, 1e-7]) {
    const x = Float64Array.from({ length: 200 }, (_, i) => -13.8155 + (i % 2) * wiggle);
    const line = fitLogisticLine(x, targets, weights);
    assert(line !== null, `a wiggle of ${wiggle} was not fitted`);
    const predicted = x.reduce((sum, v) => sum + sigmoid(line.slope * v + line.intercept), 0) / 200;
    assertClose(predicted, rate, 1e-6);
  }
});
