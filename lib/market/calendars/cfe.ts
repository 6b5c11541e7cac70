import { type CalendarRules, CLOSED, early, halt } from "./calendar_rules.ts";
import { CHICAGO, FULL_HOLIDAYS, HALT_HOLIDAYS, START } from "./cme_group.ts";

const AFTER_MONDAY = [2, 3, 4, 5];

/** Volatility index: a day session until 2010, in steps nearly around the clock by 2014. */
export const CFE_VIX: CalendarRules = {
  name: "cfe-vix",
  title: "Volatility index futures of Cboe",
  timeZone: CHICAGO,
  hours: [
    { from: START, open: "08:30", close: "15:15", source: "cfe" },
    { from: "2010-12-10", open: "07:20", close: "15:15", source: "cfe" },
    { from: "2011-09-26", open: "07:00", close: "15:15", source: "cfe" },
    {
      from: "2013-10-29",
      weekdays: AFTER_MONDAY,
      open: "07:00",
      close: "15:15",
      afterUsualDay: { open: "-1d 15:30", pauses: [["-1d 16:15", "07:00"]] },
      source: "cfe",
    },
    { from: "2013-11-04", weekdays: [1], open: "02:00", close: "15:15", source: "cfe" },
    {
      from: "2013-11-04",
      weekdays: AFTER_MONDAY,
      open: "02:00",
      close: "15:15",
      afterUsualDay: { open: "-1d 15:30", pauses: [["-1d 16:15", "02:00"]] },
      source: "cfe",
    },
    { from: "2014-06-23", weekdays: [1], open: "-1d 17:00", close: "15:15", source: "cfe" },
    {
      from: "2014-06-23",
      weekdays: AFTER_MONDAY,
      open: "-1d 17:00",
      close: "15:15",
      afterUsualDay: { open: "-1d 15:30", pauses: [] },
      source: "cfe",
    },
    {
      from: "2018-02-26",
      open: "-1d 17:00",
      close: "16:00",
      pauses: [["15:15", "15:30"]],
      source: "cfe",
    },
    { from: "2021-12-06", open: "-1d 17:00", close: "16:00", source: "cfe" },
  ],
  holidays: [
    { on: HALT_HOLIDAYS, before: "2014-06-23", rule: CLOSED, source: "exchange-calendars" },
    { on: HALT_HOLIDAYS, rule: halt("10:30"), source: "cfe" },
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "cfe" },
    {
      on: ["independence-eve", "thanksgiving-friday", "christmas-eve"],
      rule: early("12:15"),
      source: "cfe",
    },
  ],
  days: [
    { date: "2012-10-29", rule: CLOSED, source: "exchange-calendars" },
    { date: "2012-10-30", rule: CLOSED, source: "exchange-calendars" },
    { date: "2015-04-03", rule: early("08:15"), source: "cfe" },
    { date: "2015-07-03", rule: CLOSED, source: "cfe" },
    { date: "2018-12-05", rule: CLOSED, source: "exchange-calendars" },
    { date: "2021-04-02", rule: early("08:30"), source: "cfe" },
    { date: "2023-04-07", rule: early("08:30"), source: "cfe" },
    { date: "2025-01-09", rule: halt("08:30"), source: "cfe" },
    { date: "2025-07-04", rule: CLOSED, source: "cfe" },
    { date: "2026-04-03", rule: early("08:30"), source: "cfe" },
  ],
};
