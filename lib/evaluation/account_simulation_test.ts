import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { TRAILING_BASES } from "../risk/drawdown_floor.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { type AccountRules, dayPaths, followAccount } from "../risk/account_rules.ts";
import { simulateAccount } from "./account_simulation.ts";

const USD = 1e6;
const START = 50_000 * USD;

function day(...usd: number[]): Float64Array {
  return Float64Array.from(usd, (profit) => profit * USD);
}

/** A fair coin for one hundred dollars a day. */
const COIN = Array.from({ length: 10 }, (_, index) => day(index % 2 ? 100 : -100));
const SURE = { seed: 1, samples: 3_000, days: 2_000, blockLength: 1 };

Deno.test("simulateAccount() meets the odds of the gambler's ruin", () => {
  // From 0, +300 comes before -200 with probability 200 / 500.
  const fixed = {
    basis: "end-of-day",
    amountMicros: 200 * USD,
    stopsAtMicros: -200 * USD,
  } as const;
  const { passed, breached, passedInterval, open } = simulateAccount(COIN, {
    initialMicros: START,
    profitTargetMicros: 300 * USD,
    trailingDrawdown: fixed,
  }, SURE);
  assertClose(passed, 0.4, 0.03);
  assertClose(passed + breached["trailing-drawdown"], 1, 1e-12);
  assertEquals(open, 0);
  assert(passedInterval[0] < passed && passed < passedInterval[1]);
});

Deno.test("simulateAccount() meets the odds of a floor that trails for ever", () => {
  // From each new high, one step up comes before three down with probability 3 / 4; four steps.
  const trailing = { basis: "intraday", amountMicros: 300 * USD, stopsAtMicros: null } as const;
  const { passed, daysToPass, daysToBreach, finalMicros } = simulateAccount(COIN, {
    initialMicros: START,
    profitTargetMicros: 400 * USD,
    trailingDrawdown: trailing,
  }, SURE);
  assertClose(passed, 0.75 ** 4, 0.03);
  assertEquals(daysToPass.length + daysToBreach.length, finalMicros.length);
  assertEquals([daysToPass[0], daysToBreach[0]], [4, 3]);
});

Deno.test("followAccount() tells intraday from end-of-day trailing", () => {
  const days = [day(900, 300), day(-500, 100)];
  const rules = (basis: typeof TRAILING_BASES[number]): AccountRules => ({
    initialMicros: START,
    trailingDrawdown: { basis, amountMicros: 1_000 * USD, stopsAtMicros: null },
  });
  // Intraday: floor 900 - 1,000 = -100, and 300 - 500 = -200 is below. End of day: 300 - 1,000.
  assertEquals(followAccount(days, rules("intraday")), {
    kind: "trailing-drawdown",
    days: 2,
    equityMicros: START - 200 * USD,
  });
  assertEquals(followAccount(days, rules("end-of-day")).kind, "open");
});

Deno.test("followAccount() ends the day or the account at the daily loss", () => {
  const days = [day(-400, -600, 900), day(700, 1_200)];
  const rules: AccountRules = { initialMicros: START, profitTargetMicros: 500 * USD };
  const amountMicros = 500 * USD;
  // The day is closed at -600; the recovery to +900 is missed.
  assertEquals(followAccount(days, { ...rules, dailyLoss: { amountMicros, ends: "day" } }), {
    kind: "passed",
    days: 2,
    equityMicros: START + 600 * USD,
  });
  const lost = followAccount(days, { ...rules, dailyLoss: { amountMicros, ends: "account" } });
  assertEquals([lost.kind, lost.days], ["daily-loss", 1]);
  assertEquals(followAccount([day(-50_000)], rules).kind, "ruin");
});

Deno.test("followAccount() passes only with enough days and without one day that made it all", () => {
  const rules: AccountRules = { initialMicros: START, profitTargetMicros: 1_000 * USD };
  const days = [day(1_000), day(), day(200), day(900)];
  assertEquals(followAccount(days, rules).days, 1);
  assertEquals(followAccount(days, { ...rules, minimumDays: 2 }).days, 3);
  assertEquals(followAccount(days, { ...rules, bestDayShare: 0.5 }).days, 4);
});

Deno.test("dayPaths() cuts equity into days that add up to it again", () => {
  const equity = Float64Array.of(101, 103, 99, 100, 104);
  const paths = dayPaths(equity, Int32Array.of(1, 1, 2, 2, 5), 100);
  assertEquals(paths, [
    Float64Array.of(1, 3),
    Float64Array.of(-4, -3),
    Float64Array.of(4),
  ]);
  assertEquals(dayPaths(new Float64Array(), new Int32Array(), 100), []);
});

Deno.test("a stricter rule never passes more accounts", () => {
  const amounts = fc.integer({ min: 100, max: 2_000 });
  const path = fc.array(fc.integer({ min: -600, max: 600 }), { minLength: 1, maxLength: 5 });
  const days = fc.array(path.map((profits) => day(...profits)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(days, amounts, amounts, fc.constantFrom(...TRAILING_BASES), (list, a, b, basis) => {
      const passes = (amount: number): boolean =>
        followAccount(list, {
          initialMicros: START,
          profitTargetMicros: 1_000 * USD,
          trailingDrawdown: { basis, amountMicros: amount * USD, stopsAtMicros: 0 },
        }).kind === "passed";
      if (passes(Math.min(a, b))) assert(passes(Math.max(a, b)));
    }),
  );
});

Deno.test("simulateAccount() refuses settings that are none", () => {
  const days = Array.from({ length: 10 }, (_, index) => day(index % 2 === 0 ? 100 : -50));
  const rules: AccountRules = { initialMicros: START };
  const options = { seed: 1, days: 5, samples: 10 };
  assertEquals(simulateAccount(days, rules, options).open, 1);
  for (const wrong of [{ samples: 0 }, { blockLength: NaN }, { blockLength: -1 }, { days: 0 }]) {
    assertThrows(() => simulateAccount(days, rules, { ...options, ...wrong }), RangeError);
  }
});
