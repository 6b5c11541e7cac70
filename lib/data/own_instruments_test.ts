import { throws as assertThrows } from "node:assert/strict";
import { join } from "node:path";
import { assertEquals } from "../../tests/assert.ts";
import { inFolder } from "../../tests/fixtures/temporary_folder.ts";
import type { InstrumentDocument } from "../market/instrument.ts";
import { findInstrument } from "../market/instruments.ts";
import { instrumentRequestOf, requestedInstrument } from "./requested_instrument.ts";
import { ownDocumentOf, readOwnInstruments } from "./own_instruments.ts";
import { addOwnInstrument } from "./write_own_instruments.ts";

const COIN: InstrumentDocument = {
  ...{ symbol: "DOT", name: "Polkadot", kind: "crypto", exchange: "Coinbase", currency: "USD" },
  ...{ tickSize: 0.001, pointValue: 0.1, lot: { size: 0.1, unit: "DOT" }, calendar: "always" },
};
const FUTURE: InstrumentDocument = {
  ...{ symbol: "MWH", name: "Micro wheat", kind: "future", exchange: "CBOT", currency: "USD" },
  ...{ tickSize: 0.5, pointValue: 5, calendar: "cbot-grains", months: "HKNUZ" },
};

Deno.test("addOwnInstrument() makes the file, adds to it, and leaves nothing beside it", () =>
  inFolder((folder) => {
    const path = join(folder, "instruments.json");
    assertEquals(readOwnInstruments(path), null);
    addOwnInstrument(path, COIN);
    addOwnInstrument(path, FUTURE);
    assertEquals(readOwnInstruments(path), [COIN, FUTURE]);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["instruments.json"]);
  }));

Deno.test("addOwnInstrument() leaves the file as it is when anything is wrong", () =>
  inFolder((folder) => {
    const path = join(folder, "instruments.json");
    addOwnInstrument(path, COIN);
    const before = Deno.readTextFileSync(path);
    for (const wrong of [COIN, { ...FUTURE, symbol: "ES" }, { ...FUTURE, tickSize: 0 }]) {
      assertThrows(() => addOwnInstrument(path, wrong), { name: "InputError" });
      assertEquals(Deno.readTextFileSync(path), before);
    }
    assertEquals([...Deno.readDirSync(folder)].length, 1);
    Deno.writeTextFileSync(`${path}.new`, "");
    assertThrows(
      () => addOwnInstrument(path, FUTURE),
      /Cannot write while somebody else does \(wait for the other command; when none is running/,
    );
    Deno.removeSync(`${path}.new`);
    Deno.writeTextFileSync(path, "{");
    assertThrows(() => addOwnInstrument(path, FUTURE), /Cannot read the instruments as JSON/);
    assertEquals(Deno.readTextFileSync(path), "{");
  }));

Deno.test("ownDocumentOf() finds a user's own by symbol, in any case, and by contract", () => {
  assertEquals(ownDocumentOf(" mwh", [COIN, FUTURE]), FUTURE);
  assertEquals(ownDocumentOf("MWHZ25", [COIN, FUTURE]), FUTURE);
  assertEquals(ownDocumentOf("MWHF25", [COIN, FUTURE]), undefined);
  assertEquals(ownDocumentOf("ES", [COIN, FUTURE]), undefined);
});

Deno.test("a request holds all that makes its instrument again, own, foreign or generic", () => {
  for (
    const request of [
      { symbol: "MES" },
      { symbol: "DOT", own: COIN },
      { symbol: "FDAX", fxRate: 1.08 },
      { symbol: "XLE", kind: "stock" },
    ] as const
  ) {
    const instrument = requestedInstrument(request);
    assertEquals(instrumentRequestOf(instrument), request);
    const again = JSON.parse(JSON.stringify(instrumentRequestOf(instrument)));
    assertEquals(requestedInstrument(again), instrument);
  }
  assertEquals(requestedInstrument({ symbol: "ES" }), findInstrument("ES"));
  assertThrows(
    () => requestedInstrument({ symbol: "DOT", own: { ...COIN, calendar: "never" } }),
    /^InputError: the instrument of DOT, calendar: Cannot use the value: no calendar has that name/,
  );
});
