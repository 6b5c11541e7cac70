import { assert, assertEquals } from "../../tests/assert.ts";
import { type Bars, createCalendar, DAY_MS, sessionMarks } from "../market/mod.ts";
import { unknownInstrument } from "./unknown_instrument.ts";
import { expectedSpans, findGaps } from "./gaps.ts";
import { atInterval, barsOutside } from "./open_data.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ALWAYS = createCalendar({ session: "always" });
const CRYPTO_FUTURE = createCalendar({ session: "cme-crypto" });

/** Bars at those of the times of a grid that are kept; the price is the number of the row. */
function barsAt(
  from: string,
  count: number,
  intervalMs: number,
  keep: (time: number) => boolean = () => true,
): Bars {
  const start = Date.parse(from);
  const time = Float64Array.from({ length: count }, (_, i) => start + i * intervalMs).filter(keep);
  const price = time.map((_, i) => 100 + i);
  const column = { open: price, high: price, low: price, close: price };
  const volume = time.map(() => 1);
  return {
    instrument: unknownInstrument(),
    intervalMs,
    length: time.length,
    time,
    volume,
    ...column,
  };
}

const days = (bars: Bars): string[] =>
  [...bars.time].map((time) => new Date(time).toISOString().slice(0, 10));

// Thursday to Monday.
const FIVE_DAYS = barsAt("2024-06-06T00:00Z", 5 * 24 * 60, MINUTE);

Deno.test("a round-the-clock market has bars at weekends, hours and days of UTC", () => {
  assertEquals(barsOutside(FIVE_DAYS, ALWAYS).count, 0);
  assertEquals(findGaps(FIVE_DAYS, expectedSpans(ALWAYS, MINUTE)), []);
  const hourly = atInterval(FIVE_DAYS, HOUR, ALWAYS);
  assertEquals(hourly.notes, []);
  assertEquals(hourly.bars.length, 5 * 24);
  assert(hourly.bars.volume.every((volume) => volume === 60));
  const daily = atInterval(FIVE_DAYS, DAY_MS, ALWAYS);
  assertEquals(daily.notes, []);
  assertEquals(days(daily.bars), [
    "2024-06-06",
    "2024-06-07",
    "2024-06-08",
    "2024-06-09",
    "2024-06-10",
  ]);
  assertEquals(daily.bars.open[2], FIVE_DAYS.open[2 * 24 * 60]);
  assertEquals(daily.bars.close[2], FIVE_DAYS.close[3 * 24 * 60 - 1]);
  const { isLast, tradeDay } = sessionMarks(FIVE_DAYS, ALWAYS);
  assertEquals(isLast.reduce((total, mark) => total + mark, 0), 5);
  assertEquals(new Set(tradeDay).size, 5);
  assertEquals(isLast[24 * 60 - 1], 1);
});

Deno.test("bars that do not divide a day begin anew at midnight UTC", () => {
  const seven = atInterval(FIVE_DAYS, 7 * HOUR, ALWAYS).bars;
  assertEquals([...seven.time.slice(0, 5)].map((time) => new Date(time).getUTCHours()), [
    0,
    7,
    14,
    21,
    0,
  ]);
  assertEquals([...seven.volume.slice(0, 5)], [420, 420, 420, 180, 420]);
});

Deno.test("a hole in a weekend is a gap of a round-the-clock market, and of no stock", () => {
  const [from, until] = [Date.parse("2024-06-08T10:00Z"), Date.parse("2024-06-08T11:00Z")];
  const bars = barsAt("2024-06-06T00:00Z", 5 * 24 * 60, MINUTE, (time) => {
    return time < from || time >= until;
  });
  const [gap, ...others] = findGaps(bars, expectedSpans(ALWAYS, MINUTE));
  assertEquals(others, []);
  assertEquals(gap, {
    afterRow: (from - bars.time[0]!) / MINUTE - 1,
    from,
    to: until - MINUTE,
    missingBars: 60,
  });
  const stocks = createCalendar({ session: "us-stock" });
  assertEquals(findGaps(bars, expectedSpans(stocks, MINUTE)), []);
  const daily = barsAt("2024-06-03T00:00Z", 14, DAY_MS, (time) => new Date(time).getUTCDay() !== 0);
  assertEquals(
    findGaps(daily, expectedSpans(ALWAYS, DAY_MS)).map(({ missingBars }) => missingBars),
    [
      1,
    ],
  );
  assertEquals(findGaps(daily, expectedSpans(stocks, DAY_MS)), []);
});

Deno.test("a weekend of a crypto future is part of Monday, holidays of the next business day", () => {
  // Friday 2026-06-12 16:00 Chicago to Tuesday 16:00.
  const all = barsAt("2026-06-12T21:00Z", 4 * 24 * 60, MINUTE);
  const inside = barsAt("2026-06-12T21:00Z", 4 * 24 * 60, MINUTE, CRYPTO_FUTURE.isOpen);
  assertEquals(all.length - inside.length, 2 + 120 + 2);
  assertEquals(findGaps(inside, expectedSpans(CRYPTO_FUTURE, MINUTE)), []);
  assertEquals(days(atInterval(inside, DAY_MS, CRYPTO_FUTURE).bars), ["2026-06-15", "2026-06-16"]);
  // Labor Day: from Friday's evening to Tuesday without a pause at 16:00 on Monday.
  const labor = barsAt("2026-09-04T21:02Z", 4 * 24 * 60 - 2, MINUTE, CRYPTO_FUTURE.isOpen);
  assertEquals(days(atInterval(labor, DAY_MS, CRYPTO_FUTURE).bars), ["2026-09-08"]);
  assert(CRYPTO_FUTURE.isOpen(Date.parse("2026-09-07T21:01Z")));
  assert(!CRYPTO_FUTURE.isOpen(Date.parse("2026-09-08T21:01Z")));
  // The week before, the market still closed on Friday.
  assert(!CRYPTO_FUTURE.isOpen(Date.parse("2026-05-23T12:00Z")));
  assert(CRYPTO_FUTURE.isOpen(Date.parse("2026-05-30T12:00Z")));
});
