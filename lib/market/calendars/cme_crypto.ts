import { type CalendarRules, CLOSED, early, halt } from "./calendar_rules.ts";
import { CHICAGO, FULL_HOLIDAYS, HALT_HOLIDAYS } from "./cme_group.ts";

/** Bitcoin and ether futures; seven days a week since 2026. */
export const CME_CRYPTO: CalendarRules = {
  name: "cme-crypto",
  title: "Crypto futures of CME",
  timeZone: CHICAGO,
  hours: [
    { from: "2017-12-18", open: "-1d 17:00", close: "16:00", source: "pmc" },
  ],
  holidays: [
    { on: HALT_HOLIDAYS, before: "2022-01-01", rule: halt("12:00"), source: "pmc" },
    { on: HALT_HOLIDAYS, rule: halt("16:00"), source: "pmc" },
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "pmc" },
    {
      on: ["independence-eve", "thanksgiving-friday", "christmas-eve"],
      rule: early("12:15"),
      source: "pmc",
    },
  ],
  days: [
    { date: "2021-04-02", rule: early("08:15"), source: "pmc" },
    { date: "2023-04-07", rule: early("10:15"), source: "pmc" },
    { date: "2026-04-03", rule: early("10:15"), source: "pmc" },
  ],
};
