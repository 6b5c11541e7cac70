import { throws as assertThrows } from "node:assert/strict";
import { mean, standardDeviation, varies } from "./moments.ts";
import { simulateDrawdowns } from "./drawdown_simulation.ts";
import { ledoitWolfTest } from "./ledoit_wolf.ts";
import { pairedSharpe } from "./paired_sharpe.ts";
import { resampleMeans } from "./resampled_means.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { optimalBlockLength, politisWhiteBlockLength } from "./block_length.ts";
import { bootstrapInterval, stationaryBootstrapIndices } from "./bootstrap.ts";

function autoregression(seed: number, length: number, phi: number): Float64Array {
  const random = createRandom(seed);
  let value = random.normal() / Math.sqrt(1 - phi * phi);
  return Float64Array.from({ length }, () => value = phi * value + random.normal());
}

function coverage(blockLength: number): number {
  const worlds = 300;
  let covered = 0;
  for (let seed = 0; seed < worlds; seed++) {
    const { percentile } = bootstrapInterval(autoregression(seed, 1_000, 0.3), mean, {
      seed: seed + worlds,
      samples: 150,
      level: 0.9,
      blockLength,
      studentise: false,
    });
    const [low, high] = percentile!;
    if (low <= 0 && 0 <= high) covered++;
  }
  return covered / worlds;
}

Deno.test("optimalBlockLength() gives the closed form of an autoregression", () => {
  const length = optimalBlockLength(2 * 0.5 / 0.25, 1.5 / 0.5, 1_000);
  assertClose(length.stationary, 12.114, 5e-4);
  assertClose(length.circular, 13.867, 5e-4);
});

Deno.test("politisWhiteBlockLength() comes near the closed form on simulated series", () => {
  const lengths = Float64Array.from(
    { length: 60 },
    (_, seed) => politisWhiteBlockLength(autoregression(seed, 1_000, 0.5)).stationary,
  ).sort();
  assertClose(lengths[30]!, 12.114, 2);
});

Deno.test("politisWhiteBlockLength() is short for independent returns", () => {
  assert(politisWhiteBlockLength(autoregression(1, 2_000, 0)).stationary < 4);
  assertEquals(politisWhiteBlockLength(new Float64Array(20)).stationary, 1);
});

Deno.test("stationaryBootstrapIndices() keeps rows together for the mean block length", () => {
  const indices = new Int32Array(50_000);
  stationaryBootstrapIndices(createRandom(1), 10, indices);
  const breaks = indices.filter((row, i) => i > 0 && row !== (indices[i - 1]! + 1) % 50_000).length;
  assertClose(indices.length / breaks, 10, 0.5);
});

Deno.test("bootstrapInterval() covers the mean of dependent returns as often as it says", () => {
  const measured = coverage(7.58);
  assert(measured > 0.84 && measured < 0.92, `coverage ${measured}`);
});

Deno.test("bootstrapInterval() with blocks of one under-covers dependent returns", () => {
  const measured = coverage(1);
  assert(measured < 0.82, `coverage ${measured}`);
});

Deno.test("bootstrapInterval() studentised covers, and the same seed gives the same interval", () => {
  let covered = 0;
  for (let seed = 0; seed < 60; seed++) {
    const options = { seed, samples: 99, level: 0.9, blockLength: 6 };
    const series = autoregression(seed, 300, 0.3);
    const interval = bootstrapInterval(series, mean, options);
    const [low, high] = interval.studentised!;
    if (low <= 0 && 0 <= high) covered++;
    if (seed === 0) assertEquals(bootstrapInterval(series, mean, options), interval);
  }
  assert(covered >= 46, `covered ${covered} of 60`);
});

Deno.test("bootstrapInterval() counts samples without a value and gives none when they are many", () => {
  const sharpe = (series: Float64Array): number =>
    varies(series) ? mean(series) / standardDeviation(series) : NaN;
  const days = Float64Array.from({ length: 40 }, (_, day) => day === 20 ? -0.038 : 0.002);
  const options = { seed: 1, samples: 1_000, blockLength: 1 };
  const found = bootstrapInterval(days, sharpe, options);
  // The one loss is in none of 40 draws in e^-1 of the samples.
  assertClose(found.undefinedSamples / 1_000, Math.exp(-1), 0.06);
  assertEquals(found.samples + found.undefinedSamples, 1_000);
  assertEquals([found.percentile, found.studentised], [null, null]);
  assertEquals(
    found.reason,
    `the statistic is undefined on ${found.undefinedSamples} of 1000 resampled series`,
  );
  const usual = bootstrapInterval(autoregression(1, 100, 0), sharpe, { ...options, samples: 99 });
  assertEquals([usual.undefinedSamples, usual.reason], [0, null]);
});

Deno.test("every resampling refuses settings that are none, and returns that are no numbers", () => {
  const one = autoregression(1, 100, 0), two = autoregression(2, 100, 0);
  const runs: readonly ((options: object, series: Float64Array) => unknown)[] = [
    (options, series) => bootstrapInterval(series, mean, { seed: 1, samples: 20, ...options }),
    (options, series) => simulateDrawdowns(series, { seed: 1, samples: 20, ...options }),
    (options, series) => resampleMeans([series, two], { seed: 1, samples: 20, ...options }),
    (options, series) => ledoitWolfTest(series, two, { seed: 1, samples: 20, ...options }),
  ];
  const wrong = [{ blockLength: NaN }, { blockLength: -1 }, { blockLength: 0 }, { samples: 0 }, {
    samples: 1.5,
  }];
  const broken = one.slice();
  broken[3] = NaN;
  for (const run of runs) {
    run({}, one);
    for (const options of wrong) assertThrows(() => run(options, one), RangeError);
    assertThrows(() => run({}, broken), RangeError);
  }
  for (const run of [runs[0]!, runs[3]!]) assertThrows(() => run({ level: 95 }, one), RangeError);
  assertThrows(() => bootstrapInterval(one, mean, { seed: 1, level: 95 }), /95 % is 0.95/);
  const daily = { periodsPerYear: 252, seed: 1 };
  assertThrows(() => pairedSharpe(one, two, { ...daily, samples: 0 }), RangeError);
  assertThrows(() => pairedSharpe(broken, two, daily), RangeError);
});
