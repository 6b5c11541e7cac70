import { type CalendarRules, CLOSED, early, halt } from "./calendar_rules.ts";
import { CHICAGO, FULL_HOLIDAYS, HALT_HOLIDAYS, START } from "./cme_group.ts";

/** NYMEX and COMEX on Globex. */
export const CME_ENERGY_METALS: CalendarRules = {
  name: "cme-energy-metals",
  title: "Energy and metal futures of NYMEX and COMEX",
  timeZone: CHICAGO,
  hours: [
    { from: START, open: "-1d 17:00", close: "16:15", source: "pmc" },
    { from: "2015-09-21", open: "-1d 17:00", close: "16:00", source: "pmc" },
  ],
  holidays: [
    { on: HALT_HOLIDAYS, before: "2022-01-01", rule: halt("12:00"), source: "pmc" },
    { on: HALT_HOLIDAYS, rule: halt("13:30"), source: "pmc" },
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "pmc" },
    { on: ["thanksgiving-friday", "christmas-eve"], rule: early("12:45"), source: "pmc" },
  ],
  days: [
    { date: "2001-09-11", rule: CLOSED, source: "pmc" },
    { date: "2001-09-12", rule: CLOSED, source: "pmc" },
    { date: "2001-09-13", rule: CLOSED, source: "pmc" },
    { date: "2004-06-11", rule: CLOSED, source: "pmc" },
  ],
};
