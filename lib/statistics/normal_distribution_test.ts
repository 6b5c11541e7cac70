import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { logNormalCdf, logNormalMass, normalCdf, normalQuantile } from "./normal_distribution.ts";

/** Printed by `scipy.special.log_ndtr` of SciPy 1.17.1. */
const LOG_CDF = [
  [-300.0, -45006.62273211866],
  [-40.0, -804.6084420137539],
  [-20.0, -203.9171553710973],
  [-8.0, -35.01343715991456],
  [-3.0, -6.60772622151035],
  [-1.0, -1.8410216450092634],
  [-0.7, -1.4189677615315315],
  [-0.6, -1.2937038116140283],
  [-0.5, -1.1759117615936188],
  [-0.1, -0.7761545927302733],
  [0.0, -0.6931471805599453],
  [0.3, -0.4814101615884813],
  [1.0, -0.1727537790234499],
  [2.5, -0.00622902548586],
  [6.0, -9.86587645524372e-10],
] as const;

/** Printed by `scipy.stats.norm.cdf` of SciPy 1.17.1. */
const CDF = [
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

Deno.test("normalCdf() agrees with SciPy to 13 digits, tails included; normalQuantile() inverts it", () => {
  for (const [x, probability] of CDF) {
    assertClose(normalCdf(x) / probability, 1, 1e-13);
    if (x <= 3) assertClose(normalQuantile(probability), x, 1e-11);
  }
});

Deno.test("logNormalCdf() is SciPy's log_ndtr", () => {
  for (const [x, expected] of LOG_CDF) {
    assertClose(logNormalCdf(x) / expected, 1, 1e-13);
    if (x > -37) assertClose(normalCdf(x) / Math.exp(expected), 1, 1e-12);
  }
});

Deno.test("normalQuantile() inverts normalCdf()", () => {
  fc.assert(fc.property(fc.double({ min: -37, max: 7, noNaN: true }), (x) => {
    assertClose(
      normalQuantile(normalCdf(x)),
      x,
      1e-5 * Math.exp(Math.max(0, x * x / 2 - 12)) + 1e-9,
    );
  }));
  assertEquals([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)], [
    -Infinity,
    0,
    Infinity,
  ]);
});

Deno.test("logNormalMass() does not cancel in either tail, and is the same mirrored", () => {
  // scipy.stats._continuous_distns._log_gauss_mass
  for (
    const [low, high, expected] of [
      [-1.0, 2.0, -0.20016629432446262],
      [5.0, 6.0, -15.068446096529454],
      [-9.0, -8.0, -35.01361859343716],
      [30.0, 31.0, -454.3212439563433],
      [-0.5, 8.0, -0.3689464152886572],
      [0.1, 0.2, -3.233180851568643],
    ] as const
  ) {
    assertClose(logNormalMass(low, high) / expected, 1, 1e-12);
    assertClose(logNormalMass(-high, -low) / expected, 1, 1e-12);
  }
});

Deno.test("normalCdf() rises from 0 to 1", () => {
  fc.assert(fc.property(
    fc.double({ min: -50, max: 50, noNaN: true }),
    fc.double({ min: 0, max: 5, noNaN: true }),
    (x, step) => {
      const [low, high] = [normalCdf(x), normalCdf(x + step)];
      assert(0 <= low && low <= high && high <= 1);
      assertClose(normalCdf(-x), 1 - low, 1e-15);
    },
  ));
});
