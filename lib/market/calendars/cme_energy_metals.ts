import { type CalendarRules, CLOSED, early, halt } from "./calendar_rules.ts";
import { CHICAGO, FRIDAY, FULL_HOLIDAYS, HALT_HOLIDAYS, START } from "./cme_group.ts";

/** NYMEX and COMEX on Globex, whose halts on US holidays moved four times. */
export const CME_ENERGY_METALS: CalendarRules = {
  name: "cme-energy-metals",
  title: "Energy and metal futures of NYMEX and COMEX",
  timeZone: CHICAGO,
  hours: [
    { from: START, open: "-1d 17:00", close: "16:15", source: "nymex-holidays" },
    { from: "2015-09-21", open: "-1d 17:00", close: "16:00", source: "globex-2015" },
  ],
  holidays: [
    { on: HALT_HOLIDAYS, before: "2009-05-01", rule: halt("16:15"), source: "nymex-holidays" },
    { on: HALT_HOLIDAYS, before: "2014-05-01", rule: halt("12:15"), source: "cme-sheets" },
    { on: HALT_HOLIDAYS, before: "2022-01-01", rule: halt("12:00"), source: "cme-sheets" },
    { on: HALT_HOLIDAYS, weekdays: [FRIDAY], rule: halt("12:00"), source: "cme-sheets" },
    { on: HALT_HOLIDAYS, rule: halt("13:30"), source: "cme-sheets" },
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "cme-sheets" },
    {
      on: ["thanksgiving-friday"],
      from: "2024-11-01",
      rule: early("13:45"),
      source: "cme-sheets",
    },
    { on: ["thanksgiving-friday", "christmas-eve"], rule: early("12:45"), source: "cme-sheets" },
    {
      on: ["martin-luther-king", "presidents", "memorial", "labor", "columbus"],
      daysAfter: -3,
      from: "2009-05-01",
      before: "2011-02-01",
      rule: early("15:15"),
      source: "cme-sheets",
    },
  ],
  days: [
    { date: "2001-09-11", rule: CLOSED, source: "lean" },
    { date: "2001-09-12", rule: CLOSED, source: "lean" },
    { date: "2001-09-13", rule: CLOSED, source: "lean" },
    { date: "2004-06-11", rule: CLOSED, source: "lean" },
    { date: "2009-07-03", rule: halt("12:30"), source: "lean" },
    { date: "2010-07-02", rule: early("15:15"), source: "cme-sheets" },
    { date: "2010-12-31", rule: early("15:15"), source: "cme-sheets" },
  ],
};
