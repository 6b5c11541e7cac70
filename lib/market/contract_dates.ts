import { isBusinessDayOf, moveBusinessDays } from "./business_days.ts";
import { createCalendar } from "./calendar.ts";
import type {
  BusinessCalendar,
  ContractDayAnchor,
  ContractDayRule,
  ContractWeekday,
} from "./contract_rules.ts";
import { nthWeekday } from "./holidays.ts";
import type { Instrument } from "./instrument.ts";
import { MONTH_LETTERS } from "./instruments.ts";
import { DAY_MS, MINUTE_MS, wallTimeToUtc } from "./time_zone.ts";

/** The days on which a futures contract ends. */
export interface ContractDates {
  /** Last day of trading, days since 1970-01-01. */
  readonly lastTradeDay: number;
  /** Last moment of trading, epoch milliseconds. */
  readonly lastTradeTime: number;
  /**
   * First day on which a holder of a long position may be told to take delivery, days since
   * 1970-01-01; null where nobody ever is, absent where it is not known.
   */
  readonly firstNoticeDay?: number | null;
}

/**
 * The dates of a contract by its exchange's rules, which are those of today: some contracts of long
 * ago ended at another hour, or by another rule.
 *
 * @param year of delivery
 * @param month of delivery, 1 January … 12 December
 * @returns null where the instrument states no rules
 * @example
 * ```ts
 * import { contractDates } from "./contract_dates.ts";
 * import { findInstrument } from "./instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const dates = contractDates(findInstrument("CL"), 2020, 5)!;
 * assertEquals(new Date(dates.lastTradeDay * 86_400_000).getUTCDate(), 21);
 * assertEquals(dates.firstNoticeDay! - dates.lastTradeDay, 2);
 * ```
 */
export function contractDates(
  instrument: Pick<Instrument, "contracts" | "session" | "timeZone">,
  year: number,
  month: number,
): ContractDates | null {
  const { contracts } = instrument;
  if (contracts === undefined) return null;
  const { businessDays, firstNotice, lastTrade } = contracts;
  const rule = lastTrade.exceptions?.[MONTH_LETTERS[month - 1]!] ?? lastTrade;
  const day = dayByRule(rule, businessDays, year, month);
  return {
    lastTradeDay: day,
    lastTradeTime: endOfTrading(instrument, day, lastTrade),
    ...(firstNotice === undefined ? {} : {
      firstNoticeDay: firstNotice === null
        ? null
        : dayByRule(firstNotice, businessDays, year, month),
    }),
  };
}

/** The day that a rule names for a delivery month, days since 1970-01-01. */
function dayByRule(
  rule: ContractDayRule,
  calendars: readonly BusinessCalendar[],
  year: number,
  month: number,
): number {
  const { businessDays = 0, clearWeekdays, days = 0, from } = rule;
  const inMonth = month - 1 + (rule.month ?? 0);
  const first = Date.UTC(year, inMonth) / DAY_MS;
  const next = Date.UTC(year, inMonth + 1) / DAY_MS;
  const open = (day: number): number => openDay(rule, calendars, day);
  let day = anchorDay(from, calendars, first, next);
  while (clearWeekdays !== undefined && !isClear(day, clearWeekdays, calendars)) day -= 7;
  day = open(open(day) + days);
  return moveBusinessDays(calendars, day, businessDays);
}

const WEEKDAYS: Readonly<Record<ContractWeekday, number>> = {
  monday: 1,
  tuesday: 2,
  wednesday: 3,
  thursday: 4,
  friday: 5,
};

function anchorDay(
  from: ContractDayAnchor,
  calendars: readonly BusinessCalendar[],
  first: number,
  next: number,
): number {
  if ("day" in from) return first + from.day - 1;
  if ("weekday" in from) {
    const { nth } = from;
    const wanted = WEEKDAYS[from.weekday];
    return nth > 0 ? nthWeekday(first, wanted, nth) : nthWeekday(next - 7, wanted, nth + 2);
  }
  const { businessDay } = from;
  return moveBusinessDays(calendars, businessDay > 0 ? first - 1 : next, businessDay);
}

/** Whether a day and so many weekdays before it are business days. */
function isClear(day: number, weekdays: number, calendars: readonly BusinessCalendar[]): boolean {
  let left = weekdays;
  for (let checked = day; left >= 0; checked--) {
    if (!isBusinessDayOf([], checked)) continue;
    if (!isBusinessDayOf(calendars, checked)) return false;
    left--;
  }
  return true;
}

function openDay(
  { ifClosed }: ContractDayRule,
  calendars: readonly BusinessCalendar[],
  day: number,
): number {
  if (ifClosed === undefined || isBusinessDayOf(calendars, day)) return day;
  return moveBusinessDays(calendars, day, ifClosed === "before" ? -1 : 1);
}

/** The stated time on a day, or the close of its session where that is earlier or alone known. */
function endOfTrading(
  instrument: Pick<Instrument, "session" | "timeZone">,
  day: number,
  { time, timeZone }: { readonly time?: string; readonly timeZone?: string },
): number {
  const calendar = createCalendar(instrument);
  const noon = wallTimeToUtc(instrument.timeZone, day, 12 * 60);
  const session = calendar.sessions(noon - 2 * DAY_MS, noon + 2 * DAY_MS)
    .find(({ tradeDay }) => tradeDay === day);
  const stated = time === undefined || timeZone === undefined
    ? Infinity
    : wallTimeToUtc(timeZone, day, minutesOf(time));
  return Math.min(stated, session?.close ?? (day + 1) * DAY_MS);
}

function minutesOf(time: string): number {
  return Date.parse(`1970-01-01T${time}Z`) / MINUTE_MS;
}
