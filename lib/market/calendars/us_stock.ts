import { type CalendarRules, CLOSED, early } from "./calendar_rules.ts";
import { START } from "./cme_group.ts";

/** New York Stock Exchange and Nasdaq: the regular session. */
export const US_STOCK: CalendarRules = {
  name: "us-stock",
  title: "US stocks and funds, regular session",
  timeZone: "America/New_York",
  hours: [{ from: START, open: "09:30", close: "16:00", source: "nyse" }],
  holidays: [
    {
      on: ["independence-eve", "thanksgiving-friday", "christmas-eve", "half-day"],
      rule: early("13:00"),
      source: "nyse",
    },
    {
      on: [
        "new-year",
        "martin-luther-king",
        "presidents",
        "good-friday",
        "memorial",
        "juneteenth",
        "independence",
        "labor",
        "thanksgiving",
        "christmas",
      ],
      rule: CLOSED,
      source: "nyse",
    },
  ],
  days: [
    { date: "2001-09-11", rule: CLOSED, source: "nyse" },
    { date: "2001-09-12", rule: CLOSED, source: "nyse" },
    { date: "2001-09-13", rule: CLOSED, source: "nyse" },
    { date: "2001-09-14", rule: CLOSED, source: "nyse" },
    { date: "2004-06-11", rule: CLOSED, source: "nyse" },
    { date: "2007-01-02", rule: CLOSED, source: "nyse" },
    { date: "2012-10-29", rule: CLOSED, source: "nyse" },
    { date: "2012-10-30", rule: CLOSED, source: "nyse" },
    { date: "2018-12-05", rule: CLOSED, source: "nyse" },
    { date: "2025-01-09", rule: CLOSED, source: "nyse" },
  ],
};
