import { throws as assertThrows } from "node:assert/strict";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { type DrawReturn, drawReturns } from "../../tests/fixtures/return_worlds.ts";
import { createRandom } from "../core/random.ts";
import { jobsonKorkieTest } from "./jobson_korkie.ts";
import { ledoitWolfTest } from "./ledoit_wolf.ts";
import { sharpeSuperiority } from "./sharpe_superiority.ts";

function noise(seed: number, length: number, mean = 0): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => random.normal() + mean);
}

Deno.test("sharpeSuperiority() has the error of Ledoit & Wolf and of Memmel's formula", () => {
  const common = noise(1, 4_000), one = noise(2, 4_000), two = noise(3, 4_000);
  const first = common.map((value, i) => value + 0.5 * one[i]! + 0.08);
  const second = common.map((value, i) => value + 0.5 * two[i]! + 0.03);
  const found = sharpeSuperiority(first, second);
  const robust = ledoitWolfTest(first, second, { seed: 1, samples: 50 })!;
  assertClose(found.difference, robust.difference, 1e-12);
  assertClose(found.standardError / robust.standardError, 1, 0.02);
  const normal = jobsonKorkieTest({
    ...{ first: 0.08 / Math.sqrt(1.25), second: 0.03 / Math.sqrt(1.25), correlation: 0.8 },
    periods: 4_000,
  });
  assertClose(found.standardError / normal.standardError, 1, 0.05);
});

Deno.test("sharpeSuperiority() is right as often as it says, in fat tails and clustered volatility", () => {
  const fat: DrawReturn = (random) => random.normal() * (random.uniform() < 0.05 ? 4 : 1);
  const worlds = 2_000;
  for (const draw of [((random) => random.normal()) as DrawReturn, fat]) {
    const random = createRandom(8);
    const below = { 0.05: 0, 0.003: 0 };
    for (let world = 0; world < worlds; world++) {
      const common = drawReturns(draw, 200, random), own = drawReturns(draw, 200, random);
      const mixed = common.map((value, i) => 0.7 * value + 0.7 * own[i]!);
      const { pValue } = sharpeSuperiority(mixed, common);
      if (pValue <= 0.05) below[0.05]++;
      if (pValue <= 0.003) below[0.003]++;
    }
    // Binomial, 99.9 %: 131 of 2,000 at 5 %, 15 at .3 %.
    assert(below[0.05] <= 131 && below[0.05] >= 70, `${below[0.05]} at 5 %`);
    assert(below[0.003] <= 15, `${below[0.003]} at .3 %`);
  }
});

Deno.test("sharpeSuperiority() counts staying out as 0 and says what it cannot know", () => {
  const good = noise(5, 500, 0.2), out = new Float64Array(500);
  assert(sharpeSuperiority(good, out).pValue < 0.001);
  assert(sharpeSuperiority(out, good).pValue > 0.999);
  assertEquals(sharpeSuperiority(out, out).pValue, 1);
  assertEquals(sharpeSuperiority(good, good).pValue, 1);
  assertEquals(sharpeSuperiority(good.map((value) => 3 * value), good).pValue, 1);
  const rare = Float64Array.from({ length: 60 }, (_, day) => day === 20 ? -0.038 : 0.002);
  const lucky = sharpeSuperiority(rare.map((value) => Math.abs(value)), noise(7, 60));
  assert(lucky.undecided !== null && lucky.pValue === 1);
  assertThrows(() => sharpeSuperiority(good.subarray(0, 19), out.subarray(0, 19)), RangeError);
  assertThrows(() => sharpeSuperiority(good, out.subarray(1)), RangeError);
});

Deno.test("sharpeSuperiority() resolves the levels that many attempts leave", () => {
  const poor = noise(9, 2_000), own = noise(10, 2_000);
  const good = poor.map((value, i) => value + 0.5 * own[i]! + 0.1);
  const { pValue } = sharpeSuperiority(good, poor);
  assert(pValue < 1e-9 && pValue > 0, String(pValue));
});
