import {
  type CalendarRules,
  type ClockText,
  CLOSED,
  type DayRule,
  early,
  halt,
  type OneDay,
} from "./calendar_rules.ts";
import { CHICAGO, FRIDAY, FULL_HOLIDAYS, HALT_HOLIDAYS } from "./cme_group.ts";

/** First day of trading at the weekend. */
const AROUND_THE_CLOCK = "2026-05-30";
const EVERY_HOLIDAY = [...HALT_HOLIDAYS, ...FULL_HOLIDAYS];

/** A Saturday on which the maintenance took longer. */
function maintenance(date: string, until: ClockText): OneDay {
  const rule: DayRule = { kind: "halt", close: "24:00", pauses: [["02:00", until]] };
  return { date, rule, source: "crypto-2026" };
}

/**
 * Bitcoin and ether futures: an exchange's week from their first day in 2017, and seven days a week
 * since 2026, with two minutes of rest at 16:00 and two hours on Saturday. What trades at a weekend
 * or on a holiday carries the next trade date.
 */
export const CME_CRYPTO: CalendarRules = {
  name: "cme-crypto",
  title: "Crypto futures of CME",
  timeZone: CHICAGO,
  hours: [
    { from: "2017-12-18", open: "-1d 17:00", close: "16:00", source: "cme-sheets" },
    {
      from: AROUND_THE_CLOCK,
      weekdays: [6],
      open: "-1d 16:02",
      close: "24:00",
      pauses: [["02:00", "04:00"]],
      joinsNext: true,
      source: "crypto-2026",
    },
    {
      from: AROUND_THE_CLOCK,
      weekdays: [0],
      open: "00:00",
      close: "24:00",
      joinsNext: true,
      source: "crypto-2026",
    },
    {
      from: AROUND_THE_CLOCK,
      weekdays: [1],
      open: "00:00",
      close: "16:00",
      source: "crypto-2026",
    },
    {
      from: AROUND_THE_CLOCK,
      weekdays: [2, 3, 4, 5],
      open: "-1d 16:02",
      close: "16:00",
      source: "crypto-2026",
    },
  ],
  holidays: [
    {
      on: EVERY_HOLIDAY,
      from: AROUND_THE_CLOCK,
      weekdays: [FRIDAY],
      rule: halt("16:00"),
      source: "crypto-2026",
    },
    { on: EVERY_HOLIDAY, from: AROUND_THE_CLOCK, rule: halt("16:02"), source: "crypto-2026" },
    { on: HALT_HOLIDAYS, before: "2022-01-01", rule: halt("12:00"), source: "cme-sheets" },
    {
      on: HALT_HOLIDAYS,
      before: AROUND_THE_CLOCK,
      weekdays: [FRIDAY],
      rule: halt("12:00"),
      source: "cme-sheets",
    },
    { on: HALT_HOLIDAYS, before: AROUND_THE_CLOCK, rule: halt("16:00"), source: "cme-sheets" },
    { on: FULL_HOLIDAYS, before: AROUND_THE_CLOCK, rule: CLOSED, source: "cme-sheets" },
    {
      on: ["independence-eve", "thanksgiving-friday", "christmas-eve"],
      before: "2021-01-01",
      rule: early("12:15"),
      source: "cme-sheets",
    },
    {
      on: ["thanksgiving-friday", "christmas-eve"],
      before: "2025-01-01",
      rule: early("12:45"),
      source: "cme-sheets",
    },
  ],
  days: [
    { date: "2021-04-02", rule: early("08:15"), source: "cme-sheets" },
    { date: "2023-04-07", rule: early("10:15"), source: "cme-sheets" },
    { date: "2025-11-28", rule: early("13:45"), source: "cme-sheets" },
    { date: "2025-12-24", rule: early("12:45"), source: "cme-sheets" },
    { date: "2026-04-03", rule: early("10:15"), source: "cme-sheets" },
    maintenance("2026-08-01", "09:00"),
    maintenance("2026-08-29", "06:00"),
    maintenance("2026-09-19", "08:00"),
    maintenance("2026-10-03", "05:00"),
    maintenance("2026-10-24", "15:30"),
    maintenance("2026-10-31", "05:00"),
  ],
};
