import fc from "fast-check";
import {
  referenceSeries,
  VALIDATION_REFERENCE,
} from "../../tests/fixtures/validation_reference.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { commonBlockLength, politisWhiteBlockLength } from "./block_length.ts";
import { realityCheck, stepwiseSuperiority, superiorAbility } from "./data_snooping.ts";
import { resampleMeans, stationaryBootstrapVariance } from "./resampled_means.ts";

const { block, chosen, ...REFERENCE } = VALIDATION_REFERENCE;
const SERIES = referenceSeries();
const FEW = chosen.map((index) => SERIES[index]!);

/** Four standard errors of a probability from 4,000 samples against 20,000. */
function tolerance(p: number): number {
  return 4 * Math.sqrt(p * (1 - p) * (1 / 4_000 + 1 / 20_000));
}

function worlds(seed: number, count: number, periods: number): Float64Array[] {
  const random = createRandom(seed);
  return Array.from(
    { length: count },
    () => Float64Array.from({ length: periods }, () => random.normal()),
  );
}

Deno.test("referenceSeries() rebuilds the series of the Python script", () => {
  assertEquals(SERIES.map((series) => series.at(-1)!), REFERENCE.last);
});

Deno.test("politisWhiteBlockLength() gives the lengths of arch", () => {
  SERIES.forEach((series, index) => {
    const { stationary, circular } = politisWhiteBlockLength(series);
    assertClose(stationary, REFERENCE.blockLengths[index]![0]!, 1e-9);
    assertClose(circular, REFERENCE.blockLengths[index]![1]!, 1e-9);
  });
  const lengths = REFERENCE.blockLengths.map(([stationary]) => stationary!)
    .sort((a, b) => a - b);
  assertClose(commonBlockLength(SERIES), (lengths[3]! + lengths[4]!) / 2, 1e-9);
});

Deno.test("stationaryBootstrapVariance() gives the closed form of arch", () => {
  SERIES.forEach((series, index) => {
    const expected = REFERENCE.variances[index]!;
    assertClose(stationaryBootstrapVariance(series, block) / expected, 1, 1e-10);
  });
  assertEquals(stationaryBootstrapVariance(new Float64Array(20).fill(0.1), 5), 0);
});

Deno.test("realityCheck() and superiorAbility() in plain units give the probabilities of arch", () => {
  for (
    const [series, expected] of [[SERIES, REFERENCE.plain], [FEW, REFERENCE.plainFew]] as const
  ) {
    const resampled = resampleMeans(series, { seed: 5, samples: 4_000, blockLength: block });
    const found = superiorAbility(resampled, { studentise: false });
    assertClose(realityCheck(resampled).pValue, expected.upper, tolerance(expected.upper));
    for (const bound of ["lower", "consistent", "upper"] as const) {
      assertClose(found[bound], expected[bound], tolerance(expected[bound]));
    }
  }
});

Deno.test("superiorAbility() and stepwiseSuperiority() agree with the same tests in NumPy", () => {
  for (
    const [series, expected] of [
      [SERIES, REFERENCE.studentised],
      [FEW, REFERENCE.studentisedFew],
    ] as const
  ) {
    const resampled = resampleMeans(series, { seed: 5, samples: 4_000, blockLength: block });
    const found = superiorAbility(resampled);
    assertClose(found.statistic, expected.statistic, 1e-9);
    for (const bound of ["lower", "consistent", "upper"] as const) {
      assertClose(found[bound], expected[bound], tolerance(expected[bound]));
    }
    const { adjustedPValues } = stepwiseSuperiority(resampled);
    const named = [...adjustedPValues.keys()].filter((index) => adjustedPValues[index]! <= 0.1);
    assertEquals(named, expected.stepwise10);
  }
});

Deno.test("bounds are in order, and the best series has the same probability in both tests", () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: -0.3, max: 0.3, noNaN: true }), (seed, shift) => {
      const series = worlds(seed, 6, 80).map((values, index) =>
        values.map((value) => value + shift * (index - 2))
      );
      const resampled = resampleMeans(series, { seed, samples: 99, blockLength: 2 });
      const { lower, consistent, upper, best } = superiorAbility(resampled);
      assert(0 < lower && lower <= consistent && consistent <= upper && upper <= 1);
      const { scores, adjustedPValues } = stepwiseSuperiority(resampled);
      if (scores[best]! > 0) assertClose(adjustedPValues[best]!, upper, 1e-12);
      for (let a = 0; a < scores.length; a++) {
        for (let b = 0; b < scores.length; b++) {
          if (scores[a]! > scores[b]!) assert(adjustedPValues[a]! <= adjustedPValues[b]!);
        }
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("superiorAbility() leaves out who never trades", () => {
  const flat = new Float64Array(100);
  const resampled = resampleMeans([flat, ...worlds(1, 2, 100)], { seed: 1, samples: 99 });
  assertEquals(resampled.errors[0], 0);
  const alone = superiorAbility(resampleMeans([flat], { seed: 1, samples: 99 }));
  assertEquals([alone.statistic, alone.consistent], [0, 1]);
});

Deno.test("null worlds: at 5 % the tests reject in no more than chance allows of 500 worlds", () => {
  // Learning-spec §6.5; binomial, 99 %: 37 of 500.
  const rejections = { check: 0, ability: 0, stepwise: 0 };
  for (let world = 0; world < 500; world++) {
    const series = worlds(world, 50, 120);
    const resampled = resampleMeans(series, { seed: world, samples: 99, blockLength: 1 });
    if (realityCheck(resampled).pValue <= 0.05) rejections.check++;
    if (superiorAbility(resampled).consistent <= 0.05) rejections.ability++;
    if (Math.min(...stepwiseSuperiority(resampled).adjustedPValues) <= 0.05) rejections.stepwise++;
  }
  for (const [name, count] of Object.entries(rejections)) {
    assert(count >= 8 && count <= 37, `${name}: ${count}`);
  }
});

Deno.test("power: one trial of 50 with a daily mean of 0.15 deviations is found in 90 % of worlds", () => {
  const count = 30;
  let found = 0, named = 0;
  for (let world = 0; world < count; world++) {
    const series = worlds(1_000 + world, 50, 1_000);
    series[17] = series[17]!.map((value) => value + 0.15);
    const resampled = resampleMeans(series, { seed: world, samples: 199 });
    if (superiorAbility(resampled).consistent <= 0.05) found++;
    if (stepwiseSuperiority(resampled).adjustedPValues[17]! <= 0.05) named++;
  }
  assert(found >= 0.9 * count && named >= 0.9 * count, `${found} and ${named} of ${count}`);
});
