import nodeAssert from "node:assert/strict";
import { createCalendar } from "../market/calendar.ts";
import { InputError } from "../core/errors.ts";
import { MONTH_LETTERS } from "../market/instruments.ts";
import { INSTRUMENTS } from "../market/shipped_instruments.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { futuresExpiry } from "./futures_expiry.ts";

/** Last trading days from the exchanges' expiration calendars. */
const LAST_DAYS: Readonly<Record<string, string>> = {
  ESZ13: "2013-12-20",
  ESH24: "2024-03-15",
  MNQM26: "2026-06-18", // the third Friday is Juneteenth
  CLF24: "2023-12-19", // the 25th is Christmas
  CLK20: "2020-04-21", // the 25th is a Saturday
  MCLK24: "2024-04-19",
  NGZ23: "2023-11-28",
  GCZ23: "2023-12-27",
  "6EH24": "2024-03-18",
  ZNZ23: "2023-12-19",
};

Deno.test("futuresExpiry() equals the exchanges' last trading days", () => {
  for (const [code, date] of Object.entries(LAST_DAYS)) {
    const found = new Date(futuresExpiry(code, Date.parse(date) - 30 * 86_400_000));
    assertEquals(found.toISOString().slice(0, 10), date, code);
  }
});

Deno.test("futuresExpiry() settles the decade of a one-digit year by when it was traded", () => {
  const year = (code: string, near: string): number =>
    new Date(futuresExpiry(code, Date.parse(near))).getUTCFullYear();
  assertEquals(year("ESZ3", "2013-10-07"), 2013);
  assertEquals(year("ESZ3", "2021-10-07"), 2023);
  assertEquals(year("ESH0", "2019-12-01"), 2020);
  assertEquals(year("CLZ0", "2026-01-01"), 2030);
  assertEquals(year("ESZ9", "2010-01-15"), 2009);
});

Deno.test("futuresExpiry() refuses what is no contract", () => {
  for (const name of ["ES", "ESG4", "SPY", "contract 1"]) {
    nodeAssert.throws(() => futuresExpiry(name, 0), InputError);
  }
});

Deno.test("futuresExpiry() lies in a session, for every future that ships", () => {
  for (const instrument of INSTRUMENTS) {
    if (instrument.kind !== "future") continue;
    const calendar = createCalendar(instrument);
    for (const letter of instrument.rollMonths) {
      for (let year = 2016; year <= 2030; year++) {
        const code = `${instrument.symbol}${letter}${year}`;
        const time = futuresExpiry(code, 0);
        assert(calendar.isOpen(time - 1), `${code} ${new Date(time).toISOString()}`);
        // SOFR futures are named by the month in which their quarter begins.
        const quarter = instrument.symbol === "SR3" ? 3 : 0;
        const delivery = Date.UTC(year, MONTH_LETTERS.indexOf(letter) + quarter);
        assert(Math.abs(time - delivery) < 45 * 86_400_000);
      }
    }
  }
});
