import { epochDay, weekday } from "./time_zone.ts";

/** A day on which US markets keep other hours than usual. */
export type Holiday =
  | "new-year"
  | "martin-luther-king"
  | "presidents"
  | "good-friday"
  | "memorial"
  | "juneteenth"
  | "independence-eve"
  | "independence"
  | "labor"
  | "thanksgiving"
  | "thanksgiving-friday"
  | "christmas-eve"
  | "christmas"
  | "half-day";

const MONDAY = 1;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;
const SUNDAY = 0;

/** A US holiday, one of another country, or a date as `MM-DD`. */
export type HolidayName =
  | Holiday
  | "columbus"
  | "easter-monday"
  | "ascension"
  | "whit-monday"
  | `${number}-${number}`;

/** Half days of the New York Stock Exchange that follow no rule. */
const HALF_DAYS = ["1999-12-31", "2002-07-05", "2003-12-26"].map(epochDay);

const byYear = new Map<number, ReadonlyMap<number, Holiday>>();

/**
 * The US market holidays and half days of one year, as the New York Stock Exchange keeps them
 * (rule 7.2 and its amendments): Saturday holidays move to Friday, Sunday holidays to Monday, but
 * a Saturday New Year is not made up. What a market does on such a day is the calendar's matter.
 * The rules are those in force from 1998 on; one-off closures are listed in `session_rules.ts`.
 *
 * @returns the holiday of each day, keyed by days since 1970-01-01
 * @example
 * ```ts
 * import { usHolidays } from "./holidays.ts";
 * import { epochDay } from "./time_zone.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(usHolidays(2024).get(epochDay("2024-03-29")), "good-friday");
 * assertEquals(usHolidays(2021).get(epochDay("2021-12-24")), "christmas");
 * ```
 */
export function usHolidays(year: number): ReadonlyMap<number, Holiday> {
  let holidays = byYear.get(year);
  if (holidays === undefined) byYear.set(year, holidays = computeHolidays(year));
  return holidays;
}

/** Holidays that hang on Easter, by days after it. */
const AFTER_EASTER: Readonly<Record<number, HolidayName>> = {
  1: "easter-monday",
  39: "ascension",
  50: "whit-monday",
};

const namesByDay = new Map<number, readonly HolidayName[]>();

/** All names that a day has: its date, and those of US and European holidays. */
export function holidaysOn(day: number): readonly HolidayName[] {
  let names = namesByDay.get(day);
  if (names === undefined) namesByDay.set(day, names = computeNames(day));
  return names;
}

function computeNames(day: number): readonly HolidayName[] {
  const date = new Date(day * 86_400_000).toISOString();
  const year = Number(date.slice(0, 4));
  const names = [date.slice(5, 10) as HolidayName];
  const us = usHolidays(year).get(day);
  if (us !== undefined) names.push(us);
  const easter = AFTER_EASTER[day - easterSunday(year)];
  if (easter !== undefined) names.push(easter);
  if (day === nthWeekday(Date.UTC(year, 9, 1) / 86_400_000, MONDAY, 2)) names.push("columbus");
  return names;
}

function computeHolidays(year: number): ReadonlyMap<number, Holiday> {
  const date = (month: number, day: number): number => Date.UTC(year, month - 1, day) / 86_400_000;
  const thanksgiving = nthWeekday(date(11, 1), THURSDAY, 4);
  const days = new Map<number, Holiday>([
    [nthWeekday(date(1, 1), MONDAY, 3), "martin-luther-king"],
    [nthWeekday(date(2, 1), MONDAY, 3), "presidents"],
    [easterSunday(year) - 2, "good-friday"],
    [nthWeekday(date(5, 25), MONDAY, 1), "memorial"],
    [nthWeekday(date(9, 1), MONDAY, 1), "labor"],
    [thanksgiving, "thanksgiving"],
    [thanksgiving + 1, "thanksgiving-friday"],
    [date(12, 24), "christmas-eve"],
  ]);
  if (hasIndependenceEve(date(7, 4), year)) days.set(date(7, 3), "independence-eve");
  for (const day of HALF_DAYS) {
    if (date(1, 1) <= day && day <= date(12, 31)) days.set(day, "half-day");
  }
  // Observed days come last: a Friday Christmas holiday outranks Christmas Eve.
  if (weekday(date(1, 1)) !== SATURDAY) days.set(observed(date(1, 1)), "new-year");
  if (year >= 2022) days.set(observed(date(6, 19)), "juneteenth");
  days.set(observed(date(7, 4)), "independence");
  days.set(observed(date(12, 25)), "christmas");
  return days;
}

/** Half day before Independence Day; a Wednesday before a Thursday holiday only since 2013. */
function hasIndependenceEve(independence: number, year: number): boolean {
  const day = weekday(independence);
  if (day === THURSDAY) return year >= 2013;
  return day !== SATURDAY && day !== SUNDAY && day !== MONDAY;
}

/** The `n`th given weekday on or after `from`. */
export function nthWeekday(from: number, wanted: number, n: number): number {
  return from + ((wanted - weekday(from) + 7) % 7) + 7 * (n - 1);
}

function observed(day: number): number {
  if (weekday(day) === SATURDAY) return day - 1;
  return weekday(day) === SUNDAY ? day + 1 : day;
}

/** Western Easter by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, ch. 8). */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const monthAndDay = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(monthAndDay / 31) - 1, (monthAndDay % 31) + 1) / 86_400_000;
}

/** True from Monday to Friday. */
export function isWeekday(day: number): boolean {
  const name = weekday(day);
  return name >= MONDAY && name <= FRIDAY;
}

/** True on a weekday that is no full US market holiday: the business days of contract rules. */
export function isBusinessDay(day: number): boolean {
  if (!isWeekday(day)) return false;
  const holiday = usHolidays(new Date(day * 86_400_000).getUTCFullYear()).get(day);
  return holiday === undefined || HALF_DAY_HOLIDAYS.has(holiday);
}

const HALF_DAY_HOLIDAYS: ReadonlySet<Holiday> = new Set<Holiday>([
  "independence-eve",
  "thanksgiving-friday",
  "christmas-eve",
  "half-day",
]);
