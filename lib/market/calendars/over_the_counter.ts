import { type CalendarRules, CLOSED } from "./calendar_rules.ts";
import { START } from "./cme_group.ts";

const NEW_YORK = "America/New_York";

/** Spot currencies: 17:00 to 17:00 New York, shut on Christmas and New Year's Day themselves. */
export const FX_WEEK: CalendarRules = {
  name: "fx-week",
  title: "Spot currencies",
  timeZone: NEW_YORK,
  hours: [{ from: START, open: "-1d 17:00", close: "17:00", source: "fx" }],
  holidays: [{ on: ["12-25", "01-01"], rule: CLOSED, source: "fx" }],
  days: [],
};

/** Gold and silver against dollars: 18:00 to 17:00 New York, an hour of rest each day. */
export const SPOT_METALS: CalendarRules = {
  name: "spot-metals",
  title: "Spot gold and silver",
  timeZone: NEW_YORK,
  hours: [{ from: START, open: "-1d 18:00", close: "17:00", source: "fx" }],
  holidays: [{ on: ["12-25", "01-01", "good-friday"], rule: CLOSED, source: "fx" }],
  days: [],
};

/** Every minute of the week; a trade day is the UTC day. */
export const ALWAYS: CalendarRules = {
  name: "always",
  title: "Crypto on its own exchanges, and whatever trades around the clock",
  timeZone: "UTC",
  hours: [
    {
      from: "1970-01-01",
      weekdays: [0, 1, 2, 3, 4, 5, 6],
      open: "00:00",
      close: "24:00",
      source: "none",
    },
  ],
  holidays: [],
  days: [],
};
