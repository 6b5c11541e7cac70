import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { pairedSharpe } from "./paired_sharpe.ts";
import { sharpeInterval } from "./sharpe_interval.ts";

const DAILY = { periodsPerYear: 252, seed: 3 };

function noise(seed: number, length: number, mean = 0): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => 0.01 * (random.normal() + mean));
}

Deno.test("pairedSharpe() cannot tell a series from itself", () => {
  const series = noise(1, 300);
  const { difference, interval, confidence } = pairedSharpe(series, series, DAILY)!;
  assertEquals([difference, interval, confidence], [0, [0, 0], 0.5]);
});

Deno.test("pairedSharpe() has the spread that Memmel's formula gives", () => {
  // Jobson & Korkie with Memmel's correction (docs/methods.md#comparing-two-sharpe-ratios), per
  // period.
  const common = noise(2, 1_000), one = noise(3, 1_000), two = noise(4, 1_000);
  const first = common.map((value, i) => value + 0.8 * one[i]! + 0.0006);
  const second = common.map((value, i) => value + 0.8 * two[i]! + 0.0002);
  const { interval: [low, high], difference } = pairedSharpe(first, second, DAILY)!;
  const rho = 1 / 1.64;
  const variance = 2 * (1 - rho) / 1_000;
  assertClose((high - low) / (2 * 1.96), Math.sqrt(252 * variance), 0.12);
  assert(low < difference && difference < high);
});

Deno.test("pairedSharpe() is sure of a clear difference and counts staying out as 0", () => {
  const good = noise(5, 500, 0.2), out = new Float64Array(500);
  assert(pairedSharpe(good, out, DAILY)!.confidence > 0.99);
  assertClose(
    pairedSharpe(out, good, DAILY)!.difference,
    -pairedSharpe(good, out, DAILY)!.difference,
    1e-12,
  );
  assertEquals(pairedSharpe(good.subarray(0, 7), out.subarray(0, 7), DAILY), null);
});

Deno.test("pairedSharpe() is 95 % sure of nothing in about one null world of twenty", () => {
  let sure = 0;
  const worlds = 150;
  for (let world = 0; world < worlds; world++) {
    const first = noise(2 * world, 80), second = noise(2 * world + 1, 80);
    const pair = pairedSharpe(first, second, { ...DAILY, samples: 200 })!;
    if (pair.confidence >= 0.95) sure++;
  }
  // Binomial, 99.9 %: 17 of 150 at a rate of 5 %; the percentile bootstrap is a little bold.
  assert(sure >= 1 && sure <= 17, `${sure} of ${worlds}`);
});

Deno.test("pairedSharpe() judges by the one interval against who stays out", () => {
  const series = noise(7, 120, 0.3), out = new Float64Array(120);
  const alone = sharpeInterval(series, { periodsPerYear: 252 })!;
  const paired = pairedSharpe(series, out, DAILY)!, turned = pairedSharpe(out, series, DAILY)!;
  assertEquals([paired.difference, paired.interval], [alone.sharpe, alone.interval]);
  assertEquals(turned.interval, [-alone.interval[1], -alone.interval[0]]);
  assertClose(turned.confidence, 1 - paired.confidence, 1e-12);
});

Deno.test("pairedSharpe() calls nobody better whose rare losses are not seen, and counts what is undefined", () => {
  const rare = Float64Array.from({ length: 60 }, (_, day) => day === 20 ? -0.038 : 0.002);
  const found = pairedSharpe(rare, noise(8, 60, -0.1), DAILY)!;
  assert(found.difference > 0 && found.interval[0] <= 0);
  assert(
    found.undefinedSamples > 400 && found.undecided!.includes("resampled pairs"),
    JSON.stringify(found),
  );
  const rising = rare.map((_, day) => 0.002 + 1e-4 * (day % 5));
  assert(
    pairedSharpe(rising, noise(8, 60, -0.1), DAILY)!.undecided!.includes("none of 60 periods"),
  );
  const twin = noise(9, 60),
    other = twin.map((value, day) => value + (day % 20 === 0 ? 0.01 : -1e-4));
  assert(
    pairedSharpe(twin, other, DAILY)!.undecided!.includes("only 3 of 60 periods have the second"),
  );
});

Deno.test("pairedSharpe() lets the same trades at lower costs be better", () => {
  const dear = noise(10, 60), cheap = dear.map((value) => value + 0.005);
  assertEquals(pairedSharpe(cheap, dear, DAILY)!.undecided, null);
  assert(pairedSharpe(cheap, dear, DAILY)!.interval[0] > 0);
});
