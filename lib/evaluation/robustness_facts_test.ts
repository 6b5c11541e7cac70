import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import type { Bars } from "../market/bars.ts";
import type { Strategy } from "../trading/strategy.ts";
import { barsOf, scripted } from "../../tests/fixtures/engine_fixture.ts";
import { evaluate } from "./evaluate.ts";
import type { RunConditions } from "../engine/run_conditions.ts";
import { robustnessFacts } from "./robustness_facts.ts";

/** Two bars a day; each bar opens where the one before closed. */
const CLOSES = [4_000, 4_000, 4_040, 4_080, 4_060, 4_040, 4_040, 4_020, 4_020, 4_020];
const BARS = barsOf([4_000, ...CLOSES.slice(0, -1)], CLOSES);

function conditionsOf(bars: Bars, changes: Partial<RunConditions> = {}): RunConditions {
  return {
    bars,
    session: {
      tradeDay: Int32Array.from({ length: bars.length }, (_, bar) => bar >> 1),
      isLast: new Uint8Array(bars.length),
    },
    ...{ from: 0, to: bars.length, costs: { feePerSideMicros: 0, slippageTicks: 0 } },
    ...{ initialCashUsd: 1_000, maxLots: 10, marginPerLotUsd: 100, flattenAtSessionEnd: false },
    sizing: { kind: "fixed", lots: 100 },
    margin: { overnight: [{ from: "1970-01-01", value: { initialUsd: 100, maintenanceUsd: 0 } }] },
    ...changes,
  };
}

function factsOf(strategy: Strategy, rule: Strategy, conditions = conditionsOf(BARS)) {
  return robustnessFacts(
    evaluate(conditions, strategy),
    [evaluate(conditions, rule)],
    conditions.bars,
  );
}

const held = (lots: number): Strategy => scripted(CLOSES.map(() => lots));

Deno.test("robustnessFacts() counts days, halves and falls in dollars", () => {
  // One lot from the second bar's open on at $1.25 a tick, by day: 0, +80, -40, -20, 0 ticks.
  const facts = factsOf(held(1), held(0));
  assertClose(facts.bestDayUsd!, 100, 1e-9);
  assertEquals(facts.halvesNetUsd!.map((profit) => Math.round(profit * 1e6) / 1e6), [100, -75]);
  assertClose(facts.deepestFallUsd!, 75, 1e-9);
  assertEquals([facts.marginCloses, facts.missedSessionCloses, facts.offTickShare], [0, 0, 0]);
  // A rule that never varies is like nothing.
  assert(!("likest" in facts));
});

Deno.test("robustnessFacts() finds the rule that is most like the strategy, or its opposite", () => {
  const { likest } = factsOf(held(2), held(1));
  assertEquals(likest?.name, "scripted");
  assert(likest!.correlation > 0.99);
  assert(factsOf(held(-2), held(1)).likest!.correlation < -0.99);
});

Deno.test("robustnessFacts() counts tested bars that repeat the one before", () => {
  // Bars 8 and 9 open and close at 4,020 like each other; bar 7 opened at 4,040.
  assertEquals(factsOf(held(0), held(0)).staleBars, { count: 2, bars: 10, longest: 1 });
  const still = barsOf(CLOSES.map(() => 4_000), CLOSES.map(() => 4_000));
  const conditions = conditionsOf(still, { from: 4 });
  assertEquals(factsOf(held(0), held(0), conditions).staleBars, { count: 6, bars: 6, longest: 6 });
});

Deno.test("robustnessFacts() counts forced closes and prices off the grid", () => {
  const crash = barsOf([4_000, 4_000, 4_000, 2_000], [4_000, 4_000, 4_000, 2_000]);
  const facts = factsOf(held(1), held(0), conditionsOf(crash));
  assertEquals(facts.marginCloses, 1);
  const off = { ...crash, close: crash.close.map((price) => price + 0.1) };
  assertEquals(factsOf(held(0), held(0), conditionsOf(off)).offTickShare, 0.5);
});
