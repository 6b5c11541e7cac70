import { type CalendarRules, CLOSED, early, halt } from "./calendar_rules.ts";
import { CHICAGO, FULL_HOLIDAYS, HALT_HOLIDAYS, START } from "./cme_group.ts";

/** Currency futures; since 2022 they trade most US holidays in full, without a settlement. */
export const CME_FX: CalendarRules = {
  name: "cme-fx",
  title: "Currency futures of CME",
  timeZone: CHICAGO,
  hours: [{ from: START, open: "-1d 17:00", close: "16:00", source: "pmc" }],
  holidays: [
    { on: HALT_HOLIDAYS, before: "2022-01-01", rule: halt("12:00"), source: "pmc" },
    { on: HALT_HOLIDAYS, rule: halt("16:00"), source: "pmc" },
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "pmc" },
    { on: ["thanksgiving-friday", "christmas-eve"], rule: early("12:15"), source: "pmc" },
  ],
  days: [
    { date: "2004-06-11", rule: CLOSED, source: "pmc" },
    { date: "2021-04-02", rule: early("10:15"), source: "pmc" },
    { date: "2023-04-07", rule: early("10:15"), source: "pmc" },
    { date: "2026-04-03", rule: early("10:15"), source: "pmc" },
  ],
};
