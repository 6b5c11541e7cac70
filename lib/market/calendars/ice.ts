import type { HolidayName } from "../holidays.ts";
import { type CalendarRules, CLOSED, type HoursRule } from "./calendar_rules.ts";
import { FULL_HOLIDAYS, HALT_HOLIDAYS, START } from "./cme_group.ts";

const NEW_YORK = "America/New_York";
const LONDON = "Europe/London";
const US_HOLIDAYS: readonly HolidayName[] = [...HALT_HOLIDAYS, ...FULL_HOLIDAYS];

function softs(name: string, title: string, hours: Pick<HoursRule, "open" | "close" | "openZone">) {
  return {
    name,
    title,
    timeZone: NEW_YORK,
    hours: [{ from: START, ...hours, source: "ice-softs" }],
    holidays: [{ on: US_HOLIDAYS, rule: CLOSED, source: "ice-softs" }],
    days: [],
  } satisfies CalendarRules;
}

/** Coffee, sugar and cocoa open on London's clock and close on New York's. */
export const ICE_US_COFFEE = softs("ice-us-coffee", "Coffee C futures of ICE US", {
  open: "09:15",
  openZone: LONDON,
  close: "13:30",
});
/** Sugar No. 11. */
export const ICE_US_SUGAR = softs("ice-us-sugar", "Sugar futures of ICE US", {
  open: "08:30",
  openZone: LONDON,
  close: "13:00",
});
/** Cocoa. */
export const ICE_US_COCOA = softs("ice-us-cocoa", "Cocoa futures of ICE US", {
  open: "09:45",
  openZone: LONDON,
  close: "13:30",
});
/** Cotton No. 2, which trades in the evening too. */
export const ICE_US_COTTON = softs("ice-us-cotton", "Cotton futures of ICE US", {
  open: "-1d 21:00",
  close: "14:20",
});
/** Orange juice. */
export const ICE_US_ORANGE_JUICE = softs("ice-us-orange-juice", "Orange juice futures of ICE US", {
  open: "08:00",
  close: "14:00",
});

/** US dollar index. */
export const ICE_US_DOLLAR_INDEX: CalendarRules = {
  name: "ice-us-dollar-index",
  title: "US dollar index futures of ICE US",
  timeZone: NEW_YORK,
  hours: [
    { from: START, open: "-1d 20:00", close: "17:00", source: "pmc" },
    { from: START, weekdays: [1], open: "-1d 18:00", close: "17:00", source: "pmc" },
  ],
  holidays: [{ on: FULL_HOLIDAYS, rule: CLOSED, source: "pmc" }],
  days: [],
};

/** Brent crude and gasoil. */
export const ICE_EU_ENERGY: CalendarRules = {
  name: "ice-eu-energy",
  title: "Brent and gasoil futures of ICE Europe",
  timeZone: NEW_YORK,
  hours: [{ from: START, open: "-1d 20:00", close: "18:00", source: "pmc" }],
  holidays: [{ on: FULL_HOLIDAYS, rule: CLOSED, source: "pmc" }],
  days: [],
};
