import type { HolidayName } from "../holidays.ts";
import {
  type CalendarRules,
  CLOSED,
  early,
  type HolidayRule,
  type HoursRule,
  type OneDay,
  opens,
} from "./calendar_rules.ts";
import { FULL_HOLIDAYS, HALT_HOLIDAYS, START } from "./cme_group.ts";

const NEW_YORK = "America/New_York";
const LONDON = "Europe/London";
const US_HOLIDAYS: readonly HolidayName[] = [...HALT_HOLIDAYS, ...FULL_HOLIDAYS];
const NEW_HOURS = "2014-02-03";

const SOFTS_CLOSED: HolidayRule = { on: US_HOLIDAYS, rule: CLOSED, source: "ice-notices" };

/** On these days London is away and trading begins when New York is up. */
const LONDON_AWAY: readonly HolidayRule[] = [
  { on: ["easter-monday"], rule: opens("07:30"), source: "ice-notices" },
  {
    on: ["christmas"],
    daysAfter: 1,
    before: "2013-01-01",
    rule: opens("07:30"),
    source: "lean",
  },
  { on: ["christmas"], daysAfter: 1, before: "2020-01-01", rule: opens("08:00"), source: "lean" },
];

const LONDON_AWAY_DAYS: readonly OneDay[] = [
  { date: "2009-12-28", rule: opens("07:30"), source: "lean" },
  { date: "2010-12-27", rule: opens("07:30"), source: "lean" },
  { date: "2010-12-28", rule: opens("07:30"), source: "lean" },
  { date: "2013-01-02", rule: opens("07:30"), source: "lean" },
  { date: "2014-01-02", rule: opens("08:00"), source: "lean" },
  { date: "2015-01-02", rule: opens("08:00"), source: "lean" },
  { date: "2015-12-28", rule: opens("08:00"), source: "lean" },
  { date: "2025-05-05", rule: opens("07:30"), source: "ice-notices" },
  { date: "2025-08-25", rule: opens("07:30"), source: "ice-notices" },
  { date: "2025-12-26", rule: opens("07:30"), source: "ice-notices" },
  { date: "2026-12-28", rule: opens("08:00"), source: "ice-notices" },
];

/** Half days of coffee, cocoa, cotton and orange juice; sugar closes at 13:00 anyway. */
const CHRISTMAS_EVE: readonly HolidayRule[] = [
  { on: ["christmas-eve"], before: "2015-01-01", rule: early("13:00"), source: "lean" },
  { on: ["christmas-eve"], rule: early("13:05"), source: "ice-notices" },
];

/** Coffee, sugar and cocoa open on London's clock and close on New York's. */
function londonSofts(
  name: string,
  title: string,
  hours: readonly Pick<HoursRule, "from" | "open" | "close">[],
  holidays: readonly HolidayRule[],
): CalendarRules {
  return {
    name,
    title,
    timeZone: NEW_YORK,
    hours: hours.map((row) => ({ ...row, openZone: LONDON, source: "ice-softs-clocks" })),
    holidays: [SOFTS_CLOSED, ...holidays, ...LONDON_AWAY],
    days: LONDON_AWAY_DAYS,
  };
}

const THANKSGIVING_FRIDAY: HolidayRule = {
  on: ["thanksgiving-friday"],
  before: "2017-01-01",
  rule: early("13:00"),
  source: "lean",
};

/** Coffee C. */
export const ICE_US_COFFEE: CalendarRules = londonSofts(
  "ice-us-coffee",
  "Coffee futures of ICE US",
  [
    { from: START, open: "08:30", close: "14:00" },
    { from: NEW_HOURS, open: "09:15", close: "13:30" },
  ],
  [THANKSGIVING_FRIDAY, ...CHRISTMAS_EVE],
);

/** Sugar No. 11. */
export const ICE_US_SUGAR: CalendarRules = londonSofts("ice-us-sugar", "Sugar futures of ICE US", [
  { from: START, open: "08:30", close: "14:00" },
  { from: "2012-01-30", open: "06:30", close: "14:00" },
  { from: "2012-11-05", open: "07:30", close: "14:00" },
  { from: NEW_HOURS, open: "08:30", close: "13:00" },
], [
  {
    on: ["thanksgiving-friday", "christmas-eve"],
    before: NEW_HOURS,
    rule: early("13:00"),
    source: "lean",
  },
]);

/** Cocoa. */
export const ICE_US_COCOA: CalendarRules = londonSofts("ice-us-cocoa", "Cocoa futures of ICE US", [
  { from: START, open: "09:00", close: "14:00" },
  { from: NEW_HOURS, open: "09:45", close: "13:30" },
], [THANKSGIVING_FRIDAY, ...CHRISTMAS_EVE]);

