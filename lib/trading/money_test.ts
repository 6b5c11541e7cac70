import { throws as assertThrows } from "node:assert/strict";
import { assertEquals } from "../../tests/assert.ts";
import { fromTicks, isOnTick, toTicks, usdToMicros } from "./money.ts";

Deno.test("toTicks() and fromTicks() give back every price on the grid", () => {
  for (const tickSize of [0.25, 0.01, 0.1, 0.00005, 0.0000005, 1 / 64]) {
    for (const ticks of [-3_763, -1, 0, 1, 22_157, 1_234_567]) {
      const price = fromTicks(ticks, tickSize);
      assertEquals(toTicks(price, tickSize), ticks);
      assertEquals(isOnTick(price, tickSize), true);
    }
  }
  assertEquals(fromTicks(22_157, 0.00005), 1.10785);
});

Deno.test("usdToMicros() refuses amounts beyond the exact range", () => {
  assertThrows(() => usdToMicros(1e10), RangeError);
  assertThrows(() => usdToMicros(NaN), RangeError);
});
