import { throws as assertThrows } from "node:assert/strict";
import { randomBars } from "../../tests/fixtures/engine_fixture.ts";
import { type Bars, closeReturns } from "../market/bars.ts";
import { assertClose, assertEquals } from "../../tests/assert.ts";
import { createSizing, fixedLots, sizingLookback, type SizingSettings } from "./sizing.ts";
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

const TARGET = {
  kind: "volatility-target",
  annualVolatility: 0.1,
  barsPerYear: 252,
  maxLeverage: 3,
} as const;

/** Lots of a full position after a row, a million dollars in the account. */
function lotsAt(bars: Bars, row: number, settings: SizingSettings): number {
  const sizing = createSizing(settings);
  closeReturns(bars).subarray(0, row + 1).forEach(sizing.observe);
  return sizing.fullLots({ lotUsd: bars.close[row]! * 5, equityMicros: 1e12 });
}

Deno.test("a volatility target truncates to whole lots and respects the leverage limit", () => {
  const bars = randomBars(2, 300);
  const volatility = exponentialVolatility(closeReturns(bars), 60)[250]!;
  const exposure = 0.1 / Math.sqrt(252) / volatility;
  const lots = Math.trunc(exposure * 1e6 / (bars.close[250]! * 5));
  assertEquals(lotsAt(bars, 250, TARGET), lots);
  const capped = lotsAt(bars, 250, { ...TARGET, maxLeverage: 0.5 });
  assertEquals(capped, Math.trunc(0.5 * 1e6 / (bars.close[250]! * 5)));
  assertEquals(lotsAt(bars, 20, TARGET), 0);
});

Deno.test("a volatility target sizes the same from a saved state, and from its look-back alone", () => {
  const bars = randomBars(3, 2_000), returns = closeReturns(bars);
  const whole = createSizing(TARGET), context = { lotUsd: 5, equityMicros: 1e12 };
  returns.forEach(whole.observe);
  for (const stop of [1, 59, 60, 700]) {
    const first = createSizing(TARGET);
    returns.subarray(0, stop).forEach(first.observe);
    const later = createSizing(TARGET, JSON.parse(JSON.stringify(first.save())));
    assertEquals(later.fullLots(context), first.fullLots(context));
    returns.subarray(stop).forEach(later.observe);
    assertEquals(later.save(), whole.save());
  }
  const late = createSizing(TARGET);
  returns.subarray(-sizingLookback(TARGET)).forEach(late.observe);
  assertEquals(late.fullLots(context), whole.fullLots(context));
});

Deno.test("a position stays below a part of the Kelly share of its probability and bet", () => {
  const sizing = createSizing({ kind: "fixed", lots: 50, kellyPart: 0.1 });
  const bet = { win: 0.01, loss: 0.01 };
  const forecast = { exposure: 1, intent: "resize", probability: 0.6, bet } as const;
  // p = 0.6 at even odds: 20 % of $100,000, a tenth of it at $500 a lot.
  const context = { lotUsd: 50_000, equityMicros: 100_000e6 };
  assertEquals(sizing.mostLots(forecast, context), 4);
  assertEquals(sizing.mostLots({ ...forecast, probability: null }, context), Infinity);
});

Deno.test("sizings refuse settings outside their range", () => {
  assertThrows(() => createSizing(fixedLots(1.5)), RangeError);
  assertThrows(() => createSizing(fixedLots(-1)), RangeError);
  assertThrows(() => createSizing({ ...TARGET, annualVolatility: NaN }), RangeError);
  assertThrows(() => createSizing({ ...fixedLots(1), kellyPart: 2 }), RangeError);
});
