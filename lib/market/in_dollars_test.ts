import { throws as assertThrows } from "node:assert/strict";
import { InputError } from "../core/mod.ts";
import { assertEquals } from "../../tests/assert.ts";
import { inDollars } from "./in_dollars.ts";
import { findInstrument } from "./instruments.ts";
import { tickValueMicros } from "./tick_value.ts";

Deno.test("inDollars() counts a foreign contract at one rate, to the micro-dollar", () => {
  const dax = inDollars(findInstrument("FDAX"), 1.0837);
  assertEquals(tickValueMicros(dax), 27_092_500);
  assertEquals(dax.currency, "USD");
  assertEquals(dax.conversion, { from: "EUR", usd: 1.0837 });
  assertEquals(dax.tickSize, 1);
  assertEquals(tickValueMicros(inDollars(findInstrument("USDJPY"), 0.0067)), 6_700);
  assertEquals(tickValueMicros(inDollars(findInstrument("BTCUSDT.P"), 1)), 100);
});

Deno.test("tickValueMicros() refuses what is not in dollars and names the flag", () => {
  assertThrows(() => tickValueMicros(findInstrument("FGBL")), {
    name: "InputError",
    message: "--fx-rate: Cannot count FGBL in dollars as its prices are in EUR and no rate is " +
      "given (give dollars for one EUR, a constant rate for the whole run: for example " +
      "--fx-rate 1.08)",
  });
});

Deno.test("tickValueMicros() refuses a tick that is no whole number of micro-dollars", () => {
  const broken = { symbol: "X", currency: "USD", tickSize: 1e-7, pointValue: 1.5 };
  assertThrows(() => tickValueMicros(broken), RangeError);
});

Deno.test("inDollars() refuses a rate that would round money, and names one that works", () => {
  const yen = findInstrument("USDJPY");
  assertThrows(() => inDollars(yen, 0.0066431), {
    message: "--fx-rate: Cannot count USDJPY exactly at 0.0066431 dollars for one JPY: a tick of " +
      "one lot would be 6643.1 micro-dollars, which must be whole (use 0.006643)",
  });
  assertEquals(tickValueMicros(inDollars(yen, 0.006643)), 6_643);
  for (const rate of [0, -1, NaN, Infinity]) {
    assertThrows(() => inDollars(yen, rate), InputError);
  }
  assertThrows(() => inDollars(findInstrument("ES"), 1), /its prices are in dollars/);
});
