import { assertEquals } from "../../tests/assert.ts";
import type { Bars } from "./bars.ts";
import { fundingMicros, fundingOf, requireFunding } from "./funding.ts";
import type { FundingRate } from "./funding_rate.ts";
import { findInstrument } from "./instruments.ts";

const HOUR_MS = 3_600_000;
const START = Date.UTC(2024, 0, 1);

function barsOf(hours: number, length: number, funding?: readonly FundingRate[]): Bars {
  const time = Float64Array.from({ length }, (_, row) => START + row * hours * HOUR_MS);
  const open = time.map((_, row) => 100 + row), close = time.map((_, row) => 200 + row);
  return {
    ...{ instrument: findInstrument("BTCUSDT.P"), intervalMs: hours * HOUR_MS, length, time },
    ...{ open, high: close, low: open, close, volume: new Float64Array(length) },
    ...(funding === undefined ? {} : { funding }),
  };
}

const at = (hour: number, price?: number): FundingRate => ({
  time: START + hour * HOUR_MS,
  rate: hour / 1_000,
  ...(price === undefined ? {} : { price }),
});

Deno.test("fundingOf() books at the open that a payment is due at, inside a bar at its close", () => {
  // Hourly: hours 0, 8 and 16 open bars. The first bar's is nobody's.
  assertEquals(fundingOf(barsOf(1, 24, [at(0), at(8), at(16, 999), at(24)])), [
    { row: 0, atClose: false, rate: 0, price: 100 },
    { row: 8, atClose: false, rate: 0.008, price: 108 },
    { row: 16, atClose: false, rate: 0.016, price: 999 },
  ]);
  // Daily: hours 8 and 16 lie inside, 24 opens the next day.
  assertEquals(fundingOf(barsOf(24, 2, [at(8), at(16), at(24)])), [
    { row: 0, atClose: true, rate: 0.008, price: 200 },
    { row: 0, atClose: true, rate: 0.016, price: 200 },
    { row: 1, atClose: false, rate: 0.024, price: 101 },
  ]);
});

Deno.test("fundingOf() gives a payment between two bars to whoever held before, and knows late stamps", () => {
  const hourly = barsOf(1, 24, [at(8), { ...at(16), time: at(16).time + 7 }]);
  const kept = [...Array(24).keys()].filter((hour) => hour < 6 || hour > 9);
  const pick = (column: Float64Array): Float64Array =>
    Float64Array.from(kept, (row) => column[row]!);
  const holed: Bars = {
    ...hourly,
    length: kept.length,
    ...{ time: pick(hourly.time), open: pick(hourly.open), close: pick(hourly.close) },
  };
  assertEquals(fundingOf(holed), [
    { row: 6, atClose: false, rate: 0.008, price: 205 },
    { row: 12, atClose: false, rate: 0.016, price: 116 },
  ]);
  assertEquals(fundingOf(barsOf(1, 2, [{ time: START - HOUR_MS, rate: 1 }])), []);
});

Deno.test("fundingMicros() is paid by the long where the rate is above 0, and rounded once", () => {
  const due = { rate: 0.000_123_45, price: 43_210.7 };
  assertEquals(fundingMicros(537, 0.001, due), -2_864_552);
  assertEquals(fundingMicros(-537, 0.001, due), 2_864_552);
  assertEquals(Object.is(fundingMicros(0, 0.001, due), 0), true);
});

Deno.test("requireFunding() asks for funding of a perpetual, for all of the days that are traded", () => {
  const refusal = (bars: Bars, from: number, to: number): string => {
    try {
      requireFunding(bars, { from, to });
    } catch (error) {
      return (error as Error).message;
    }
    return "none";
  };
  assertEquals(
    refusal(barsOf(1, 24), 0, 24),
    "--funding: Cannot count money of BTCUSDT.P without the funding that it pays (give a file " +
      "with time and rate of each payment: --funding FILE)",
  );
  const whole = barsOf(1, 40, [at(8), at(16), at(24), at(32)]);
  assertEquals(refusal(whole, 0, 40), "none");
  const gap = barsOf(1, 40, [at(8), at(24), at(32)]);
  assertEquals(
    refusal(gap, 0, 40),
    "--funding: Cannot count money of BTCUSDT.P as no funding is known for 2024-01-01T08:00Z to " +
      "2024-01-02T00:00Z (give every payment from 2024-01-01T00:00Z to 2024-01-02T16:00Z, one in " +
      "8 hours at least, or test fewer days with --from and --to)",
  );
  // The hole lies outside of what is traded.
  assertEquals(refusal(gap, 20, 40), "none");
  assertEquals(refusal(barsOf(1, 40, [at(8), at(16)]), 0, 40).includes("T16:00Z to 2024-"), true);
  const { funding: _, ...plain } = whole;
  requireFunding({ ...plain, instrument: findInstrument("SPY") }, { from: 0, to: 40 });
});
