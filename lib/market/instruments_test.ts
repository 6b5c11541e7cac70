import nodeAssert from "node:assert/strict";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createCalendar } from "./calendar.ts";
import { InputError } from "../core/errors.ts";
import {
  feePerSideMicros,
  findInstrument,
  genericFx,
  genericStock,
  INSTRUMENTS,
  marginOn,
  parseContractCode,
  tickValueMicros,
} from "./instruments.ts";
import { epochDay } from "./time_zone.ts";

/** Tick values in dollars, from the exchanges' contract specifications. */
const TICK_VALUES: Readonly<Record<string, number>> = {
  ES: 12.5,
  MES: 1.25,
  NQ: 5,
  MNQ: 0.5,
  YM: 5,
  MYM: 0.5,
  RTY: 5,
  M2K: 0.5,
  CL: 10,
  MCL: 1,
  NG: 10,
  GC: 10,
  MGC: 1,
  SI: 25,
  HG: 12.5,
  "6E": 6.25,
  M6E: 1.25,
  ZN: 15.625,
  SPY: 0.01,
  EURUSD: 0.01,
};

Deno.test("tickValueMicros() equals the published tick values", () => {
  for (const [symbol, dollars] of Object.entries(TICK_VALUES)) {
    assertEquals(tickValueMicros(findInstrument(symbol)), dollars * 1e6, symbol);
  }
});

Deno.test("tickValueMicros() refuses a tick that is no whole number of micro-dollars", () => {
  nodeAssert.throws(
    () => tickValueMicros({ symbol: "X", tickSize: 1e-7, pointValue: 1.5 }),
    RangeError,
  );
});

Deno.test("INSTRUMENTS can all be counted, charged and scheduled", () => {
  for (const instrument of INSTRUMENTS) {
    assert(tickValueMicros(instrument) > 0);
    assert(feePerSideMicros(instrument, epochDay("2024-01-02")) > 0);
    assertEquals(marginOn(instrument, 0) !== null, instrument.kind === "future");
    createCalendar(instrument).next(0);
  }
  assertEquals(new Set(INSTRUMENTS.map(({ symbol }) => symbol)).size, INSTRUMENTS.length);
});

Deno.test("findInstrument() reads roots, contract codes and known names", () => {
  const found = ["ES", "esz5", "MESH6", "6EH4", "M2KU25", "CLF2026", "SPY", "EUR/USD"]
    .map((symbol) => findInstrument(symbol).symbol);
  assertEquals(found, ["ES", "ES", "MES", "6E", "M2K", "CL", "SPY", "EURUSD"]);
});

Deno.test("findInstrument() says what was meant where it does not know", () => {
  const message = (symbol: string): string => {
    try {
      findInstrument(symbol);
    } catch (error) {
      assert(error instanceof InputError);
      return error.message;
    }
    throw new Error(`${symbol} was found`);
  };
  assert(message("MESS").includes("did you mean MES?"));
  assert(message("ESG5").includes("'ESG5'"));
  assert(message("").includes("--kind stock"));
  assert(message("LONGNAME").endsWith("(say what it is with --kind stock or --kind fx)"));
});

Deno.test("parseContractCode() takes only months that are delivered", () => {
  assertEquals(parseContractCode("GCZ24")?.month, 12);
  for (const code of ["ESG5", "GCH5", "ES", "ESZ", "SPYZ5", "ESZ123"]) {
    assertEquals(parseContractCode(code), null);
  }
});

Deno.test("genericStock() and genericFx() make unlisted symbols tradable", () => {
  assertEquals(genericStock("brk.b").symbol, "BRK.B");
  assertEquals(genericFx("chfusd").pointValue, 1_000);
  nodeAssert.throws(() => genericFx("USDJPY"), InputError);
});

Deno.test("feePerSideMicros() and marginOn() follow the dates of their entries", () => {
  const es = findInstrument("ES");
  const margin = (date: string): number => marginOn(es, epochDay(date))!.initialUsd;
  assertEquals([margin("1990-01-01"), margin("2022-03-31"), margin("2022-04-01")], [
    12_100,
    12_100,
    12_320,
  ]);
  const changed = {
    symbol: "X",
    feePerSideUsd: [{ from: "2020-01-01", value: 1 }, { from: "2021-01-01", value: 0.62 }],
  };
  assertEquals(feePerSideMicros(changed, epochDay("2020-12-31")), 1_000_000);
  assertEquals(feePerSideMicros(changed, epochDay("2021-01-01")), 620_000);
  nodeAssert.throws(() => feePerSideMicros({ symbol: "X", feePerSideUsd: [] }, 0), RangeError);
});
