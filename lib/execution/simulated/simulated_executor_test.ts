import { throws as assertThrows } from "node:assert/strict";
import { barsOf } from "../../../tests/fixtures/engine_fixture.ts";
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
