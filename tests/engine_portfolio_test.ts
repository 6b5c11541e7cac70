import { throws as assertThrows } from "node:assert/strict";
import type { Bars } from "../lib/market/bars.ts";
import type { RunObserver, RunOptions } from "../lib/engine/run_options.ts";
import { type PortfolioSlot, runPortfolio } from "../lib/engine/run_portfolio.ts";
import type { Strategy } from "../lib/trading/strategy.ts";
import { assertEquals } from "./assert.ts";
import { barsOf, optionsFor, scripted, TICK } from "./fixtures/engine_fixture.ts";

const FREE = { feePerSideMicros: 0, slippageTicks: 0 };
const START = 1_000_000_000;

function slot(bars: Bars, strategy: Strategy, changes: Partial<RunOptions> = {}): PortfolioSlot {
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

Deno.test("a slot with longer bars stands in the account at its last known close", () => {
  const minutes = barsOf(Array(8).fill(100), Array(8).fill(100));
  const slow = fourMinutes(100, 150);
  const slots = [slot(minutes, scripted([])), slot(slow, scripted([1, 1]))];
  const { equityMicros, time } = runPortfolio({ initialCashUsd: 1_000, slots });
  assertEquals([...time], [1, 2, 3, 4, 5, 6, 7, 8].map((minute) => minute * 60_000));
  // Bought at 150 at the open of the second bar, which closes in minute 8 at 150.
  assertEquals(new Set(equityMicros), new Set([START]));
});

Deno.test("every slot sees the equity of the whole account, fills of the same moment included", () => {
  const seen: number[] = [];
  const observer: RunObserver = {
    onDecision: ({ equityMicros, slot }) => void (slot === 0 && seen.push(equityMicros)),
  };
  const rising = barsOf([100, 100, 110, 120], [100, 105, 115, 125]);
  const still = barsOf(Array(4).fill(100), Array(4).fill(100));
  const slots = [slot(still, scripted([])), slot(rising, scripted([2, 2, 2, 2]))];
  runPortfolio({ initialCashUsd: 1_000, slots, observer });
  assertEquals(seen, [START, START + 2 * 5 * TICK, START + 2 * 15 * TICK]);
});

Deno.test("opposite positions of two slots in one instrument are not set off against each other", () => {
  const bars = barsOf(Array(4).fill(100), Array(4).fill(100));
  const changes = { marginPerLotUsd: 400 };
  const slots = [slot(bars, scripted([1, 1, 1]), changes), slot(bars, scripted([-2, -2]), changes)];
  const { slots: results } = runPortfolio({ initialCashUsd: 1_000, slots });
  assertEquals(results.map(({ positionLots }) => positionLots[1]), [1, -1]);
});

Deno.test("a slot whose data end closes its position there", () => {
  const long = barsOf(Array(4).fill(100), Array(4).fill(100));
  const short = barsOf([100, 100], [100, 120]);
  const slots = [slot(long, scripted([])), slot(short, scripted([1, 1]))];
  const { equityMicros } = runPortfolio({ initialCashUsd: 1_000, slots });
  assertEquals([...equityMicros], [0, 20, 20, 20].map((ticks) => START + ticks * TICK));
});

Deno.test("runPortfolio() refuses an account without slots and options outside their range", () => {
  const bars = barsOf([100, 100], [100, 100]);
  assertThrows(() => runPortfolio({ initialCashUsd: 1_000, slots: [] }), RangeError);
  const slots = [slot(bars, scripted([]), { maxLots: -1 })];
  assertThrows(() => runPortfolio({ initialCashUsd: 1_000, slots }), RangeError);
});
