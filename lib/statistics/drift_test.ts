import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { plainNoise, plainUniforms } from "../../tests/fixtures/plain_noise.ts";
import reference from "../../tests/fixtures/drift_reference.json" with { type: "json" };
import { createRandom, type Random } from "../core/random.ts";
import { adaptiveWindow } from "./adaptive_window.ts";
import { calibrationDrift } from "./calibration_drift.ts";
import { chiSquareTail } from "./chi_square_distribution.ts";
import { effectiveSize } from "./effective_size.ts";
import { pageHinkley } from "./page_hinkley.ts";
import { populationStability, stabilityIndex } from "./population_stability.ts";

/** The second half lies higher. */
function shifted(values: Float64Array, shift: number): Float64Array {
  return values.map((value, i) => value + (i < values.length / 2 ? 0 : shift));
}

/** First-order autoregression of variance 1. */
function autoregressive(random: Random, length: number, coefficient: number): Float64Array {
  let value = random.normal();
  return Float64Array.from({ length }, () => {
    value = coefficient * value + Math.sqrt(1 - coefficient ** 2) * random.normal();
    return value;
  });
}

Deno.test("series of the reference are rebuilt to the bit", () => {
  assertEquals([...plainNoise(7, 5)], reference.normals);
});

Deno.test("chiSquareTail() is SciPy's", () => {
  for (const [value, freedom, tail] of reference.chiSquare) {
    assertClose(chiSquareTail(value!, freedom!) / tail!, 1, 1e-12);
  }
  assertEquals(chiSquareTail(Infinity, 3), 0);
  assertThrows(() => chiSquareTail(-1, 3), RangeError);
  assertThrows(() => chiSquareTail(1, 2.5), RangeError);
});

Deno.test("stabilityIndex() gives the numbers of docs/methods.md#drift", () => {
  const even = [0.25, 0.25, 0.25, 0.25];
  assertClose(stabilityIndex(even, [0.4, 0.3, 0.2, 0.1]), 0.2282174, 5e-8);
  assertClose(stabilityIndex(even, [0.28, 0.26, 0.24, 0.22]), 0.0080353, 5e-8);
  assertThrows(() => stabilityIndex(even, [1]), RangeError);
});

Deno.test("populationStability() is NumPy's on independent rows", () => {
  for (const { current, index, reference: rows, seed, shift } of reference.stability) {
    const now = plainNoise(seed + 1, current).map((value) => value + shift);
    const found = populationStability(plainNoise(seed, rows), now)!;
    assertClose(found.index, index, 1e-9);
    assertEquals(found.bins, 10);
  }
});

Deno.test("populationStability() finds drift no more often than its level says, remembered or not", () => {
  for (const coefficient of [0, 0.9]) {
    const random = createRandom(5);
    let alarms = 0, found = 0;
    for (let world = 0; world < 100; world++) {
      const old = autoregressive(random, 3_000, coefficient);
      const now = autoregressive(random, 1_500, coefficient);
      if (populationStability(old, now)!.pValue < 0.05) alarms++;
      if (populationStability(old, now.map((value) => value + 1))!.pValue < 0.05) found++;
    }
    // Binomial, 99.9 %: 13 of 100 at a rate of 5 %.
    assert(alarms <= 13, `${alarms} false alarms at a memory of ${coefficient}`);
    assert(found >= 90, `${found} shifts found at a memory of ${coefficient}`);
  }
});

Deno.test("populationStability() judges only where there is enough to judge", () => {
  const noise = plainNoise(3, 1_000);
  assertEquals(populationStability(new Float64Array(100).fill(2), noise), null);
  assertEquals(populationStability(noise, noise.subarray(0, 19)), null);
  assertEquals(populationStability(noise, new Float64Array(0)), null);
  assertThrows(() => populationStability(noise, Float64Array.of(NaN)), RangeError);
  const flags = Float64Array.from(noise, (value) => value > 0 ? 1 : 0);
  assertEquals(populationStability(flags, flags)!.pValue, 1);
  assert(populationStability(flags, flags.map((flag, i) => i % 3 === 0 ? 1 : flag))!.pValue < 1e-6);
});

