import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { createStateMemory } from "../../core/state_memory.ts";
import { createRandom } from "../../core/random.ts";
import {
  createDelay,
  createExponentialAverage,
  createExponentialVariance,
  createWilderAverage,
} from "../../statistics/averages.ts";
import { createRollingMaximum, createRollingMinimum, createRollingSum } from "./rolling_fold.ts";
import { createRollingMoments, timeSquares } from "./rolling_moments.ts";

const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { maxLength: 80 });
const length = fc.integer({ min: 1, max: 20 });

Deno.test("createRolling…() equals the plain sum, minimum and maximum of the window", () => {
  fc.assert(fc.property(values, length, (values, length) => {
    const sum = createRollingSum(createStateMemory(), length);
    const maximum = createRollingMaximum(createStateMemory(), length);
    const minimum = createRollingMinimum(createStateMemory(), length);
    values.forEach((value, i) => {
      const window = values.slice(i + 1 - length, i + 1);
      const full = i + 1 >= length;
      assertEquals(sum(value), full ? window.reduce((a, b) => a + b) : NaN);
      assertEquals(maximum(value), full ? Math.max(...window) : NaN);
      assertEquals(minimum(value), full ? Math.min(...window) : NaN);
    });
  }));
});

Deno.test("createRollingMoments() equals mean, variance and covariance with time", () => {
  fc.assert(fc.property(values, length, (values, length) => {
    const moments = createRollingMoments(createStateMemory(), length);
    values.forEach((value, i) => {
      const { ready, mean, squares, trend } = moments(value);
      assertEquals(ready, i + 1 >= length);
      if (!ready) return;
      const window = values.slice(i + 1 - length, i + 1);
      const expected = window.reduce((a, b) => a + b) / length;
      const middle = (length - 1) / 2;
      const total = (term: (x: number, t: number) => number) =>
        window.reduce((sum, x, t) => sum + term(x - expected, t - middle), 0);
      assertClose(mean, expected, 1e-9);
      assertClose(squares, total((x) => x * x), 1e-6);
      assertClose(trend, total((x, t) => x * t), 1e-6);
      assertClose(timeSquares(length), total((_, t) => t * t), 1e-9);
    });
  }));
});

Deno.test("rolling sums and moments do not drift after a shock and a long series", () => {
  const random = createRandom(1);
  const sum = createRollingSum(createStateMemory(), 20);
  const moments = createRollingMoments(createStateMemory(), 20);
  for (let i = 0; i < 50_000; i++) {
    const value = i === 100 ? 1e12 : random.normal();
    sum(value);
    moments(value);
  }
  const last = Array.from({ length: 20 }, (_, i) => i / 8);
  for (const value of last.slice(0, -1)) sum(value), moments(value);
  assertEquals(sum(last.at(-1)!), last.reduce((a, b) => a + b));
  const { squares } = moments(last.at(-1)!);
  assertClose(squares, timeSquares(20) / 64, 1e-12);
  for (let i = 0; i < 20; i++) moments(5_000.1);
  assert(moments(5_000.1).squares === 0);
});

Deno.test("createWilderAverage() starts at the plain mean", () => {
  const average = createWilderAverage(createStateMemory(), 4);
  assertEquals([1, 2, 3, 6, 7].map(average), [NaN, NaN, NaN, 3, 4]);
});

Deno.test("createExponentialAverage() and …Variance() equal pandas", () => {
  // pd.Series([1, 2, 4, 8]).ewm(span=3, adjust=False): .mean() and .var(bias=True)
  const series = [1, 2, 4, 8];
  assertEquals(series.map(createExponentialAverage(createStateMemory(), 3)), [
    NaN,
    NaN,
    2.75,
    5.375,
  ]);
  assertEquals(series.map(createExponentialVariance(createStateMemory(), 3)), [
    NaN,
    NaN,
    1.6875,
    7.734375,
  ]);
});

Deno.test("createDelay() holds values back", () => {
  assertEquals([1, 2, 3].map(createDelay(createStateMemory(), 2)), [NaN, NaN, 1]);
  assertEquals([1, 2, 3].map(createDelay(createStateMemory(), 0)), [1, 2, 3]);
});
