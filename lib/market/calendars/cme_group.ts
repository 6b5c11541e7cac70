import type { HolidayName } from "../holidays.ts";

/** Zone of all hours of CME Group. */
export const CHICAGO = "America/Chicago";

/** First trade date of the rules. */
export const START = "1998-01-01";

/** US holidays on which CME Group trades a shortened morning without a settlement. */
export const HALT_HOLIDAYS: readonly HolidayName[] = [
  "martin-luther-king",
  "presidents",
  "memorial",
  "juneteenth",
  "independence",
  "labor",
  "thanksgiving",
];

/** US holidays on which no electronic market of CME Group trades. */
export const FULL_HOLIDAYS: readonly HolidayName[] = ["new-year", "good-friday", "christmas"];
