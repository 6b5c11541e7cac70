import { type CalendarRules, CLOSED, early, halt } from "./calendar_rules.ts";
import {
  CHICAGO,
  FULL_HOLIDAYS,
  HALT_HOLIDAYS,
  LONG_WEEKEND_DAYS,
  LONG_WEEKENDS,
  MORNING_AFTER,
  START,
} from "./cme_group.ts";

/**
 * Interest rate futures of CBOT: noon halts with the equity index, an open Good Friday in years in
 * which it brings the jobs report, and an opening at 17:30 until 2011.
 */
export const CME_RATES: CalendarRules = {
  name: "cme-rates",
  title: "Interest rate futures of CBOT and CME",
  timeZone: CHICAGO,
  hours: [
    { from: START, open: "-1d 17:30", close: "16:00", source: "cme-sheets" },
    { from: "2011-10-03", open: "-1d 17:00", close: "16:00", source: "cme-sheets" },
  ],
  holidays: [
    { on: HALT_HOLIDAYS, rule: halt("12:00"), source: "cme-sheets" },
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "cme-sheets" },
    { on: ["thanksgiving-friday", "christmas-eve"], rule: early("12:15"), source: "cme-sheets" },
    MORNING_AFTER,
    ...LONG_WEEKENDS,
  ],
  days: [
    ...LONG_WEEKEND_DAYS,
    { date: "2001-09-11", rule: CLOSED, source: "lean" },
    { date: "2001-09-12", rule: CLOSED, source: "lean" },
    { date: "2001-09-13", rule: CLOSED, source: "lean" },
    { date: "2004-06-11", rule: CLOSED, source: "lean" },
    { date: "2010-04-02", rule: early("10:15"), source: "cme-sheets" },
    { date: "2012-04-06", rule: early("10:15"), source: "cme-sheets" },
    { date: "2012-10-29", rule: early("11:00"), source: "cme-sandy" },
    { date: "2015-04-03", rule: early("10:15"), source: "cme-sheets" },
    { date: "2018-12-05", rule: CLOSED, source: "cme-mourning-2018" },
    { date: "2021-04-02", rule: early("10:15"), source: "cme-sheets" },
    { date: "2023-04-07", rule: early("10:15"), source: "cme-sheets" },
    { date: "2025-01-09", rule: early("12:15"), source: "cme-mourning-2025" },
    { date: "2026-04-03", rule: early("10:15"), source: "cme-sheets" },
  ],
};
