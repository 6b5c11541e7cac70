import type { HolidayName } from "../holidays.ts";
import { early, type HolidayRule, opens } from "./calendar_rules.ts";

/** Zone of all hours of CME Group. */
export const CHICAGO = "America/Chicago";

/** First trade date of the oldest hours; they hold before it too. */
export const START = "1998-01-01";

/** US holidays on which CME Group trades a shortened morning without a settlement. */
export const HALT_HOLIDAYS: readonly HolidayName[] = [
  "martin-luther-king",
  "presidents",
  "memorial",
  "juneteenth",
  "independence",
  "labor",
  "thanksgiving",
];

/** US holidays on which no electronic market of CME Group trades. */
export const FULL_HOLIDAYS: readonly HolidayName[] = ["new-year", "good-friday", "christmas"];

/** Friday in `weekdays`. */
export const FRIDAY = 5;

/** Index, currency and rate futures opened in the morning after these holidays. */
export const MORNING_AFTER: HolidayRule = {
  on: ["christmas", "new-year"],
  daysAfter: 1,
  from: "2011-12-01",
  before: "2014-02-01",
  rule: opens("05:00"),
  source: "cme-sheets",
};

/** Currency and rate futures closed at 15:15 before long weekends, the last time in 2015. */
export const LONG_WEEKENDS: readonly HolidayRule[] = [
  {
    on: ["martin-luther-king", "presidents", "memorial"],
    daysAfter: -3,
    before: "2015-06-01",
    rule: early("15:15"),
    source: "cme-long-weekends",
  },
  {
    on: ["labor"],
    daysAfter: -3,
    before: "2015-01-01",
    rule: early("15:15"),
    source: "cme-long-weekends",
  },
  {
    on: ["columbus"],
    daysAfter: -3,
    from: "2009-01-01",
    before: "2013-01-01",
    rule: early("15:15"),
    source: "lean",
  },
  {
    on: ["good-friday"],
    daysAfter: -1,
    before: "2010-01-01",
    rule: early("15:15"),
    source: "cme-long-weekends",
  },
];

/** Ends of currency and rate futures that follow no rule. */
export const LONG_WEEKEND_DAYS = [
  { date: "2010-07-02", rule: early("15:15"), source: "cme-sheets" },
  { date: "2010-12-31", rule: early("12:15"), source: "cme-sheets" },
  { date: "2011-07-01", rule: early("15:15"), source: "cme-sheets" },
] as const;
