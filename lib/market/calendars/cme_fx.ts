import { type CalendarRules, CLOSED, early, halt } from "./calendar_rules.ts";
import {
  CHICAGO,
  FRIDAY,
  FULL_HOLIDAYS,
  HALT_HOLIDAYS,
  LONG_WEEKEND_DAYS,
  LONG_WEEKENDS,
  MORNING_AFTER,
  START,
} from "./cme_group.ts";

/** Currency futures; since 2022 they trade most US holidays in full, without a settlement. */
export const CME_FX: CalendarRules = {
  name: "cme-fx",
  title: "Currency futures of CME",
  timeZone: CHICAGO,
  hours: [{ from: START, open: "-1d 17:00", close: "16:00", source: "cme-globex-2003" }],
  holidays: [
    { on: HALT_HOLIDAYS, before: "2022-01-01", rule: halt("12:00"), source: "cme-sheets" },
    { on: HALT_HOLIDAYS, weekdays: [FRIDAY], rule: halt("12:00"), source: "cme-sheets" },
    { on: HALT_HOLIDAYS, rule: halt("16:00"), source: "cme-sheets" },
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "cme-sheets" },
    {
      on: ["thanksgiving-friday"],
      from: "2025-01-01",
      rule: early("13:45"),
      source: "cme-sheets",
    },
    { on: ["christmas-eve"], from: "2024-01-01", rule: early("12:45"), source: "cme-sheets" },
    { on: ["thanksgiving-friday", "christmas-eve"], rule: early("12:15"), source: "cme-sheets" },
    MORNING_AFTER,
    ...LONG_WEEKENDS,
  ],
  days: [
    ...LONG_WEEKEND_DAYS,
    { date: "2004-06-11", rule: CLOSED, source: "lean" },
    { date: "2010-04-02", rule: early("10:15"), source: "cme-sheets" },
    { date: "2012-04-06", rule: early("10:15"), source: "cme-sheets" },
    { date: "2015-04-03", rule: early("10:15"), source: "cme-sheets" },
    { date: "2021-04-02", rule: early("10:15"), source: "cme-sheets" },
    { date: "2023-04-07", rule: early("10:15"), source: "cme-sheets" },
    { date: "2026-04-03", rule: early("10:15"), source: "cme-sheets" },
  ],
};
