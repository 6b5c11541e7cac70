import { type CalendarRules, CLOSED, early } from "./calendar_rules.ts";
import { FRIDAY, HALT_HOLIDAYS, START } from "./cme_group.ts";

const NEW_YORK = "America/New_York";

/** Spot currencies: 17:00 to 17:00 New York, shut on Christmas and New Year's Day themselves. */
export const FX_WEEK: CalendarRules = {
  name: "fx-week",
  title: "Spot currencies",
  timeZone: NEW_YORK,
  hours: [{ from: START, open: "-1d 17:00", close: "17:00", source: "fx-custom" }],
  holidays: [{ on: ["12-25", "01-01"], rule: CLOSED, source: "fx-custom" }],
  days: [],
};

/**
 * Gold and silver against dollars: 18:00 to 17:00 New York, an hour of rest each day. Half days are
 * known since 2024, when one broker's hours follow those of the futures.
 */
export const SPOT_METALS: CalendarRules = {
  name: "spot-metals",
  title: "Spot gold and silver",
  timeZone: NEW_YORK,
  hours: [{ from: START, open: "-1d 18:00", close: "17:00", source: "oanda-metals" }],
  holidays: [
    { on: ["12-25", "01-01", "good-friday"], rule: CLOSED, source: "oanda-metals" },
    {
      on: HALT_HOLIDAYS,
      from: "2024-02-21",
      weekdays: [FRIDAY],
      rule: early("13:00"),
      source: "oanda-metals",
    },
    { on: HALT_HOLIDAYS, from: "2024-02-21", rule: early("14:30"), source: "oanda-metals" },
    {
      on: ["thanksgiving-friday"],
      from: "2024-02-21",
      rule: early("14:45"),
      source: "oanda-metals",
    },
    { on: ["christmas-eve"], from: "2024-02-21", rule: early("13:45"), source: "oanda-metals" },
  ],
  days: [],
};

/** Every minute of the week; a trade day is the UTC day. */
export const ALWAYS: CalendarRules = {
  name: "always",
  title: "Crypto on its own exchanges, and whatever trades around the clock",
  timeZone: "UTC",
  hours: [
    {
      from: START,
      weekdays: [0, 1, 2, 3, 4, 5, 6],
      open: "00:00",
      close: "24:00",
      source: "by-definition",
    },
  ],
  holidays: [],
  days: [],
};
