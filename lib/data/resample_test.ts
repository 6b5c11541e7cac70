import fc from "fast-check";
import nodeAssert from "node:assert/strict";
import { type Bars, sliceBars } from "../market/bars.ts";
import { createCalendar } from "../market/calendar.ts";
import { InputError } from "../core/errors.ts";
import { findInstrument } from "../market/instruments.ts";
import { DAY_MS, wallTimeToUtc } from "../market/time_zone.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { resampleBars } from "./resample.ts";
import { simulateBars } from "../simulator/simulator.ts";

const MINUTE = 60_000;
const ES = findInstrument("ES");
const CALENDAR = createCalendar(ES);

/** Half-hour bars over Thanksgiving 2024: a holiday, a half day and a weekend. */
const BARS = simulateBars({
  world: { kind: "gbm" },
  instrument: ES,
  bars: 300,
  intervalMs: 30 * MINUTE,
  seed: 3,
  start: Date.parse("2024-11-26T00:00Z"),
  startPrice: 6_000,
  volatilityTicks: 8,
});

function total(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0);
}

Deno.test("resampleBars() keeps volume and extremes, and opens and closes of its parts", () => {
  const hours = resampleBars(BARS, 120 * MINUTE, CALENDAR);
  const used = BARS.time.filter((time) => time < hours.time.at(-1)! + 120 * MINUTE).length;
  assertEquals(total(hours.volume), total(BARS.volume.subarray(0, used)));
  assertEquals(Math.max(...hours.high), Math.max(...BARS.high.subarray(0, used)));
  for (let i = 0; i < hours.length; i++) {
    const first = BARS.time.indexOf(hours.time[i]!);
    assertEquals(hours.open[i], BARS.open[first]);
    assert(hours.low[i]! <= hours.close[i]! && hours.close[i]! <= hours.high[i]!);
    if (i > 0) assertEquals(hours.open[i], hours.close[i - 1]);
  }
});

Deno.test("resampleBars() counts from the open of each session and never crosses one", () => {
  const long = resampleBars(BARS, 5 * 60 * MINUTE, CALENDAR);
  for (let i = 0; i < long.length; i++) {
    const session = CALENDAR.sessionAt(long.time[i]!)!;
    assertEquals((long.time[i]! - session.open) % (5 * 60 * MINUTE), 0);
  }
});

Deno.test("resampleBars() makes one daily bar per trade date, holidays joined to the next", () => {
  const days = resampleBars(BARS, DAY_MS, CALENDAR);
  assertEquals(Array.from(days.time, (time) => new Date(time).toISOString().slice(0, 10)), [
    "2024-11-27",
    "2024-11-29",
    "2024-12-02",
    "2024-12-03",
    "2024-12-04",
  ]);
});

Deno.test("resampleBars() gives a prefix the first bars of the whole, none unfinished", () => {
  for (const interval of [60 * MINUTE, 5 * 60 * MINUTE, DAY_MS]) {
    const whole = resampleBars(BARS, interval, CALENDAR);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: BARS.length }), (length) => {
        const part = resampleBars(sliceBars(BARS, 0, length), interval, CALENDAR);
        assertEquals(part.close, whole.close.slice(0, part.length));
        assertEquals(part.time, whole.time.slice(0, part.length));
        assertEquals(part.volume, whole.volume.slice(0, part.length));
      }),
      { numRuns: 30 },
    );
  }
});

Deno.test("resampleBars() keeps to the stamps of bars that straddle the open", () => {
  const spy = findInstrument("SPY");
  const day = Date.parse("2024-06-10") / DAY_MS;
  const time = Float64Array.from(
    { length: 7 },
    (_, i) => wallTimeToUtc("America/New_York", day, (9 + i) * 60),
  );
  const column = Float64Array.from(time, (_, i) => i);
  const bars: Bars = {
    instrument: spy,
    intervalMs: 60 * MINUTE,
    length: 7,
    time,
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
  };
  const long = resampleBars(bars, 120 * MINUTE, createCalendar(spy));
  // 09–11, 11–13, 13–15 and, cut by the close, 15–16.
  assertEquals(long.close, Float64Array.of(1, 3, 5, 6));
  assertEquals(long.time, time.filter((_, i) => i % 2 === 0));
});

Deno.test("resampleBars() at the same interval changes nothing", () => {
  const same = resampleBars(BARS, BARS.intervalMs, CALENDAR);
  assertEquals(same.time, BARS.time);
  assertEquals(same.close, BARS.close);
});

Deno.test("resampleBars() refuses intervals that do not fit", () => {
  for (const interval of [10 * MINUTE, 45 * MINUTE, 2 * DAY_MS, 0, NaN]) {
    nodeAssert.throws(() => resampleBars(BARS, interval, CALENDAR), InputError);
  }
});

Deno.test("resampleBars() refuses to mix two contracts in one bar, and carries rolls between", () => {
  const rollAt = (row: number): Bars => ({
    ...BARS,
    continuous: {
      method: "difference",
      adjustment: Float64Array.from(BARS.time, (_, i) => i < row ? 0 : -6),
      contract: Int32Array.from(BARS.time, (_, i) => i < row ? 0 : 1),
      contracts: ["ESZ4", "ESH5"],
    },
  });
  const hours = resampleBars(rollAt(100), 60 * MINUTE, CALENDAR);
  assertEquals(hours.continuous?.contract.indexOf(1), hours.continuous?.adjustment.indexOf(-6));
  nodeAssert.throws(() => resampleBars(rollAt(101), 60 * MINUTE, CALENDAR), InputError);
});
