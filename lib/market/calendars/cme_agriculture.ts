import { type CalendarRules, CLOSED, early, opens } from "./calendar_rules.ts";
import { CHICAGO, FULL_HOLIDAYS, HALT_HOLIDAYS, START } from "./cme_group.ts";

const MONDAY_HOLIDAYS = ["martin-luther-king", "presidents", "memorial", "labor"] as const;
const EVERY_HOLIDAY = [...HALT_HOLIDAYS, ...FULL_HOLIDAYS];

/**
 * Grains and oilseeds: a night session, a break before the opening, a day session. US holidays are
 * closed; where one falls in mid-week, the night after it may be too.
 */
export const CBOT_GRAINS: CalendarRules = {
  name: "cbot-grains",
  title: "Grain and oilseed futures of CBOT",
  timeZone: CHICAGO,
  hours: [
    {
      from: START,
      open: "-1d 18:00",
      close: "13:15",
      pauses: [["06:00", "09:30"]],
      source: "grains-2009",
    },
    {
      from: "2009-07-01",
      open: "-1d 18:00",
      close: "13:15",
      pauses: [["07:15", "09:30"]],
      source: "grains-2009",
    },
    { from: "2012-05-21", open: "-1d 17:00", close: "14:00", source: "grains-2012" },
    {
      from: "2013-04-08",
      open: "-1d 19:00",
      close: "13:15",
      pauses: [["07:45", "08:30"]],
      source: "grains-2013",
    },
    {
      from: "2015-07-06",
      open: "-1d 19:00",
      close: "13:20",
      pauses: [["07:45", "08:30"]],
      source: "grains-2015",
    },
  ],
  holidays: [
    { on: EVERY_HOLIDAY, rule: CLOSED, source: "cme-sheets" },
    {
      on: ["thanksgiving-friday"],
      before: "2012-01-01",
      rule: early("12:00"),
      source: "cme-sheets",
    },
    {
      on: ["thanksgiving-friday"],
      before: "2013-01-01",
      rule: opens("09:30", "12:00"),
      source: "cme-sheets",
    },
    {
      on: ["thanksgiving-friday"],
      before: "2015-01-01",
      rule: opens("08:30", "12:00"),
      source: "cme-sheets",
    },
    { on: ["thanksgiving-friday"], rule: opens("08:30", "12:05"), source: "cme-sheets" },
    { on: ["christmas-eve"], before: "2015-01-01", rule: early("12:00"), source: "cme-sheets" },
    { on: ["christmas-eve"], rule: early("12:05"), source: "cme-sheets" },
    {
      on: ["independence-eve"],
      from: "2012-01-01",
      before: "2015-01-01",
      rule: early("12:00"),
      source: "cme-sheets",
    },
    {
      on: ["independence-eve"],
      from: "2015-01-01",
      before: "2020-01-01",
      rule: early("12:05"),
      source: "cme-sheets",
    },
    {
      on: MONDAY_HOLIDAYS,
      daysAfter: 1,
      from: "2012-05-21",
      before: "2013-04-08",
      rule: opens("-1d 19:00"),
      source: "cme-sheets",
    },
    {
      on: ["christmas", "new-year", "independence"],
      daysAfter: 1,
      from: "2011-12-01",
      before: "2013-04-08",
      rule: opens("09:30"),
      source: "cme-sheets",
    },
    {
      on: ["christmas", "new-year", "independence"],
      daysAfter: 1,
      from: "2013-04-08",
      before: "2015-02-01",
      rule: opens("08:30"),
      source: "cme-sheets",
    },
    {
      on: ["12-25", "01-01", "independence"],
      daysAfter: 1,
      from: "2018-12-01",
      rule: opens("08:30"),
      source: "cme-sheets",
    },
  ],
  days: [
    { date: "2010-12-31", rule: early("12:00"), source: "cme-sheets" },
    { date: "2014-07-07", rule: opens("08:30"), source: "cme-sheets" },
    { date: "2015-07-02", rule: early("12:00"), source: "cme-sheets" },
    { date: "2016-12-23", rule: early("12:05"), source: "cme-sheets" },
    { date: "2017-12-22", rule: early("12:05"), source: "cme-sheets" },
    { date: "2020-07-02", rule: early("12:05"), source: "cme-sheets" },
    { date: "2025-01-09", rule: early("12:15"), source: "cme-mourning-2025" },
  ],
};

