import fc from "fast-check";
import nodeAssert from "node:assert/strict";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createCalendar, type SessionCalendar, sessionMarks } from "./calendar.ts";
import { CALENDARS, findCalendar } from "./calendars/calendars.ts";
import { DAY_MS, epochDay, isoDate, wallTimeToUtc } from "./time_zone.ts";

const HOUR = 3_600_000;
const NAMES = CALENDARS.map(({ name }) => name);

function calendarOf(session: string): SessionCalendar {
  return createCalendar({ session });
}

const shared = new URL("../../../shared/data/", import.meta.url);
const hasShared = await Deno.stat(shared).then(() => true, () => false);
if (!hasShared) console.log("calendar: real bars are absent, their tests are skipped");

async function stamps(file: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(file, shared));
  return text.trim().split("\n").slice(1).map((line) => line.slice(0, line.indexOf(",")));
}

for (
  const [template, file] of [
    ["us-stock", "spy_daily.csv"],
    ["cme-equity", "es_daily_adjusted.csv"],
    ["cme-equity", "nq_daily_adjusted.csv"],
    ["cme-energy-metals", "cl_daily_adjusted.csv"],
    ["cme-energy-metals", "gc_daily_adjusted.csv"],
  ] as const
) {
  Deno.test({
    name: `createCalendar() has just the trade dates of ${file}`,
    ignore: !hasShared,
    async fn() {
      const dates = await stamps(file);
      const [from, to] = [epochDay(dates[0]!), epochDay(dates.at(-1)!)];
      const found = calendarOf(template).sessions((from - 5) * DAY_MS, (to + 5) * DAY_MS)
        .map((session) => session.tradeDay)
        .filter((day) => from <= day && day <= to);
      assertEquals(found.map(isoDate), dates);
    },
  });
}

for (
  const [template, file, shift] of [
    ["cme-equity", "esz3_1min_utc.csv", 0],
    ["cme-equity", "esh4_1min_utc.csv", 0],
    // Stamped with the close of the bar.
    ["cme-fx", "6eh4_1min_utc.csv", -60_000],
  ] as const
) {
  Deno.test({
    name: `isOpen() holds at every minute traded in ${file}`,
    ignore: !hasShared,
    async fn() {
      const calendar = calendarOf(template);
      const shut = (await stamps(file)).filter((text) => {
        const time = Date.parse(text.replace(" ", "T").replace(/Z?$/, "Z"));
        return !calendar.isOpen(time + shift);
      });
      assertEquals(shut, []);
    },
  });
}

Deno.test({
  name: "isOpen() holds for spot EURUSD in UTC, holidays apart",
  ignore: !hasShared,
  async fn() {
    const calendar = calendarOf("fx-week");
    const times = await stamps("eurusd_hour_newyork.csv");
    const shut = times.filter((text) => !calendar.isOpen(Date.parse(`${text}:00Z`)));
    assert(shut.every((text) => /-12-2[45]T|-12-31T|-01-01T/.test(text)));
    // The file's name says New York; read so, a twenty-third of its bars would trade at weekends.
    assert(shut.length < 50 && times.length > 74_000);
  },
});

Deno.test({
  name: "sessionMarks() ends each day of the hourly SPY bars once, half days too",
  ignore: !hasShared,
  async fn() {
    const calendar = calendarOf("us-stock");
    // Until 2008 the file has bars after the close of some half days.
    const texts = (await stamps("spy_hour_newyork.csv")).filter((text) => text >= "2009");
    const time = Float64Array.from(texts, (text) => {
      const [date, hour] = text.split("T");
      return wallTimeToUtc(
        findCalendar("us-stock").timeZone,
        epochDay(date!),
        Number(hour!.slice(0, 2)) * 60,
      );
    });
    const marks = sessionMarks({ time, intervalMs: HOUR, length: time.length }, calendar);
    assertEquals([...marks.tradeDay].map(isoDate), texts.map((text) => text.slice(0, 10)));
    const days = new Set(texts.map((text) => text.slice(0, 10))).size;
    assertEquals(marks.isLast.reduce((total, mark) => total + mark, 0), days);
  },
});

