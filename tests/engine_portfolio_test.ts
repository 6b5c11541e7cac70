import { throws as assertThrows } from "node:assert/strict";
import type { Bars } from "../lib/market/bars.ts";
import type { EngineOptions } from "../lib/engine/engine_options.ts";
import { type PortfolioLeg, runPortfolio } from "../lib/engine/engine_portfolio.ts";
import type { Strategy } from "../lib/trading/strategy.ts";
import { assertEquals } from "./assert.ts";
import { barsOf, optionsFor, scripted, TICK } from "./fixtures/engine_fixture.ts";

const FREE = { feePerSideMicros: 0, slippageTicks: 0 };
const START = 1_000_000_000;

function leg(bars: Bars, strategy: Strategy, changes: Partial<EngineOptions> = {}): PortfolioLeg {
  return { ...optionsFor(bars, strategy, { costs: FREE, ...changes }), bars };
}

/** Four minutes as one bar. */
function fourMinutes(open: number, close: number): Bars {
  return {
    ...barsOf([open, close], [close, close]),
    intervalMs: 240_000,
    time: Float64Array.of(0, 240_000),
  };
}

Deno.test("a leg with longer bars stands in the account at its last known close", () => {
  const minutes = barsOf(Array(8).fill(100), Array(8).fill(100));
  const slow = fourMinutes(100, 150);
  const legs = [leg(minutes, scripted([])), leg(slow, scripted([1, 1]))];
  const { equityMicros, time } = runPortfolio({ initialCashUsd: 1_000, legs });
  assertEquals([...time], [1, 2, 3, 4, 5, 6, 7, 8].map((minute) => minute * 60_000));
  // Bought at 150 at the open of the second bar, which closes in minute 8 at 150.
  assertEquals(new Set(equityMicros), new Set([START]));
});

Deno.test("every leg sees the equity of the whole account, fills of the same moment included", () => {
  const seen: number[] = [];
  const watcher: Strategy = {
    name: "watcher",
    warmupBars: 0,
    targetLots: ({ equityMicros }) => (seen.push(equityMicros), 0),
  };
  const rising = barsOf([100, 100, 110, 120], [100, 105, 115, 125]);
  const still = barsOf(Array(4).fill(100), Array(4).fill(100));
  const legs = [leg(still, watcher), leg(rising, scripted([2, 2, 2, 2]))];
  runPortfolio({ initialCashUsd: 1_000, legs });
  assertEquals(seen, [START, START + 2 * 5 * TICK, START + 2 * 15 * TICK]);
});

Deno.test("opposite positions of two legs in one instrument are not set off against each other", () => {
  const bars = barsOf(Array(4).fill(100), Array(4).fill(100));
  const changes = { marginPerLotUsd: 400 };
  const legs = [leg(bars, scripted([1, 1, 1]), changes), leg(bars, scripted([-2, -2]), changes)];
  const { legs: results } = runPortfolio({ initialCashUsd: 1_000, legs });
  assertEquals(results.map(({ positionLots }) => positionLots[1]), [1, -1]);
});

Deno.test("a leg whose data end closes its position there", () => {
  const long = barsOf(Array(4).fill(100), Array(4).fill(100));
  const short = barsOf([100, 100], [100, 120]);
  const legs = [leg(long, scripted([])), leg(short, scripted([1, 1]))];
  const { equityMicros } = runPortfolio({ initialCashUsd: 1_000, legs });
  assertEquals([...equityMicros], [0, 20, 20, 20].map((ticks) => START + ticks * TICK));
});

Deno.test("runPortfolio() refuses an account without legs and options outside their range", () => {
  const bars = barsOf([100, 100], [100, 100]);
  assertThrows(() => runPortfolio({ initialCashUsd: 1_000, legs: [] }), RangeError);
  const legs = [leg(bars, scripted([]), { maxLots: -1 })];
  assertThrows(() => runPortfolio({ initialCashUsd: 1_000, legs }), RangeError);
});
