import { throws as assertThrows } from "node:assert/strict";
import { assertEquals } from "../../tests/assert.ts";
import { checkCosts, scaleCosts } from "./costs.ts";

const COSTS = { feePerSideMicros: 625_000, slippageTicks: 1 };

Deno.test("scaleCosts() multiplies fee and slippage", () => {
  assertEquals(scaleCosts(COSTS, 0), { feePerSideMicros: 0, slippageTicks: 0 });
  assertEquals(scaleCosts(COSTS, 3), { feePerSideMicros: 1_875_000, slippageTicks: 3 });
});

Deno.test("scaleCosts() refuses a factor that would split a tick", () => {
  assertThrows(() => scaleCosts(COSTS, 0.5), RangeError);
});

Deno.test("checkCosts() refuses costs that pay or are not whole", () => {
  assertThrows(() => checkCosts({ ...COSTS, slippageTicks: -1 }), RangeError);
  assertThrows(() => checkCosts({ ...COSTS, feePerSideMicros: 0.5 }), RangeError);
});
