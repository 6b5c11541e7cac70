import type { HolidayName } from "../holidays.ts";
import { type CalendarRules, type ClockText, CLOSED, type OneDay } from "./calendar_rules.ts";
import { START } from "./cme_group.ts";

const BERLIN = "Europe/Berlin";
const HOLIDAYS: readonly HolidayName[] = [
  "01-01",
  "good-friday",
  "easter-monday",
  "05-01",
  "12-24",
  "12-25",
  "12-26",
  "12-31",
];

/** From 01:10 in winter and 02:10 in summer since late 2018: one hour of UTC. */
function extended(name: string, title: string, open: ClockText, days: readonly OneDay[] = []) {
  return {
    name,
    title,
    timeZone: BERLIN,
    hours: [
      { from: START, open, close: "22:00", source: "eurex" },
      { from: "2018-12-10", open: "00:10", openZone: "UTC", close: "22:00", source: "eurex" },
    ],
    holidays: [{ on: HOLIDAYS, rule: CLOSED, source: "eurex" }],
    days,
  } satisfies CalendarRules;
}

/** Euro Stoxx 50. */
export const EUREX_INDEX = extended("eurex-index", "Euro Stoxx futures of Eurex", "07:50");
/** DAX. */
export const EUREX_DAX = extended("eurex-dax", "DAX futures of Eurex", "07:50");
/** Bund, Bobl, Schatz, Buxl. */
export const EUREX_BONDS = extended("eurex-bonds", "German bond futures of Eurex", "08:00");
/** SMI. */
export const EUREX_SMI: CalendarRules = {
  name: "eurex-smi",
  title: "SMI futures of Eurex",
  timeZone: BERLIN,
  hours: [{ from: START, open: "07:50", close: "22:00", source: "eurex" }],
  holidays: [{ on: [...HOLIDAYS, "01-02"], rule: CLOSED, source: "eurex" }],
  days: [],
};