/** Cotton No. 2, which trades in the evening too. */
export const ICE_US_COTTON: CalendarRules = {
  name: "ice-us-cotton",
  title: "Cotton futures of ICE US",
  timeZone: NEW_YORK,
  hours: [
    { from: START, open: "-1d 21:00", close: "14:30", source: "ice-softs-hours" },
    { from: NEW_HOURS, open: "-1d 21:00", close: "14:20", source: "ice-softs-hours" },
  ],
  holidays: [
    SOFTS_CLOSED,
    {
      on: ["thanksgiving-friday"],
      before: "2013-01-01",
      rule: early("13:00"),
      source: "lean",
    },
    {
      on: ["thanksgiving-friday"],
      before: "2017-01-01",
      rule: opens("08:00", "13:00"),
      source: "lean",
    },
    { on: ["thanksgiving-friday"], rule: opens("08:00", "13:30"), source: "ice-notices" },
    ...CHRISTMAS_EVE,
    ...LONDON_AWAY.slice(1),
  ],
  days: [
    ...LONDON_AWAY_DAYS.filter(({ date }) => !/-0[58]-/.test(date)),
    { date: "2013-07-05", rule: opens("08:00"), source: "lean" },
    { date: "2014-07-07", rule: opens("08:00"), source: "lean" },
    { date: "2016-12-27", rule: null, source: "lean" },
    { date: "2025-07-07", rule: opens("08:00"), source: "ice-notices" },
    { date: "2026-07-06", rule: opens("08:00"), source: "ice-notices" },
  ],
};

/** Orange juice. */
export const ICE_US_ORANGE_JUICE: CalendarRules = {
  name: "ice-us-orange-juice",
  title: "Orange juice futures of ICE US",
  timeZone: NEW_YORK,
  hours: [{ from: START, open: "08:00", close: "14:00", source: "ice-softs-hours" }],
  holidays: [
    SOFTS_CLOSED,
    THANKSGIVING_FRIDAY,
    { on: ["thanksgiving-friday"], rule: early("13:30"), source: "ice-notices" },
    ...CHRISTMAS_EVE,
  ],
  days: [],
};

/** US dollar index: early closes are known until 2019 and since 2025. */
export const ICE_US_DOLLAR_INDEX: CalendarRules = {
  name: "ice-us-dollar-index",
  title: "US dollar index futures of ICE US",
  timeZone: NEW_YORK,
  hours: [
    { from: START, weekdays: [1], open: "-1d 18:00", close: "18:00", source: "ice-notices" },
    {
      from: START,
      weekdays: [2, 3, 4, 5],
      open: "-1d 20:00",
      close: "18:00",
      source: "ice-notices",
    },
    { from: "2011-02-14", weekdays: [1], open: "-1d 18:00", close: "17:00", source: "ice-notices" },
    {
      from: "2011-02-14",
      weekdays: [2, 3, 4, 5],
      open: "-1d 20:00",
      close: "17:00",
      source: "ice-notices",
    },
  ],
  holidays: [
    { on: FULL_HOLIDAYS, rule: CLOSED, source: "ice-notices" },
    {
      on: ["thanksgiving"],
      from: "2025-01-01",
      rule: early("13:15"),
      source: "ice-notices",
    },
    { on: HALT_HOLIDAYS, before: "2020-02-01", rule: early("13:00"), source: "lean" },
    { on: ["thanksgiving-friday"], before: "2020-01-01", rule: early("13:15"), source: "lean" },
    { on: ["christmas-eve"], before: "2020-01-01", rule: early("13:15"), source: "lean" },
    {
      on: ["thanksgiving-friday"],
      from: "2025-01-01",
      rule: early("13:15"),
      source: "ice-notices",
    },
    {
      on: ["christmas", "new-year"],
      daysAfter: 1,
      from: "2008-12-01",
      before: "2014-02-01",
      rule: opens("06:00"),
      source: "lean",
    },
  ],
  days: [
    { date: "2010-04-02", rule: early("11:15"), source: "lean" },
    { date: "2012-04-06", rule: early("11:15"), source: "lean" },
    { date: "2015-04-03", rule: early("11:15"), source: "lean" },
    { date: "2025-07-04", rule: early("13:00"), source: "ice-notices" },
    { date: "2025-12-24", rule: early("13:45"), source: "ice-notices" },
    { date: "2026-04-03", rule: opens("05:00", "11:15"), source: "ice-notices" },
    { date: "2026-05-25", rule: early("14:30"), source: "ice-notices" },
    { date: "2026-06-19", rule: early("14:30"), source: "ice-notices" },
    { date: "2026-07-03", rule: early("14:30"), source: "ice-notices" },
    { date: "2026-12-24", rule: early("13:15"), source: "ice-notices" },
  ],
};

/** Brent crude and gasoil, whose clock is New York's; their early closes are not in it. */
export const ICE_EU_ENERGY: CalendarRules = {
  name: "ice-eu-energy",
  title: "Brent and gasoil futures of ICE Europe",
  timeZone: NEW_YORK,
  hours: [
    { from: START, weekdays: [1], open: "-1d 18:00", close: "18:00", source: "ice-brent" },
    { from: START, weekdays: [2, 3, 4, 5], open: "-1d 20:00", close: "18:00", source: "ice-brent" },
  ],
  holidays: [{ on: FULL_HOLIDAYS, rule: CLOSED, source: "exchange-calendars" }],
  days: [],
};
