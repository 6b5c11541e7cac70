import fc from "fast-check";
import { performanceMetrics } from "./metrics.ts";
import { mean, percentile } from "./moments.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { drawdownPath, simulateDrawdowns } from "./drawdown_simulation.ts";

function noise(seed: number, length: number, spread: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => spread * random.normal());
}

Deno.test("drawdownPath() gives depth and length of a hand-worked history", () => {
  // 1, 1.1, 0.99, 0.99, 1.1, 1.045, 1.254
  const path = drawdownPath(Float64Array.of(0.1, -0.1, 0, 1 / 9, -0.05, 0.2));
  assertClose(path.maxDrawdown, -0.1, 1e-12);
  assertClose(path.totalReturn, 0.254, 1e-12);
  assertEquals(path.underWater, 2);
  assertEquals(drawdownPath(Float64Array.of(-1, 5)).totalReturn, -1);
});

Deno.test("drawdownPath() agrees with the metric of the report", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 40 }),
    (values) => {
      const returns = Float64Array.from(values);
      const { maxDrawdown, totalReturn } = performanceMetrics(returns, 252);
      const path = drawdownPath(returns);
      assertClose(path.maxDrawdown, maxDrawdown.value!, 1e-12);
      assertClose(path.totalReturn, totalReturn.value!, 1e-12);
    },
  ));
});

Deno.test("simulateDrawdowns() has the expected depth of a random walk", () => {
  // Magdon-Ismail & Atiya 2004: sqrt(pi / 2) · sd · sqrt(T) without drift, in continuous time.
  const { maxDrawdown, blockLength } = simulateDrawdowns(noise(1, 4_000, 1e-4), {
    seed: 2,
    samples: 1_000,
    blockLength: 1,
  });
  assertClose(-mean(maxDrawdown) / (1.2533 * 1e-4 * Math.sqrt(4_000)), 1, 0.08);
  assertEquals(blockLength, 1);
});

Deno.test("simulateDrawdowns() is deeper when losses come in runs, and the same for the same seed", () => {
  const random = createRandom(3);
  let value = 0;
  const returns = Float64Array.from(
    { length: 500 },
    () => value = 0.6 * value + 0.005 * random.normal(),
  );
  const kept = simulateDrawdowns(returns, { seed: 4, samples: 300 });
  const mixed = simulateDrawdowns(returns, { seed: 4, samples: 300, blockLength: 1 });
  assert(kept.blockLength > 5);
  assert(percentile(kept.maxDrawdown, 0.5) < 1.2 * percentile(mixed.maxDrawdown, 0.5));
  assertEquals(simulateDrawdowns(returns, { seed: 4, samples: 300 }), kept);
});