// exchange_calendars 4.x, XNYS: early_closes, 1998 to 2026.
const EARLY_CLOSES = [
  "1998-11-27 1998-12-24 1999-11-26 1999-12-31 2000-07-03 2000-11-24",
  "2001-07-03 2001-11-23 2001-12-24 2002-07-05 2002-11-29 2002-12-24",
  "2003-07-03 2003-11-28 2003-12-24 2003-12-26 2004-11-26 2005-11-25",
  "2006-07-03 2006-11-24 2007-07-03 2007-11-23 2007-12-24 2008-07-03",
  "2008-11-28 2008-12-24 2009-11-27 2009-12-24 2010-11-26 2011-11-25",
  "2012-07-03 2012-11-23 2012-12-24 2013-07-03 2013-11-29 2013-12-24",
  "2014-07-03 2014-11-28 2014-12-24 2015-11-27 2015-12-24 2016-11-25",
  "2017-07-03 2017-11-24 2018-07-03 2018-11-23 2018-12-24 2019-07-03",
  "2019-11-29 2019-12-24 2020-11-27 2020-12-24 2021-11-26 2022-11-25",
  "2023-07-03 2023-11-24 2024-07-03 2024-11-29 2024-12-24 2025-07-03",
  "2025-11-28 2025-12-24 2026-11-27 2026-12-24",
].join(" ").split(" ");

Deno.test("createCalendar() closes stocks early on just the half days since 1998", () => {
  const early = calendarOf("us-stock").sessions(Date.UTC(1998, 0), Date.UTC(2027, 0))
    .filter((session) => session.early);
  assertEquals(early.map((session) => isoDate(session.tradeDay)), EARLY_CLOSES);
  assert(early.every((session) => session.close - session.open === 3.5 * HOUR));
});

