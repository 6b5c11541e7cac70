import { throws as assertThrows } from "node:assert/strict";
import { drawReturns, NULL_RETURNS, twoValued } from "../../tests/fixtures/return_worlds.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom, mixSeed } from "../core/random.ts";
import { sharpeInterval } from "./sharpe_interval.ts";
import { estimateSharpe } from "./sharpe_statistics.ts";
import { studentQuantile } from "./student_distribution.ts";
import { countSide } from "./undecided.ts";

const WORLDS = 1_500;

/** Shares of worlds above 0, of those with too few on a side, and of what the t-test says. */
function rates(draw: (typeof NULL_RETURNS)[string], periods: number) {
  let above = 0, few = 0, student = 0;
  for (let world = 0; world < WORLDS; world++) {
    const returns = drawReturns(draw, periods, createRandom(mixSeed(world, periods)));
    if (Math.min(countSide(returns, 1), countSide(returns, -1)) < 5) few++;
    const judged = sharpeInterval(returns);
    if (judged === null) continue;
    if (judged.interval[0] > 0) {
      above++;
      assert(judged.undecided === null && countSide(returns, -1) >= 5);
    }
    const t = estimateSharpe(returns)!.sharpe * Math.sqrt(periods);
    if (t > studentQuantile(0.975, periods - 1)) student++;
  }
  return { above: above / WORLDS, few: few / WORLDS, student: student / WORLDS };
}

for (const periods of [60, 250]) {
  for (const [name, draw] of Object.entries(NULL_RETURNS)) {
    Deno.test(`sharpeInterval() is seldom above 0 without an edge: ${name}, ${periods} periods`, () => {
      const { above, few } = rates(draw, periods);
      // Binomial, 99.9 %: at most 60 of 1,500 at 2.5 %; 20,000 worlds a cell are in bench/results.
      assert(above <= 60 / 1_500, `${above}`);
      if (!name.startsWith("two values, loss 2") && !name.startsWith("two values, loss 10")) {
        assertEquals(few, 0);
      }
    });
  }
}

Deno.test("sharpeInterval() finds what is there nearly as often as the t-test", () => {
  const { above, student } = rates((random) => 0.2 + random.normal(), 250);
  assert(student - above < 0.025 && above > 0.84, `${above} against ${student}`);
});

Deno.test("sharpeInterval() of a few distinct values holds 0", () => {
  const days = Float64Array.from({ length: 40 }, (_, day) => day === 20 ? -0.038 : 0.002);
  const { interval, sharpe, undecided } = sharpeInterval(days, {
    ...{ periodsPerYear: 252, period: "day" },
  })!;
  assertClose(sharpe, 2.51, 5e-3);
  assert(interval[0] < 0 && interval[1] > sharpe);
  assert(undecided!.startsWith("only 1 of 40 days lost money"), undecided!);
  // Gains that vary and no loss at all: the plain interval lies far above 0.
  const random = createRandom(1);
  const rising = Float64Array.from({ length: 60 }, () => 0.002 + 0.001 * random.uniform());
  assertEquals(sharpeInterval(rising)!.interval[0], 0);
  const falling = sharpeInterval(rising.map((value) => -value))!;
  assertEquals(falling.interval[1], 0);
  assert(falling.undecided!.includes("made money"));
});

Deno.test("sharpeInterval() is Student's where nothing widens it, and mirrored by the sign", () => {
  const random = createRandom(3);
  const half = Float64Array.from({ length: 100 }, () => random.normal());
  // Symmetric about its mean and alternating: no skewness, autocorrelation below 0.
  const returns = Float64Array.from(
    { length: 200 },
    (_, i) => (i % 2 === 0 ? 1 : -1) * half[i >> 1]!,
  );
  const { interval: [low, high], sharpe } = sharpeInterval(returns)!;
  assertClose(high - sharpe, studentQuantile(0.975, 199) / Math.sqrt(200), 1e-4);
  assertClose(sharpe - low, high - sharpe, 1e-12);
  const shifted = drawReturns(twoValued(0.2), 100, random).map((value) => value + 0.1);
  const one = sharpeInterval(shifted)!, other = sharpeInterval(shifted.map((value) => -value))!;
  assertClose(other.interval[0], -one.interval[1], 1e-12);
  assertClose(other.interval[1], -one.interval[0], 1e-12);
});

Deno.test("sharpeInterval() is undefined without variation and refuses a level that is no share", () => {
  assertEquals(sharpeInterval(Float64Array.of(0.1, 0.2)), null);
  assertEquals(sharpeInterval(new Float64Array(50)), null);
  // Equity in whole micro-dollars leaves dust on a constant return, and no ratio of billions.
  const dust = Float64Array.from({ length: 50 }, (_, day) => 0.001 + 3e-12 * (day % 3));
  assertEquals(sharpeInterval(dust), null);
  for (const level of [95, 0, 1, NaN, -0.5]) {
    assertThrows(() => sharpeInterval(dust, { level }), RangeError);
  }
});