/** Cattle and hogs: around the clock until 2014, a day session alone since. */
export const CME_LIVESTOCK: CalendarRules = {
  name: "cme-livestock",
  title: "Livestock futures of CME",
  timeZone: CHICAGO,
  hours: [
    { from: START, weekdays: [1], open: "09:05", close: "16:00", source: "livestock-2014" },
    {
      from: START,
      weekdays: [2, 3, 4],
      open: "-1d 17:00",
      close: "16:00",
      source: "livestock-2014",
    },
    { from: START, weekdays: [5], open: "-1d 17:00", close: "13:55", source: "livestock-2014" },
    {
      from: "2014-10-27",
      weekdays: [2, 3, 4],
      open: "08:00",
      close: "16:00",
      source: "livestock-2014",
    },
    { from: "2014-10-27", weekdays: [5], open: "08:00", close: "13:55", source: "livestock-2014" },
    { from: "2016-02-29", open: "08:30", close: "13:05", source: "livestock-2016" },
  ],
  holidays: [
    { on: EVERY_HOLIDAY, rule: CLOSED, source: "cme-sheets" },
    {
      on: ["thanksgiving-friday", "christmas-eve"],
      before: "2011-01-01",
      rule: early("12:00"),
      source: "cme-sheets",
    },
    {
      on: ["thanksgiving-friday"],
      from: "2013-01-01",
      before: "2014-01-01",
      rule: opens("09:05", "12:15"),
      source: "cme-sheets",
    },
    {
      on: ["thanksgiving-friday", "christmas-eve"],
      before: "2020-01-01",
      rule: early("12:15"),
      source: "cme-sheets",
    },
    {
      on: ["christmas-eve"],
      from: "2024-01-01",
      before: "2026-01-01",
      rule: early("12:15"),
      source: "cme-sheets",
    },
    { on: ["thanksgiving-friday", "christmas-eve"], rule: early("12:05"), source: "cme-sheets" },
    {
      on: ["independence-eve"],
      from: "2013-01-01",
      before: "2020-01-01",
      rule: early("12:15"),
      source: "cme-sheets",
    },
    {
      on: ["good-friday"],
      daysAfter: -1,
      from: "2011-01-01",
      before: "2016-01-01",
      rule: early("13:55"),
      source: "cme-sheets",
    },
    {
      on: EVERY_HOLIDAY,
      daysAfter: 1,
      from: "2011-12-01",
      before: "2014-10-27",
      rule: opens("09:05"),
      source: "lean",
    },
    {
      on: EVERY_HOLIDAY,
      daysAfter: 1,
      from: "2014-10-27",
      before: "2016-02-29",
      weekdays: [2],
      rule: opens("09:05"),
      source: "lean",
    },
  ],
  days: [
    { date: "2010-12-31", rule: early("12:15"), source: "cme-sheets" },
    { date: "2015-07-02", rule: early("12:15"), source: "cme-sheets" },
    { date: "2015-12-31", rule: early("13:55"), source: "cme-sheets" },
    { date: "2016-12-23", rule: early("12:15"), source: "cme-sheets" },
    { date: "2017-12-22", rule: early("12:15"), source: "cme-sheets" },
    { date: "2020-07-02", rule: early("12:15"), source: "cme-sheets" },
    { date: "2025-01-09", rule: early("12:15"), source: "cme-mourning-2025" },
  ],
};
