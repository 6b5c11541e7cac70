import { throws as assertThrows } from "node:assert/strict";
import { randomBars } from "../../tests/fixtures/engine_fixture.ts";
import { closeReturns, sliceBars } from "../market/bars.ts";
import { assertClose, assertEquals } from "../../tests/assert.ts";
import { fixedLots, volatilityTarget } from "./sizing.ts";
import { exponentialVolatility } from "../statistics/volatility.ts";

Deno.test("exponentialVolatility() is the weighted standard deviation of all returns so far", () => {
  const returns = closeReturns(randomBars(1, 200));
  const volatility = exponentialVolatility(returns, 10);
  const past = [...returns.subarray(1, 151)];
  // Weights (1 - decay)^age; the first return carries what a longer past would have.
  const keep = 1 - 2 / 11;
  const weights = past.map((_, i) => keep ** (149 - i) * (i === 0 ? 1 : 1 - keep));
  const mean = past.reduce((sum, each, i) => sum + weights[i]! * each, 0);
  const variance = past.reduce((sum, each, i) => sum + weights[i]! * (each - mean) ** 2, 0);
  assertClose(volatility[150]! / Math.sqrt(variance), 1, 1e-12);
  assertEquals([...volatility.subarray(0, 10)].every(Number.isNaN), true);
  assertEquals(Number.isNaN(volatility[10]!), false);
});

Deno.test("volatilityTarget() truncates to whole lots and respects the leverage limit", () => {
  const bars = randomBars(2, 300);
  const options = { annualVolatility: 0.1, barsPerYear: 252, maxLeverage: 3 };
  const context = { bars, bar: 250, positionLots: 0, equityMicros: 1e12 };
  const volatility = exponentialVolatility(closeReturns(bars), 60)[250]!;
  const exposure = 0.1 / Math.sqrt(252) / volatility;
  const lots = Math.trunc(exposure * 1e6 / (bars.close[250]! * 5));
  assertEquals(volatilityTarget(bars, options)(context), lots);
  const capped = volatilityTarget(bars, { ...options, maxLeverage: 0.5 });
  assertEquals(capped(context), Math.trunc(0.5 * 1e6 / (bars.close[250]! * 5)));
  assertEquals(volatilityTarget(bars, options)({ ...context, bar: 20 }), 0);
});

Deno.test("volatilityTarget() does not see the future", () => {
  const bars = randomBars(3, 300);
  const options = { annualVolatility: 0.1, barsPerYear: 252, maxLeverage: 3 };
  const context = { bars, bar: 199, positionLots: 0, equityMicros: 1e12 };
  const cut = volatilityTarget(sliceBars(bars, 0, 200), options)(context);
  assertEquals(volatilityTarget(bars, options)(context), cut);
});

Deno.test("fixedLots() refuses sizes that are not whole and not negative", () => {
  assertThrows(() => fixedLots(1.5), RangeError);
  assertThrows(() => fixedLots(-1), RangeError);
});
