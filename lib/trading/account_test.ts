import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import type { Fill } from "./fill.ts";
import { assertEquals } from "../../tests/assert.ts";
import { Account } from "./account.ts";
import { matchTrades } from "./trades.ts";

const START = 1_000_000_000_000;
const TICK = 1_250_000;

function fill(bar: number, lots: number, priceTicks: number, feeMicros = 0): Fill {
  return {
    orderId: bar,
    bar,
    time: bar,
    moment: "open",
    lots,
    priceTicks,
    slippageTicks: 1,
    feeMicros,
    reason: "signal",
  };
}

const arbitraryFills = fc.array(
  fc.record({
    lots: fc.integer({ min: -9, max: 9 }).filter((lots) => lots !== 0),
    priceTicks: fc.integer({ min: -500, max: 5_000 }),
    feeMicros: fc.integer({ min: 0, max: 3_000_001 }),
  }),
  { maxLength: 60 },
).map((rows) => rows.map((row, bar) => fill(bar, row.lots, row.priceTicks, row.feeMicros)));

Deno.test("Account conserves money: cash is start plus realised minus fees", () => {
  fc.assert(fc.property(arbitraryFills, fc.integer({ min: -500, max: 5_000 }), (fills, mark) => {
    const account = new Account(START, TICK);
    for (const each of fills) account.apply(each);
    const fees = fills.reduce((sum, each) => sum + each.feeMicros, 0);
    const realised = matchTrades(fills, TICK).reduce((sum, trade) => sum + trade.grossMicros, 0);
    assertEquals(account.cashMicros, START + realised - fees);

    // Equity by cash flow, which needs no matching: paid and received, and the position's worth.
    const flow = fills.reduce((sum, each) => sum - each.lots * each.priceTicks * TICK, 0);
    const position = fills.reduce((sum, each) => sum + each.lots, 0);
    assertEquals(account.positionLots, position);
    assertEquals(account.equityMicros(mark), START - fees + flow + position * mark * TICK);
  }));
});

Deno.test("matchTrades() on a flattened account adds up to the change of cash, fees split exactly", () => {
  fc.assert(fc.property(arbitraryFills, (fills) => {
    const position = fills.reduce((sum, each) => sum + each.lots, 0);
    const all = position === 0 ? fills : [...fills, fill(99, -position, 1_000, 7)];
    const account = new Account(START, TICK);
    for (const each of all) account.apply(each);
    const trades = matchTrades(all, TICK);
    const net = trades.reduce((sum, trade) => sum + trade.netMicros, 0);
    assertEquals(account.cashMicros - START, net);
    const lots = trades.reduce((sum, trade) => sum + 2 * Math.abs(trade.lots), 0);
    assertEquals(lots, account.lotsTraded);
    const slippage = trades.reduce((sum, trade) => sum + trade.slippageMicros, 0);
    assertEquals(slippage, account.slippageMicros);
  }));
});

Deno.test("matchTrades() closes first in first out and splits a reversal", () => {
  const fills = [fill(0, 2, 100, 200), fill(1, 1, 110, 100), fill(2, -4, 120, 400)];
  const trades = matchTrades([...fills, fill(5, 1, 115, 100)], TICK);
  const seen = trades.map(({ lots, entryPriceTicks, exitPriceTicks, feesMicros, barsHeld }) => //
  [lots, entryPriceTicks, exitPriceTicks, feesMicros, barsHeld]);
  assertEquals(seen, [[2, 100, 120, 400, 2], [1, 110, 120, 200, 1], [-1, 120, 115, 200, 3]]);
  assertEquals(trades.map((trade) => trade.grossMicros / TICK), [40, 10, 5]);
});

Deno.test("Account refuses amounts that a number cannot hold exactly", () => {
  const account = new Account(Number.MAX_SAFE_INTEGER - 5, TICK);
  account.apply(fill(0, 1, 100));
  assertThrows(() => account.equityMicros(101), RangeError);
  assertThrows(() => account.apply(fill(1, -1, 101)), RangeError);
  assertThrows(() => new Account(0.5, TICK), RangeError);
});