/** `[template, time, trade date, is open]`, times from the exchanges' notices. */
const MOMENTS: readonly (readonly [string, string, string, boolean])[] = [
  ["cme-equity", "2024-06-09T21:59Z", "2024-06-10", false],
  ["cme-equity", "2024-06-09T22:00Z", "2024-06-10", true],
  ["cme-equity", "2024-06-10T20:15Z", "2024-06-10", true],
  ["cme-equity", "2024-06-10T21:00Z", "2024-06-11", false],
  // The settlement pause, until June 2021.
  ["cme-equity", "2021-06-25T20:20Z", "2021-06-25", false],
  ["cme-equity", "2021-06-28T20:20Z", "2021-06-28", true],
  // Closing at 16:15 Chicago before 2015-09-21, at 15:15 before 2012-11-19.
  ["cme-equity", "2015-09-18T21:10Z", "2015-09-18", true],
  ["cme-equity", "2015-09-21T21:10Z", "2015-09-22", false],
  ["cme-equity", "2012-11-15T21:45Z", "2012-11-16", true],
  ["cme-equity", "2012-11-16T21:20Z", "2012-11-19", false],
  // Martin Luther King Day: a morning for Tuesday's trade date.
  ["cme-equity", "2024-01-15T17:59Z", "2024-01-16", true],
  ["cme-equity", "2024-01-15T18:00Z", "2024-01-16", false],
  ["cme-equity", "2024-01-15T23:00Z", "2024-01-16", true],
  ["cme-fx", "2024-01-15T21:59Z", "2024-01-16", true],
  ["cme-energy-metals", "2024-01-15T19:29Z", "2024-01-16", true],
  ["cme-energy-metals", "2024-01-15T19:30Z", "2024-01-16", false],
  // Thanksgiving halts, its Friday closes early.
  ["cme-equity", "2024-11-28T18:30Z", "2024-11-29", false],
  ["cme-equity", "2024-11-29T18:14Z", "2024-11-29", true],
  ["cme-equity", "2024-11-29T18:15Z", "2024-12-02", false],
  // New Year's Day: opens in the evening.
  ["cme-fx", "2024-01-01T22:59Z", "2024-01-02", false],
  ["cme-fx", "2024-01-01T23:00Z", "2024-01-02", true],
  ["us-stock", "2024-03-29T15:00Z", "2024-04-01", false],
  ["us-stock", "2024-07-03T16:59Z", "2024-07-03", true],
  ["us-stock", "2024-07-03T17:00Z", "2024-07-05", false],
  ["us-stock", "2025-01-09T15:00Z", "2025-01-10", false],
  ["fx-week", "2024-06-07T20:59Z", "2024-06-07", true],
  ["fx-week", "2024-06-07T21:00Z", "2024-06-10", false],
  ["fx-week", "2024-06-09T21:00Z", "2024-06-10", true],
  // Rates: Good Friday with a jobs report until 10:15, the storm of 2012 until noon New York.
  ["cme-rates", "2023-04-07T15:14Z", "2023-04-07", true],
  ["cme-rates", "2023-04-07T15:15Z", "2023-04-10", false],
  ["cme-rates", "2024-03-29T14:00Z", "2024-04-01", false],
  ["cme-rates", "2012-10-29T15:59Z", "2012-10-29", true],
  ["cme-rates", "2012-10-29T16:00Z", "2012-10-30", false],
  ["cme-rates", "2018-12-05T15:00Z", "2018-12-06", false],
  ["cme-rates", "2025-01-09T18:14Z", "2025-01-09", true],
  // Opening at 17:30 until the trade date of 2011-10-03.
  ["cme-rates", "2011-09-29T22:15Z", "2011-09-30", false],
  ["cme-rates", "2011-10-02T22:15Z", "2011-10-03", true],
  // 15:15 before a long weekend, the last time in May 2015.
  ["cme-fx", "2015-05-22T20:20Z", "2015-05-26", false],
  ["cme-fx", "2016-05-27T20:20Z", "2016-05-27", true],
  // Energy traded US holidays in full until early 2009.
  ["cme-energy-metals", "2008-01-21T22:00Z", "2008-01-22", true],
  ["cme-energy-metals", "2010-01-18T18:10Z", "2010-01-19", true],
  ["cme-energy-metals", "2015-01-19T18:10Z", "2015-01-20", false],
  ["cme-energy-metals", "2025-07-04T17:30Z", "2025-07-07", false],
  ["cme-energy-metals", "2018-12-05T15:00Z", "2018-12-05", true],
  // Grains: the pause before the opening, five periods of hours, the night after Christmas.
  ["cbot-grains", "2024-06-10T12:44Z", "2024-06-10", true],
  ["cbot-grains", "2024-06-10T13:00Z", "2024-06-10", false],
  ["cbot-grains", "2024-06-10T18:19Z", "2024-06-10", true],
  ["cbot-grains", "2015-07-02T18:17Z", "2015-07-06", false],
  ["cbot-grains", "2015-07-06T18:17Z", "2015-07-06", true],
  ["cbot-grains", "2012-05-21T18:30Z", "2012-05-21", true],
  ["cbot-grains", "2009-06-30T11:30Z", "2009-06-30", false],
  ["cbot-grains", "2009-07-01T11:30Z", "2009-07-01", true],
  ["cbot-grains", "2024-12-26T08:00Z", "2024-12-26", false],
  ["cbot-grains", "2024-12-26T14:30Z", "2024-12-26", true],
  ["cbot-grains", "2024-06-19T15:00Z", "2024-06-20", false],
  ["cme-livestock", "2014-10-24T15:00Z", "2014-10-24", true],
  ["cme-livestock", "2014-10-28T03:00Z", "2014-10-28", false],
  ["cme-livestock", "2016-02-29T19:10Z", "2016-03-01", false],
  // Crypto futures: two minutes at 16:00, two hours on Saturday, holidays for the next day.
  ["cme-crypto", "2026-05-29T21:01Z", "2026-06-01", false],
  ["cme-crypto", "2026-05-30T07:30Z", "2026-06-01", false],
  ["cme-crypto", "2026-05-30T09:00Z", "2026-06-01", true],
  ["cme-crypto", "2026-12-25T18:00Z", "2026-12-28", true],
  ["cme-crypto", "2025-12-25T18:00Z", "2025-12-26", false],
  // Softs open on London's clock: an hour later in New York between the changes of clocks.
  ["ice-us-sugar", "2014-03-10T08:00Z", "2014-03-10", false],
  ["ice-us-sugar", "2014-03-10T08:30Z", "2014-03-10", true],
  ["ice-us-sugar", "2014-04-01T07:30Z", "2014-04-01", true],
  ["ice-us-coffee", "2014-03-10T09:15Z", "2014-03-10", true],
  ["ice-us-cocoa", "2014-03-10T09:44Z", "2014-03-10", false],
  ["ice-us-cotton", "2024-06-10T01:00Z", "2024-06-10", true],
  // Eurex since December 2018: 01:10 in winter, 02:10 in summer.
  ["eurex-bonds", "2018-12-07T06:59Z", "2018-12-07", false],
  ["eurex-bonds", "2018-12-10T00:10Z", "2018-12-10", true],
  ["eurex-index", "2024-07-01T00:09Z", "2024-07-01", false],
  ["eurex-index", "2024-07-01T00:10Z", "2024-07-01", true],
  ["eurex-dax", "2018-05-21T10:00Z", "2018-05-22", false],
  ["eurex-index", "2018-05-21T10:00Z", "2018-05-21", true],
  ["eurex-smi", "2024-08-01T10:00Z", "2024-08-02", false],
  ["cfe-vix", "2017-02-20T16:29Z", "2017-02-21", true],
  ["cfe-vix", "2017-02-20T16:30Z", "2017-02-21", false],
  ["ice-eu-energy", "2024-06-09T22:00Z", "2024-06-10", true],
  ["ice-eu-energy", "2024-06-10T23:00Z", "2024-06-11", false],
  ["spot-metals", "2024-06-10T21:30Z", "2024-06-11", false],
  ["spot-metals", "2025-07-04T17:30Z", "2025-07-07", false],
  ["always", "2024-06-09T03:00Z", "2024-06-09", true],
];

