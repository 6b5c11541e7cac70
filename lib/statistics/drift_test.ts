import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { plainNoise, plainUniforms } from "../../tests/fixtures/plain_noise.ts";
import reference from "../../tests/fixtures/drift_reference.json" with { type: "json" };
import { createRandom, type Random } from "../core/random.ts";
import { adaptiveWindow } from "./adaptive_window.ts";
import { calibrationDrift } from "./calibration_drift.ts";
import { fisherTail } from "./fisher_distribution.ts";
import { pageHinkley } from "./page_hinkley.ts";
import { populationStability, stabilityIndex } from "./population_stability.ts";
import { shareDependence } from "./share_dependence.ts";
import { studentCdf } from "./student_distribution.ts";

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

/** Of each of 37 columns. */
const NIGHT_LEVEL = 1 - 0.99 ** (1 / 37);

Deno.test("series of the reference are rebuilt to the bit", () => {
  assertEquals([...plainNoise(7, 5)], reference.normals);
});

Deno.test("fisherTail() is Student's t squared, its closed form, and SciPy's chi-square far out", () => {
  for (const freedom of [1, 4, 17, 60]) {
    for (const t of [0.1, 1, 2.5, 6]) {
      const both = 2 * studentCdf(-t, freedom);
      assertClose(fisherTail(t ** 2, 1, freedom) / both, 1, 1e-9);
      assertClose(fisherTail(t, 2, freedom) / (1 + 2 * t / freedom) ** (-freedom / 2), 1, 1e-11);
      // Either side of the fraction: the reciprocal has the degrees the other way round.
      assertClose(fisherTail(t, 3.5, freedom) + fisherTail(1 / t, freedom, 3.5), 1, 1e-12);
    }
  }
  for (const [value, freedom, tail] of reference.chiSquare) {
    assertClose(fisherTail(value! / freedom!, freedom!, 1e7) / tail!, 1, 1e-3);
  }
  assertEquals([fisherTail(0, 3, 4), fisherTail(Infinity, 3, 4)], [1, 0]);
  assertThrows(() => fisherTail(-1, 3, 4), RangeError);
  assertThrows(() => fisherTail(1, 0, 4), RangeError);
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

/** GARCH(1, 1) of variance 1: its values are uncorrelated, their sizes are not. */
function clustered(random: Random, length: number): Float64Array {
  let variance = 1, value = 0;
  return Float64Array.from({ length }, () => {
    variance = 0.02 + 0.08 * value ** 2 + 0.9 * variance;
    return value = Math.sqrt(variance) * random.normal();
  });
}

Deno.test("populationStability() finds drift no more often than its level says, whatever is remembered", () => {
  const worlds: readonly (readonly [string, number, (random: Random) => Float64Array])[] = [
    ...[0, 0.5, 0.9].map((phi) =>
      [`memory ${phi}`, 90, (random: Random) => autoregressive(random, 4_500, phi)] as const
    ),
    // Too slow to find a shift in, or to say anything at all: silence is no false alarm.
    ...[0.97, 0.99, 0.997].map((phi) =>
      [`memory ${phi}`, 0, (random: Random) => autoregressive(random, 4_500, phi)] as const
    ),
    ["clusters", 90, (random: Random) => clustered(random, 4_500)],
  ];
  for (const [name, power, draw] of worlds) {
    const random = createRandom(5);
    const alarms = [0, 0];
    let found = 0;
    for (let world = 0; world < 100; world++) {
      const series = draw(random);
      const old = series.subarray(0, 3_000), now = series.subarray(3_000);
      const pValue = populationStability(old, now)?.pValue ?? 1;
      [0.05, NIGHT_LEVEL].forEach((level, i) => alarms[i]! += pValue < level ? 1 : 0);
      if ((populationStability(old, now.map((value) => value + 1))?.pValue ?? 1) < 0.05) found++;
    }
    // Binomial, 99.9 %: 13 of 100 at a rate of 5 %, 1 at that of a column of a night.
    assert(alarms[0]! <= 13 && alarms[1]! <= 1, `${name}: ${alarms} false alarms`);
    assert(found >= power, `${name}: ${found} shifts found`);
  }
});

Deno.test("populationStability() does not take the level of a price on a grid of ticks for drift", () => {
  const random = createRandom(7);
  let alarms = 0, found = 0;
  for (let world = 0; world < 40; world++) {
    const returns = (length: number, price: number, deviation: number): Float64Array => {
      let ticks = price;
      return Float64Array.from({ length }, () => {
        const before = ticks;
        ticks += Math.round(deviation * random.normal());
        return ticks / before - 1;
      });
    };
    const old = returns(4_000, 21_900, 1.3);
    // Two per cent higher.
    if (populationStability(old, returns(2_000, 22_340, 1.3))!.pValue < 0.05) alarms++;
    if (populationStability(old, returns(2_000, 21_900, 2))!.pValue < 0.05) found++;
  }
  // Binomial, 99.9 %: 8 of 40 at a rate of 5 %.
  assert(alarms <= 8 && found === 40, `${alarms} false alarms, ${found} found`);
});

Deno.test("shareDependence() is the autocorrelation time of the bins, each direction its own", () => {
  const random = createRandom(9);
  const bins = (values: Float64Array) =>
    values.map((value) =>
      [-1.2816, -0.5244, 0, 0.5244, 1.2816].filter((edge) => value > edge).length
    );
  const shares = [0.1, 0.2, 0.2, 0.2, 0.2, 0.1];
  for (const phi of [0, 0.5, 0.9]) {
    const size = 60_000;
    const found = shareDependence([bins(autoregressive(random, size, phi))], shares)!;
    // Of the whole chain: sum over lags of how often a row is in the bin of the row before.
    const long = bins(autoregressive(random, 400_000, phi));
    let expected = 1;
    for (let lag = 1; lag <= 80 * phi; lag++) {
      let same = 0;
      for (let row = lag; row < long.length; row++) {
        if (long[row] === long[row - lag]) same += 1 / shares[long[row]!]!;
      }
      expected += 2 * (same / (long.length - lag) - 1) / (shares.length - 1);
    }
    assertClose(found.designEffect / expected, 1, 0.2);
    assert(phi === 0 || found.freedom < 4.5, `${found.freedom}`);
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
