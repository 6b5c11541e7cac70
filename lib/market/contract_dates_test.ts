import { assert, assertEquals } from "../../tests/assert.ts";
import { isBusinessDayOf } from "./business_days.ts";
import { contractDates } from "./contract_dates.ts";
import type { BusinessCalendar } from "./contract_rules.ts";
import { isWeekday } from "./holidays.ts";
import { findInstrument, MONTH_LETTERS } from "./instruments.ts";
import { INSTRUMENTS } from "./shipped_instruments.ts";
import { epochDay, isoDate } from "./time_zone.ts";

/** Dates of the sources that the rules do not give, and what they give (docs/decisions/0086). */
const DISBELIEVED: Readonly<Record<string, string>> = {
  // The source takes 2021-12-31 for a holiday; the market traded and settled.
  NGF22: "2021-12-29",
  GCZ21: "2021-12-29",
  SIZ21: "2021-12-29",
  HGZ21: "2021-12-29",
  // The source passes over the rule for the February contract, and over London's holidays.
  BZG20: "2019-12-30",
  BZV20: "2020-08-28",
  BZG21: "2020-12-30",
  BZG23: "2022-12-29",
  BZG24: "2023-12-28",
  BZG25: "2024-12-30",
  BZG26: "2025-12-30",
  BZV26: "2026-08-28",
  // A slip: the first of June is no seventh business day before the end of a month.
  TNM20: "2020-06-19",
  // Good Friday in London.
  BK24: "2024-03-28",
};

const vectors = Deno.readTextFileSync(
  new URL("../../tests/fixtures/contract_dates.csv", import.meta.url),
).trim().split("\n").filter((line) => !line.startsWith("#")).slice(1)
  .map((line) => line.split(",") as [contract: string, lastTrade: string, firstNotice: string]);

function datesOf(code: string): { lastTrade: string; firstNotice: string } {
  const [, symbol, letter, year] = /^(.+)([FGHJKMNQUVXZ])(\d\d)$/.exec(code)!;
  const dates = contractDates(
    findInstrument(symbol!),
    2000 + Number(year),
    MONTH_LETTERS.indexOf(letter!) + 1,
  )!;
  const { firstNoticeDay, lastTradeDay } = dates;
  return {
    lastTrade: isoDate(lastTradeDay),
    firstNotice: typeof firstNoticeDay === "number" ? isoDate(firstNoticeDay) : "none",
  };
}

Deno.test("contractDates() gives the last trades and first notices that the sources state", () => {
  assertEquals(vectors.length, 753);
  const wrong = vectors.filter(([code, lastTrade, firstNotice]) => {
    const found = datesOf(code);
    const wanted = DISBELIEVED[code] ?? lastTrade;
    return (wanted !== "" && found.lastTrade !== wanted) ||
      (firstNotice !== "" && found.firstNotice !== firstNotice);
  });
  assertEquals(wrong.map(([code]) => [code, datesOf(code)]), []);
  const doubted = vectors.filter(([code, lastTrade]) => code in DISBELIEVED && lastTrade !== "");
  for (const [code, lastTrade] of doubted) assert(DISBELIEVED[code] !== lastTrade, code);
  assertEquals(doubted.length, Object.keys(DISBELIEVED).length);
});

Deno.test("the rule of every root is held against dates", () => {
  const checked = new Set(vectors.map(([code]) => code.slice(0, -3)));
  const roots = INSTRUMENTS.filter(({ contracts }) => contracts !== undefined)
    .map(({ symbol }) => symbol);
  // No date of E-mini natural gas was found; its page states the rule.
  assertEquals(roots.filter((root) => !checked.has(root)), ["QG"]);
});

Deno.test("contractDates() takes the stated hour, and the session's close where none is", () => {
  const time = (symbol: string, year: number, month: number): string =>
    new Date(
      contractDates(findInstrument(symbol), year, month)!.lastTradeTime,
    ).toISOString();
  assertEquals(time("FESX", 2024, 6), "2024-06-21T10:00:00.000Z");
  assertEquals(time("NG", 2020, 1), "2019-12-27T22:00:00.000Z");
  // The day after Thanksgiving closes early, since 2024 at 13:45 Chicago.
  assertEquals(time("RB", 2024, 12), "2024-11-29T19:45:00.000Z");
});

Deno.test("contractDates() knows no rules of an instrument that states none", () => {
  const { contracts: _, ...own } = findInstrument("NG");
  assertEquals(contractDates(own, 2024, 3), null);
  assertEquals(contractDates(findInstrument("SPY"), 2024, 3), null);
});

/** Weekdays without a session in exchange_calendars 4.x: XLON, XEUR. */
const CLOSED: Readonly<Partial<Record<BusinessCalendar, string>>> = {
  london: [
    "2011-01-03 2011-04-22 2011-04-25 2011-04-29 2011-05-02 2011-05-30 2011-08-29 2011-12-26",
    "2011-12-27 2012-01-02 2012-04-06 2012-04-09 2012-05-07 2012-06-04 2012-06-05 2012-08-27",
    "2012-12-25 2012-12-26 2020-01-01 2020-04-10 2020-04-13 2020-05-08 2020-05-25 2020-08-31",
    "2020-12-25 2020-12-28 2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30",
    "2021-12-27 2021-12-28 2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03",
    "2022-08-29 2022-09-19 2022-12-26 2022-12-27 2023-01-02 2023-04-07 2023-04-10 2023-05-01",
    "2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26",
  ].join(" "),
  eurex: [
    "2011-04-22 2011-04-25 2011-12-26 2012-04-06 2012-04-09 2012-05-01 2012-12-24 2012-12-25",
    "2012-12-26 2012-12-31 2020-01-01 2020-04-10 2020-04-13 2020-05-01 2020-12-24 2020-12-25",
    "2020-12-31 2021-01-01 2021-04-02 2021-04-05 2021-12-24 2021-12-31 2022-04-15 2022-04-18",
    "2022-12-26 2023-04-07 2023-04-10 2023-05-01 2023-12-25 2023-12-26",
  ].join(" "),
};

Deno.test("isBusinessDayOf() is false on just the holidays of London and of Eurex", () => {
  for (const [calendar, dates] of Object.entries(CLOSED)) {
    const closed = dates.split(" ");
    const years = new Set(closed.map((date) => date.slice(0, 4)));
    const found: string[] = [];
    for (let day = epochDay("2011-01-01"); day <= epochDay("2023-12-31"); day++) {
      const isShut = !isBusinessDayOf([calendar as BusinessCalendar], day);
      if (isWeekday(day) && isShut && years.has(isoDate(day).slice(0, 4))) found.push(isoDate(day));
    }
    assertEquals(found, closed, calendar);
  }
});
