import { type CalendarRules, CLOSED, early, halt } from "./calendar_rules.ts";
import { CHICAGO, FULL_HOLIDAYS, HALT_HOLIDAYS } from "./cme_group.ts";

/** Volatility index. */
export const CFE_VIX: CalendarRules = {
  name: "cfe-vix",
  title: "Volatility index futures of Cboe",
  timeZone: CHICAGO,
  hours: [{ from: "2014-06-22", open: "-1d 17:00", close: "16:00", source: "cboe" }],
  holidays: [
    { on: HALT_HOLIDAYS, rule: halt("10:30"), source: "cboe" },
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "cboe" },
    { on: ["independence-eve", "thanksgiving-friday"], rule: early("12:15"), source: "cboe" },
  ],
  days: [{ date: "2025-01-09", rule: CLOSED, source: "cboe" }],
};