Deno.test("isOpen() and tradeDay() follow the exchanges' published hours", () => {
  for (const [template, text, date, isOpen] of MOMENTS) {
    const calendar = calendarOf(template);
    const time = Date.parse(text);
    assertEquals(isoDate(calendar.tradeDay(time)), date, `${template} ${text}`);
    assertEquals(calendar.isOpen(time), isOpen, `${template} ${text}`);
  }
});

Deno.test("SessionCalendar answers the same whatever was asked before", () => {
  const times = fc.array(fc.integer({ min: Date.UTC(1998, 0), max: Date.UTC(2030, 0) }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), times, (template, moments) => {
      const used = calendarOf(template);
      for (const time of moments) {
        const fresh = calendarOf(template);
        assertEquals(used.sessionAt(time), fresh.sessionAt(time));
        assertEquals(used.next(time), fresh.next(time));
        assert(used.next(time).open > time);
        assertEquals(used.tradeDay(time), (used.sessionAt(time) ?? used.next(time)).tradeDay);
      }
    }),
    { numRuns: 25 },
  );
});

Deno.test("SessionCalendar refuses a time that no clock shows", () => {
  for (const name of NAMES) {
    const calendar = calendarOf(name);
    for (const time of [NaN, Infinity, -Infinity, 1e18]) {
      nodeAssert.throws(() => calendar.sessionAt(time), RangeError);
      nodeAssert.throws(() => calendar.next(time), RangeError);
    }
    assert(calendar.next(Date.UTC(1900, 0)).open > Date.UTC(1900, 0));
    assert(calendar.next(Date.UTC(2150, 0)).open > Date.UTC(2150, 0));
  }
});

Deno.test("sessionMarks() gives a prefix the marks of the whole", () => {
  const calendar = calendarOf("cme-equity");
  const time = Float64Array.from({ length: 3_000 }, (_, i) => Date.UTC(2024, 10, 20) + i * HOUR / 4)
    .filter((at) => calendar.isOpen(at));
  const marks = (length: number) =>
    sessionMarks({ time: time.subarray(0, length), intervalMs: HOUR / 4, length }, calendar);
  const whole = marks(time.length);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: time.length }), (length) => {
      assertEquals(marks(length), {
        tradeDay: whole.tradeDay.slice(0, length),
        isLast: whole.isLast.slice(0, length),
      });
    }),
    { numRuns: 20 },
  );
});

Deno.test("sessionMarks() takes a daily bar's date as its trade day and marks no end", () => {
  const time = Float64Array.of(Date.UTC(2024, 5, 10), Date.UTC(2024, 5, 11));
  const marks = sessionMarks({ time, intervalMs: DAY_MS, length: 2 }, calendarOf("us-stock"));
  assertEquals([...marks.tradeDay].map(isoDate), ["2024-06-10", "2024-06-11"]);
  assertEquals([...marks.isLast], [0, 0]);
});

Deno.test("isOpen() costs a comparison on a forward walk", () => {
  const calendar = calendarOf("cme-equity");
  const start = performance.now();
  let open = 0;
  for (let i = 0; i < 1_000_000; i++) {
    open += calendar.isOpen(Date.UTC(2020, 0) + i * 60_000) ? 1 : 0;
  }
  assert(open > 600_000);
  // Far above the measured 0.1 s, far below a search per look-up.
  assert(performance.now() - start < 2_000);
});
