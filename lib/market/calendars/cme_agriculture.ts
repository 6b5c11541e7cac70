import { type CalendarRules, CLOSED, early, opens } from "./calendar_rules.ts";
import { CHICAGO, FULL_HOLIDAYS, HALT_HOLIDAYS, START } from "./cme_group.ts";

/** Grains and oilseeds: a night session, a break before the opening, a day session. */
export const CBOT_GRAINS: CalendarRules = {
  name: "cbot-grains",
  title: "Grain and oilseed futures of CBOT",
  timeZone: CHICAGO,
  hours: [
    {
      from: START,
      open: "-1d 18:00",
      close: "13:15",
      pauses: [["07:15", "09:30"]],
      source: "pmc",
    },
    { from: "2012-05-21", open: "-1d 17:00", close: "14:00", source: "cme-2012-grains" },
    {
      from: "2013-04-08",
      open: "-1d 19:00",
      close: "13:15",
      pauses: [["07:45", "08:30"]],
      source: "cme-2013-grains",
    },
    {
      from: "2015-07-06",
      open: "-1d 19:00",
      close: "13:20",
      pauses: [["07:45", "08:30"]],
      source: "pmc",
    },
  ],
  holidays: [
    { on: [...HALT_HOLIDAYS, ...FULL_HOLIDAYS], rule: CLOSED, source: "pmc" },
    { on: ["thanksgiving-friday"], rule: opens("08:30", "12:05"), source: "pmc" },
    { on: ["christmas-eve"], rule: early("12:05"), source: "pmc" },
  ],
  days: [{ date: "2025-01-09", rule: early("12:15"), source: "cme-2025-mourning" }],
};

/** Cattle and hogs: a day session alone since 2016. */
export const CME_LIVESTOCK: CalendarRules = {
  name: "cme-livestock",
  title: "Livestock futures of CME",
  timeZone: CHICAGO,
  hours: [
    { from: "2014-10-27", weekdays: [1], open: "09:05", close: "16:00", source: "pmc" },
    { from: "2014-10-27", weekdays: [2, 3, 4], open: "08:00", close: "16:00", source: "pmc" },
    { from: "2014-10-27", weekdays: [5], open: "08:00", close: "13:55", source: "pmc" },
    { from: "2016-02-29", open: "08:30", close: "13:05", source: "cme-2016-livestock" },
  ],
  holidays: [
    { on: [...HALT_HOLIDAYS, ...FULL_HOLIDAYS], rule: CLOSED, source: "pmc" },
    { on: ["thanksgiving-friday", "christmas-eve"], rule: early("12:05"), source: "pmc" },
  ],
  days: [{ date: "2025-01-09", rule: early("12:15"), source: "cme-2025-mourning" }],
};
