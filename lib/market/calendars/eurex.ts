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

/** Whit Monday on which no derivative traded, in that year alone. */
const WHIT_MONDAY_2015: OneDay = { date: "2015-05-25", rule: CLOSED, source: "eurex" };

/** Since late 2018 from 01:10 in winter and 02:10 in summer: ten past midnight in UTC. */
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
    days: [WHIT_MONDAY_2015, ...days],
  } satisfies CalendarRules;
}

/** Days of the Frankfurt exchange on which German shares, and so the DAX, did not trade. */
const GERMAN_HOLIDAYS = [
  "2014-10-03",
  "2016-05-16",
  "2016-10-03",
  "2017-06-05",
  "2017-10-03",
  "2017-10-31",
  "2018-05-21",
  "2018-10-03",
].map((date): OneDay => ({ date, rule: CLOSED, source: "eurex" }));

/** Euro Stoxx 50. */
export const EUREX_INDEX: CalendarRules = extended(
  "eurex-index",
  "Euro Stoxx futures of Eurex",
  "07:50",
);
/** DAX. */
export const EUREX_DAX: CalendarRules = extended(
  "eurex-dax",
  "DAX futures of Eurex",
  "07:50",
  GERMAN_HOLIDAYS,
);
/** Bund, Bobl, Schatz, Buxl. */
export const EUREX_BONDS: CalendarRules = extended(
  "eurex-bonds",
  "German bond futures of Eurex",
  "08:00",
);

/** SMI, with the holidays of Switzerland. */
export const EUREX_SMI: CalendarRules = {
  name: "eurex-smi",
  title: "SMI futures of Eurex",
  timeZone: "Europe/Zurich",
  hours: [
    { from: START, open: "07:50", close: "17:27", source: "eurex-smi" },
    { from: "2010-07-05", open: "07:50", close: "22:00", source: "eurex-smi" },
  ],
  holidays: [
    {
      on: [...HOLIDAYS, "01-02", "ascension", "whit-monday", "08-01"],
      rule: CLOSED,
      source: "eurex-smi",
    },
  ],
  days: [],
};
