import { type CalendarRules, CLOSED, early, halt } from "./calendar_rules.ts";
import { CHICAGO, FULL_HOLIDAYS, HALT_HOLIDAYS, MORNING_AFTER, START } from "./cme_group.ts";

/** Equity index futures: four changes of hours, and half days with the stocks. */
export const CME_EQUITY: CalendarRules = {
  name: "cme-equity",
  title: "Equity index futures of CME and CBOT",
  timeZone: CHICAGO,
  hours: [
    {
      from: START,
      open: "-1d 17:00",
      close: "15:15",
      afterUsualDay: { open: "-1d 15:30", pauses: [["-1d 16:30", "-1d 17:00"]] },
      source: "cme-globex-2003",
    },
    {
      from: "2012-11-19",
      open: "-1d 17:00",
      close: "16:15",
      pauses: [["15:15", "15:30"]],
      source: "cme-equity-2012",
    },
    {
      from: "2015-09-21",
      open: "-1d 17:00",
      close: "16:00",
      pauses: [["15:15", "15:30"]],
      source: "globex-2015",
    },
    { from: "2021-06-28", open: "-1d 17:00", close: "16:00", source: "cme-sheets" },
  ],
  holidays: [
    { on: HALT_HOLIDAYS, before: "2014-05-01", rule: halt("10:30"), source: "cme-sheets" },
    { on: HALT_HOLIDAYS, rule: halt("12:00"), source: "cme-sheets" },
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "cme-sheets" },
    {
      on: ["independence-eve", "thanksgiving-friday", "christmas-eve"],
      rule: early("12:15"),
      source: "cme-sheets",
    },
    MORNING_AFTER,
  ],
  days: [
    { date: "2001-09-11", rule: CLOSED, source: "lean" },
    { date: "2001-09-12", rule: CLOSED, source: "lean" },
    { date: "2001-09-13", rule: CLOSED, source: "lean" },
    { date: "2001-09-14", rule: CLOSED, source: "lean" },
    { date: "2004-06-11", rule: CLOSED, source: "lean" },
    { date: "2007-01-02", rule: halt("08:30"), source: "lean" },
    { date: "2010-04-02", rule: early("08:15"), source: "cme-sheets" },
    { date: "2012-04-06", rule: early("08:15"), source: "cme-sheets" },
    { date: "2012-10-29", rule: early("08:15"), source: "cme-sandy" },
    { date: "2012-10-30", rule: early("08:15"), source: "cme-sandy" },
    { date: "2015-04-03", rule: early("08:15"), source: "cme-sheets" },
    { date: "2018-12-05", rule: halt("08:30"), source: "cme-mourning-2018" },
    { date: "2021-04-02", rule: early("08:15"), source: "cme-sheets" },
    { date: "2023-04-07", rule: early("08:15"), source: "cme-sheets" },
    { date: "2025-01-09", rule: halt("08:30"), source: "cme-mourning-2025" },
    { date: "2026-04-03", rule: early("08:15"), source: "cme-sheets" },
  ],
};
