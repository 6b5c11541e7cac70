import type { BusinessCalendar } from "./contract_rules.ts";
import { isBusinessDay, isWeekday, nthWeekday, usHolidays } from "./holidays.ts";
import { DAY_MS, epochDay, weekday } from "./time_zone.ts";

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const SATURDAY = 6;

/** Whether a weekday is a holiday, by calendar. */
const IS_HOLIDAY: Readonly<Record<BusinessCalendar, (day: number) => boolean>> = {
  "us-exchange": (day) => !isBusinessDay(day),
  "us-bank": isIn(bankHolidays),
  "london": isIn(londonHolidays),
  "eurex": isIn(eurexHolidays),
};

/**
 * Whether a day is a weekday on which none of the calendars has a holiday, as rules of contracts
 * count days. Half days count, and so do days on which an exchange shut at short notice.
 *
 * @param day days since 1970-01-01
 * @example
 * ```ts
 * import { isBusinessDayOf } from "./business_days.ts";
 * import { epochDay } from "./time_zone.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const summerBankHoliday = epochDay("2024-08-26");
 * assertEquals(isBusinessDayOf(["us-exchange"], summerBankHoliday), true);
 * assertEquals(isBusinessDayOf(["us-exchange", "london"], summerBankHoliday), false);
 * ```
 */
export function isBusinessDayOf(calendars: readonly BusinessCalendar[], day: number): boolean {
  return isWeekday(day) && !calendars.some((calendar) => IS_HOLIDAY[calendar](day));
}

/** The business day `count` business days from `day`, which itself counts nothing. */
export function moveBusinessDays(
  calendars: readonly BusinessCalendar[],
  day: number,
  count: number,
): number {
  const step = Math.sign(count);
  let moved = day;
  for (let left = Math.abs(count); left > 0;) {
    moved += step;
    if (isBusinessDayOf(calendars, moved)) left--;
  }
  return moved;
}

function isIn(holidaysOf: (year: number) => readonly number[]): (day: number) => boolean {
  const years = new Map<number, ReadonlySet<number>>();
  return (day) => {
    const year = new Date(day * DAY_MS).getUTCFullYear();
    let holidays = years.get(year);
    if (holidays === undefined) years.set(year, holidays = new Set(holidaysOf(year)));
    return holidays.has(day);
  };
}

/** US banks, as the Federal Reserve lists them: a Saturday's holiday is not made up. */
function bankHolidays(year: number): number[] {
  const on = dateOf(year);
  const fixed = [on(1, 1), on(7, 4), on(11, 11), on(12, 25)];
  if (year >= 2022) fixed.push(on(6, 19));
  return [
    ...fixed.map((day) => weekday(day) === SUNDAY ? day + 1 : day),
    nthWeekday(on(1, 1), MONDAY, 3),
    nthWeekday(on(2, 1), MONDAY, 3),
    nthWeekday(on(5, 25), MONDAY, 1),
    nthWeekday(on(9, 1), MONDAY, 1),
    nthWeekday(on(10, 1), MONDAY, 2),
    nthWeekday(on(11, 1), THURSDAY, 4),
  ];
}

/** Bank holidays of London that follow no rule, and what they stood in for. */
const LONDON_ONCE = ["1999-12-31", "2011-04-29", "2022-09-19", "2023-05-08"].map(epochDay);
const LONDON_EARLY_MAY: Readonly<Record<number, string>> = { 2020: "2020-05-08" };
const LONDON_SPRING: Readonly<Record<number, readonly string[]>> = {
  2002: ["2002-06-03", "2002-06-04"],
  2012: ["2012-06-04", "2012-06-05"],
  2022: ["2022-06-02", "2022-06-03"],
};

/** Bank holidays of England; compared with exchange_calendars (XLON) for 1998 to 2028. */
function londonHolidays(year: number): number[] {
  const on = dateOf(year);
  const [newYear, christmas] = [on(1, 1), on(12, 25)];
  const earlyMay = LONDON_EARLY_MAY[year];
  const spring = LONDON_SPRING[year];
  return [
    ...easter(year),
    weekday(newYear) === SATURDAY
      ? newYear + 2
      : weekday(newYear) === SUNDAY
      ? newYear + 1
      : newYear,
    earlyMay === undefined ? nthWeekday(on(5, 1), MONDAY, 1) : epochDay(earlyMay),
    ...spring?.map(epochDay) ?? [nthWeekday(on(5, 25), MONDAY, 1)],
    nthWeekday(on(8, 25), MONDAY, 1),
    ...christmasDays(christmas),
    ...LONDON_ONCE,
  ];
}

/** Christmas and Boxing Day, each made up where it falls on a weekend. */
function christmasDays(christmas: number): number[] {
  switch (weekday(christmas)) {
    case SATURDAY:
      return [christmas + 2, christmas + 3];
    case SUNDAY:
      return [christmas + 1, christmas + 2];
    case 5:
      return [christmas, christmas + 3];
    default:
      return [christmas, christmas + 1];
  }
}

/** Days without trading at Eurex; compared with exchange_calendars (XEUR) for 1998 to 2028. */
function eurexHolidays(year: number): number[] {
  const on = dateOf(year);
  return [...easter(year), on(1, 1), on(5, 1), on(12, 24), on(12, 25), on(12, 26), on(12, 31)];
}

/** Good Friday and Easter Monday. */
function easter(year: number): number[] {
  for (const [day, holiday] of usHolidays(year)) {
    if (holiday === "good-friday") return [day, day + 3];
  }
  return [];
}

function dateOf(year: number): (month: number, day: number) => number {
  return (month, day) => Date.UTC(year, month - 1, day) / DAY_MS;
}
