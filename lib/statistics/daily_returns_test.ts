import { throws as assertThrows } from "node:assert/strict";
import { assertEquals } from "../../tests/assert.ts";
import { dailyReturns } from "./daily_returns.ts";

Deno.test("dailyReturns() takes the last equity of each day", () => {
  const equity = Float64Array.of(50, 200, 10, 100);
  const result = dailyReturns(equity, Int32Array.of(3, 3, 8, 8), 100);
  assertEquals(result, { returns: Float64Array.of(1, -0.5), tradeDay: Int32Array.of(3, 8) });
});

Deno.test("dailyReturns() gives 0 once equity is used up", () => {
  const equity = Float64Array.of(50, -10, -10);
  const { returns } = dailyReturns(equity, Int32Array.of(1, 2, 3), 100);
  assertEquals(returns, Float64Array.of(-0.5, -10 / 50 - 1, 0));
});

Deno.test("dailyReturns() of no bars is empty and refuses days that do not fit", () => {
  assertEquals(dailyReturns(new Float64Array(), new Int32Array(), 1).returns.length, 0);
  assertThrows(() => dailyReturns(new Float64Array(2), new Int32Array(1), 1), RangeError);
});
