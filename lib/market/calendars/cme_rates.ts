import { type CalendarRules, CLOSED, early, halt } from "./calendar_rules.ts";
import { CHICAGO, FULL_HOLIDAYS, HALT_HOLIDAYS, START } from "./cme_group.ts";

/** Interest rate futures: noon halts with the equity index, an open Good Friday in some years. */
export const CME_RATES: CalendarRules = {
  name: "cme-rates",
  title: "Interest rate futures of CBOT and CME",
  timeZone: CHICAGO,
  hours: [{ from: START, open: "-1d 17:00", close: "16:00", source: "pmc" }],
  holidays: [
    { on: HALT_HOLIDAYS, rule: halt("12:00"), source: "pmc" },
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "pmc" },
    { on: ["thanksgiving-friday", "christmas-eve"], rule: early("12:15"), source: "pmc" },
  ],
  days: [
    { date: "2001-09-11", rule: CLOSED, source: "pmc" },
    { date: "2001-09-12", rule: CLOSED, source: "pmc" },
    { date: "2001-09-13", rule: CLOSED, source: "pmc" },
    { date: "2004-06-11", rule: CLOSED, source: "pmc" },
    { date: "2015-04-03", rule: early("10:15"), source: "pmc" },
    { date: "2021-04-02", rule: early("10:15"), source: "pmc" },
    { date: "2023-04-07", rule: early("10:15"), source: "pmc" },
    { date: "2025-01-09", rule: early("12:15"), source: "pmc" },
    { date: "2026-04-03", rule: early("10:15"), source: "pmc" },
  ],
};