Deno.test("effectiveSize() is that of a first-order autoregression", () => {
  const random = createRandom(9);
  for (const coefficient of [0, 0.5, 0.9]) {
    const exact = (1 - coefficient) / (1 + coefficient);
    const found = effectiveSize(autoregressive(random, 20_000, coefficient)) / 20_000;
    assertClose(found / exact, 1, 0.25);
  }
  assertEquals(effectiveSize(new Float64Array(5)), 5);
  assertEquals(effectiveSize(Float64Array.from({ length: 100 }, (_, i) => i % 2)), 100);
});

Deno.test("adaptiveWindow() finds what trying every split finds, little later, near river's", () => {
  for (const { count, first, level, river, seed, shift } of reference.adwin) {
    const [change] = adaptiveWindow(shifted(plainNoise(seed, count), shift), { level });
    if (first === null) {
      assertEquals([change, river], [undefined, null]);
      continue;
    }
    // Fewer splits cannot find it before all of them do.
    assert(change!.foundAt >= first && change!.foundAt <= first + 15, JSON.stringify(change));
    // river spends less on how often it looks, and is earlier.
    assert(change!.foundAt - river! <= 60);
    assert(Math.abs(change!.since - count / 2) <= 40, JSON.stringify(change));
    assertClose(change!.after - change!.before, shift, 0.4);
  }
});

Deno.test("adaptiveWindow() hardly ever cries wolf, whatever the level of the series", () => {
  const random = createRandom(4);
  let alarms = 0;
  for (let world = 0; world < 100; world++) {
    const values = Float64Array.from({ length: 1_000 }, () => 1e6 + random.normal());
    if (adaptiveWindow(values).length > 0) alarms++;
  }
  assert(alarms <= 2, `${alarms} of 100`);
  assertEquals(adaptiveWindow(new Float64Array(0)), []);
  assertThrows(() => adaptiveWindow(Float64Array.of(1), { level: 5 }), RangeError);
  assertThrows(() => adaptiveWindow(Float64Array.of(NaN)), RangeError);
});

Deno.test("adaptiveWindow() never looks ahead: a shorter series has the same changes so far", () => {
  const values = shifted(plainNoise(8, 400), 1.5);
  const changes = adaptiveWindow(values);
  fc.assert(fc.property(fc.integer({ min: 0, max: 400 }), (length) => {
    assertEquals(
      adaptiveWindow(values.subarray(0, length)),
      changes.filter(({ foundAt }) => foundAt < length),
    );
  }));
});

Deno.test("pageHinkley() gives the alarms of docs/methods.md#drift and those of river", () => {
  const step = Float64Array.from({ length: 200 }, (_, i) => i < 100 ? 0 : 1);
  assertEquals(pageHinkley(step, { tolerance: 0.005, threshold: 5 }), 105);
  assertEquals(pageHinkley(step, { tolerance: 0.005, threshold: 20 }), 122);
  for (const { count, river, seed, shift, threshold, tolerance } of reference.pageHinkley) {
    const values = shifted(plainNoise(seed, count), shift);
    assertEquals(pageHinkley(values, { tolerance, threshold }), river);
  }
  assertEquals(pageHinkley(step.map((value) => -value), { tolerance: 0, threshold: 5 }), null);
  assertThrows(() => pageHinkley(step, { tolerance: 0, threshold: 0 }), RangeError);
});

Deno.test("calibrationDrift() is Spiegelhalter's, and finds who is too sure", () => {
  for (const { brier, count, pValue, score, seed, tilt } of reference.calibration) {
    const draws = plainUniforms(seed, 2 * count);
    const said = draws.slice(0, count).map((draw) => 0.1 + 0.8 * draw);
    const outcomes = said.map((probability, i) => {
      const truth = 1 / (1 + Math.exp(-tilt * Math.log(probability / (1 - probability))));
      return draws[count + i]! < truth ? 1 : 0;
    });
    const found = calibrationDrift(said, outcomes)!;
    assertClose(found.brier, brier, 1e-9);
    assertClose(found.score, score, 1e-9);
    assertClose(found.pValue / pValue, 1, 1e-9);
    assertEquals(found.pValue < 0.01, tilt !== 1);
  }
  assertEquals(calibrationDrift(Float64Array.of(0.5, 1), Float64Array.of(1, 1)), null);
  assertThrows(() => calibrationDrift(Float64Array.of(0.4), Float64Array.of(2)), RangeError);
});
