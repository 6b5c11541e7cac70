import fc from "fast-check";
import { assertClose, assertEquals } from "../../tests/assert.ts";
import type { DailyPairs } from "../records/mod.ts";
import { addDays, NO_DAYS, pairDays } from "./daily_pairs.ts";
import { compareRisk, compareRiskOfFewDays, expectedShortfall } from "./risk_comparison.ts";
import { disagreementOf, pairRuns } from "./system_returns.ts";

function pairsOf(days: readonly number[]): DailyPairs {
  return { days, challenger: days.map((day) => day / 10), champion: days.map((day) => -day) };
}

Deno.test("addDays() counts a day once, as it was first seen, however the nights overlap", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 6 }), (cuts) => {
    // Each night sees some of the days before it again, with other returns for them.
    const ends = [...cuts].sort((a, b) => a - b);
    const seen = ends.reduce((known, end) => {
      const last = known.days.at(-1) ?? -1;
      const days = Array.from({ length: end + 1 }, (_, day) => day);
      const { challenger, champion } = pairsOf(days);
      const other = (values: readonly number[]) =>
        values.map((value, day) => day <= last ? 99 : value);
      return addDays(known, { days, challenger: other(challenger), champion: other(champion) });
    }, NO_DAYS);
    const all = ends.length === 0 ? -1 : ends.at(-1)!;
    assertEquals(seen, pairsOf(Array.from({ length: all + 1 }, (_, day) => day)));
  }));
});

Deno.test("pairDays() keeps the days that both have, after a day", () => {
  const one = { periods: Int32Array.of(1, 2, 3, 5), returns: Float64Array.of(0.1, 0.2, 0.3, 0.5) };
  const two = { periods: Int32Array.of(2, 3, 4, 5), returns: Float64Array.of(2, 3, 4, 5) };
  assertEquals(pairDays(one, two), {
    days: [2, 3, 5],
    challenger: [0.2, 0.3, 0.5],
    champion: [2, 3, 5],
  });
  assertEquals(pairDays(one, two, 3).days, [5]);
  assertEquals(pairDays(one, two, 5), NO_DAYS);
});

Deno.test("disagreementOf() counts other sides, not other sizes, in the newest bars", () => {
  const run = (...lots: number[]) => ({
    ...{ periods: new Int32Array(), returns: new Float64Array(), lots: Int32Array.from(lots) },
  });
  assertEquals(disagreementOf(run(1, 1, -1, 0), run(2, 1, 1, 0), 4), 0.25);
  assertEquals(disagreementOf(run(1, 1, -1, 0), run(-2, -1, -1, 1), 2), 0.5);
  assertEquals(disagreementOf(run(), run(), 5), 0);
  const { traded } = pairRuns(run(1, 1, -1, 0), run(0, 2, 2, 2));
  assertEquals(traded, {
    challenger: { turnover: 1, leverage: 1 },
    champion: { turnover: 0.5, leverage: 2 },
  });
});

Deno.test("compareRiskOfFewDays() forgives what chance does to few days, and nothing clearly riskier", () => {
  const day = (i: number): number => 0.01 * Math.sin(12.9898 * i * i);
  const champion = Float64Array.from({ length: 24 }, (_, i) => day(i) + 0.002);
  const unlucky = champion.map((value, i) => i === 20 ? value - 0.004 : value);
  assertEquals(compareRisk({ challenger: unlucky, champion }).holds, false);
  assertEquals(compareRiskOfFewDays({ challenger: unlucky, champion }, 1).holds, true);
  const doubled = champion.map((value) => 2 * value);
  assertEquals(compareRiskOfFewDays({ challenger: doubled, champion }, 1).holds, false);
  const traded = {
    challenger: { turnover: 1, leverage: 3 },
    champion: { turnover: 1, leverage: 1 },
  };
  assertEquals(compareRiskOfFewDays({ challenger: unlucky, champion, traded }, 1).holds, false);
  assertClose(expectedShortfall(Float64Array.of(-0.04, 0.01, -0.02)), 0.04, 1e-15);
  assertEquals(expectedShortfall(Float64Array.of(0.01, 0.02)), 0);
});
