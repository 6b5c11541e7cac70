import { assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { andrewsBandwidth, KERNELS, kernelWeight, longRunVariance } from "./long_run_variance.ts";

Deno.test("longRunVariance() comes near the closed form of an autoregression", () => {
  const random = createRandom(4);
  let value = 0;
  const series = Float64Array.from({ length: 20_000 }, () => value = 0.5 * value + random.normal());
  for (const kernel of KERNELS) {
    const bandwidth = andrewsBandwidth([series], kernel);
    assertClose(longRunVariance(series.subarray(0, 4_000), kernel, bandwidth), 4, 0.7);
  }
});

Deno.test("kernelWeight() falls from 1 and has the values of the formulas", () => {
  for (const kernel of KERNELS) assertClose(kernelWeight(kernel, 1e-3), 1, 1e-4);
  assertEquals([kernelWeight("parzen", 0.5), kernelWeight("parzen", 1)], [0.25, 0]);
  // 25 / (12 π² x²) · (sin(6πx/5) / (6πx/5) - cos(6πx/5)) at x = 1
  assertClose(kernelWeight("quadratic-spectral", 1), 0.13786, 1e-5);
});
