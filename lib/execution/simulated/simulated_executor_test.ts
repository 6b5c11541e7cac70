import { throws as assertThrows } from "node:assert/strict";
import { barsOf, FUTURE } from "../../../tests/fixtures/engine_fixture.ts";
import type { Instrument } from "../../market/instrument.ts";
import type { Order } from "../../trading/order.ts";
import { assertEquals } from "../../../tests/assert.ts";
import { createSimulatedExecutor } from "./simulated_executor.ts";

const COSTS = { feePerSideMicros: 500_000, slippageTicks: 2 };

function order(id: number, lots: number): Order {
  return { id, lots, reason: "signal", decidedAt: 0 };
}

Deno.test("SimulatedExecutor fills every waiting order once, at the next open, against it", () => {
  const executor = createSimulatedExecutor(COSTS);
  const bars = barsOf([100, 200], [110, 210]);
  assertEquals(executor.onBar(bars, 0), []);
  executor.submit(order(1, 3));
  executor.submit(order(2, -1));
  const fills = executor.onBar(bars, 1);
  assertEquals(fills.map((fill) => [fill.orderId, fill.lots, fill.priceTicks, fill.feeMicros]), [
    [1, 3, 202, 1_500_000],
    [2, -1, 198, 500_000],
  ]);
  assertEquals(executor.onBar(bars, 1), []);
});

Deno.test("SimulatedExecutor fills at the close when asked, stamped with the bar's end", () => {
  const bars = barsOf([100], [110]);
  const fill = createSimulatedExecutor(COSTS).atClose(bars, 0, order(1, -1));
  assertEquals([fill.priceTicks, fill.time], [108, 60_000]);
});

Deno.test("SimulatedExecutor rolls only what is held and only when the contract changes", () => {
  const executor = createSimulatedExecutor(COSTS);
  const bars = {
    ...barsOf([100, 100, 180, 180], [100, 100, 180, 180]),
    continuous: {
      method: "difference",
      adjustment: Float64Array.of(0, 0, -20, -20),
      contract: Int32Array.of(0, 0, 1, 1),
      contracts: ["H4", "M4"],
    },
  } as const;
  assertEquals(executor.onBar(bars, 2), []);
  executor.submit(order(1, -2));
  executor.onBar(bars, 1);
  const rolls = executor.onBar(bars, 2);
  assertEquals(rolls.map((fill) => [fill.lots, fill.priceTicks]), [[2, 102], [-2, 178]]);
  assertEquals(executor.onBar(bars, 3), []);
});

Deno.test("createSimulatedExecutor() refuses costs that are not whole", () => {
  assertThrows(() => createSimulatedExecutor({ ...COSTS, slippageTicks: 0.5 }), RangeError);
});

const [STOCK, CRUDE] = (["stock", "future"] as const).map((kind) => ({ ...FUTURE, kind }));

/** Fills of a long lot with a stop 40 ticks away, bar by bar. */
function fillsOfLong(instrument: Instrument, opens: number[], closes: number[]) {
  const bars = { ...barsOf(opens, closes), instrument };
  const executor = createSimulatedExecutor(COSTS);
  executor.submit(order(1, 2));
  const stop = { kind: "stop", stopTicks: opens[0]! - 40 } as const;
  executor.submit({ ...order(2, -1), terms: stop });
  return opens.map((_, bar) => executor.onBar(bars, bar).map(({ priceTicks }) => priceTicks));
}

Deno.test("SimulatedExecutor trades nothing in a row with an open of 0: orders wait for the next", () => {
  for (const instrument of [STOCK!, CRUDE!]) {
    const opens = [0, 400, 0, 390];
    assertEquals(fillsOfLong(instrument, opens, [400, 400, 400, 390])[0], []);
    // Bought at the next row; the row of 0 after it does not hit the stop at 360.
    const fills = fillsOfLong(instrument, [400, 400, 0, 390], [400, 400, 395, 390]);
    assertEquals(fills, [[402], [], [], []]);
  }
});

Deno.test("SimulatedExecutor sells a stock at 0 at least, a future also below", () => {
  const bars = barsOf([4, 1, 1], [4, 1, 1]);
  const sell = (instrument: Instrument) => {
    const executor = createSimulatedExecutor(COSTS);
    const traded = { ...bars, instrument };
    executor.submit(order(1, -1));
    executor.submit({ ...order(2, -1), terms: { kind: "stop", stopTicks: 2 } });
    return [0, 1].flatMap((bar) =>
      executor.onBar(traded, bar).map((
        { priceTicks, slippageTicks },
      ) => [priceTicks, slippageTicks])
    ).concat([executor.atClose(traded, 2, order(3, -1))].map((fill) => [fill.priceTicks]));
  };
  assertEquals(sell(STOCK!), [[2, 2], [0, 1], [0]]);
  assertEquals(sell(CRUDE!), [[2, 2], [-1, 2], [-1]]);
  // A low of 0 or less is no price of a stock; crude oil has been there.
  assertEquals(fillsOfLong(STOCK!, [400, 400], [400, -8]), [[402], []]);
  assertEquals(fillsOfLong(CRUDE!, [400, 400], [400, -8]), [[402], [358]]);
});

Deno.test("SimulatedExecutor names the row and the price that is no number", () => {
  const bars = barsOf([100, NaN], [100, 100]);
  const executor = createSimulatedExecutor(COSTS);
  executor.submit(order(1, 1));
  assertThrows(() => executor.onBar(bars, 1), /row 1 as its open must be a number/);
  const working = createSimulatedExecutor(COSTS);
  working.submit({ ...order(1, 1), terms: { kind: "limit", limitTicks: 90 } });
  assertThrows(() => working.onBar(barsOf([100], [NaN]), 0), /row 0 as its (high|low|close) must/);
  assertThrows(
    () => working.atClose(barsOf([1], [NaN]), 0, order(2, 1)),
    /row 0 as its close must/,
  );
});
