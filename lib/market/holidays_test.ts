import { assertEquals } from "../../tests/assert.ts";
import { isBusinessDay, isWeekday, usHolidays } from "./holidays.ts";
import { epochDay, isoDate } from "./time_zone.ts";

// exchange_calendars 4.x, XNYS: weekdays of 2021-04-01 … 2026-12-31 without a session.
const CLOSED = [
  "2021-04-02 2021-05-31 2021-07-05 2021-09-06 2021-11-25 2021-12-24 2022-01-17 2022-02-21",
  "2022-04-15 2022-05-30 2022-06-20 2022-07-04 2022-09-05 2022-11-24 2022-12-26 2023-01-02",
  "2023-01-16 2023-02-20 2023-04-07 2023-05-29 2023-06-19 2023-07-04 2023-09-04 2023-11-23",
  "2023-12-25 2024-01-01 2024-01-15 2024-02-19 2024-03-29 2024-05-27 2024-06-19 2024-07-04",
  "2024-09-02 2024-11-28 2024-12-25 2025-01-01 2025-01-09 2025-01-20 2025-02-17 2025-04-18",
  "2025-05-26 2025-06-19 2025-07-04 2025-09-01 2025-11-27 2025-12-25 2026-01-01 2026-01-19",
  "2026-02-16 2026-04-03 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-11-26 2026-12-25",
].join(" ").split(" ");

Deno.test("isBusinessDay() is false on just the holidays of exchange_calendars", () => {
  const found: string[] = [];
  for (let day = epochDay("2021-04-01"); day <= epochDay("2026-12-31"); day++) {
    if (isWeekday(day) && !isBusinessDay(day)) found.push(isoDate(day));
  }
  // A day of mourning is a closure of the stock exchange, not a holiday.
  assertEquals(found, CLOSED.filter((date) => date !== "2025-01-09"));
});

Deno.test("usHolidays() finds Easter in its earliest and latest years", () => {
  // Western Easter tables: 2008-03-23, 2011-04-24, 2038-04-25.
  for (const date of ["2008-03-21", "2011-04-22", "2038-04-23"]) {
    assertEquals(usHolidays(Number(date.slice(0, 4))).get(epochDay(date)), "good-friday");
  }
});
