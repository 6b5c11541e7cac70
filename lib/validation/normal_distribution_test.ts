import { assert, assertClose } from "../utils/assert.ts";
import { normalCdf, normalQuantile } from "./normal_distribution.ts";

// scipy.stats.norm, SciPy 1.17.1.
const VALUES = [
  [-30, 4.906713927147908e-198],
  [-12.5, 3.732564298877714e-36],
  [-8, 6.22096057427174e-16],
  [-5, 2.866515718791933e-07],
  [-3.001, 0.0013454728250849653],
  [-2.999, 0.0013543365337271057],
  [-1.5, 0.06680720126885807],
  [-0.3, 0.3820885778110474],
  [0, 0.5],
  [0.7, 0.758036347776927],
  [1.6448536269514722, 0.95],
  [3, 0.9986501019683699],
  [4.5, 0.9999966023268753],
  [7, 0.9999999999987201],
] as const;

Deno.test("normalCdf() agrees with SciPy to 13 digits, tails included", () => {
  for (const [x, probability] of VALUES) {
    assert(Math.abs(normalCdf(x) / probability - 1) < 1e-13, `${x}: ${normalCdf(x)}`);
  }
});

Deno.test("normalQuantile() inverts normalCdf()", () => {
  for (const [x, probability] of VALUES) {
    if (x <= 3) assertClose(normalQuantile(probability), x, 1e-11);
  }
});
