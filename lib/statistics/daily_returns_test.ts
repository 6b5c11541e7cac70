import { throws as assertThrows } from "node:assert/strict";
import { assertEquals } from "../../tests/assert.ts";
import { commonPeriods } from "./common_periods.ts";
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

Deno.test("dailyReturns() and commonPeriods() refuse days out of order", () => {
  const equity = Float64Array.of(100, 110, 120);
  assertThrows(() => dailyReturns(equity, Int32Array.of(3, 5, 4), 100), {
    name: "RangeError",
    message: /current value is 4 after 5 at bar 2/,
  });
  const dated = (days: readonly number[], returns = days) => ({
    periods: Int32Array.from(days),
    returns: Float64Array.from(returns),
  });
  assertThrows(() => commonPeriods([dated([1, 2, 3]), dated([2, 3, 3])]), RangeError);
  assertThrows(() => commonPeriods([dated([2, 1])]), RangeError);
  assertThrows(() => commonPeriods([dated([1, 2], [0.1])]), RangeError);
});
