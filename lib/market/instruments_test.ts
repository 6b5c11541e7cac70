import nodeAssert from "node:assert/strict";
import { assert, assertEquals } from "../../tests/assert.ts";
import { InputError } from "../core/errors.ts";
import {
  feePerSideMicros,
  findInstrument,
  genericFx,
  genericStock,
  marginOn,
  parseContractCode,
} from "./instruments.ts";
import { epochDay } from "./time_zone.ts";

Deno.test("findInstrument() reads roots, contract codes and known names", () => {
  const names = "ES esz5 MESH6 6EH4 M2KU25 CLF2026 SPY EUR/USD FGBLZ24 BG24 BZZ24 SR3H25 btcusdt.p";
  const found = names.split(" ").map((symbol) => findInstrument(symbol).symbol);
  const roots = "ES ES MES 6E M2K CL SPY EURUSD FGBL B BZ SR3 BTCUSDT.P";
  assertEquals(found.join(" "), roots);
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
  assert(message("ESG5").endsWith("(ES is traded for the months HMUZ)"), message("ESG5"));
  assert(message("").includes("--kind stock"));
  const remedy = "(say what it is with --kind stock or --kind fx, or describe it with " +
    "`deno task instruments add`)";
  assert(message("LONGNAME").endsWith(remedy), message("LONGNAME"));
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
  nodeAssert.throws(
    () => feePerSideMicros({ symbol: "X", feePerSideUsd: [] }, 0),
    { name: "InputError", message: /^--fee: Cannot charge fees of X as nobody's are known \(give/ },
  );
});

Deno.test("findInstrument() and parseContractCode() know a user's own", () => {
  const { contracts: _, ...future } = findInstrument("ES");
  const own = [{ ...future, symbol: "XYZ.A", rollMonths: "HZ" }];
  assertEquals(findInstrument("xyz.a", own).symbol, "XYZ.A");
  assertEquals(findInstrument("XYZ.AZ25", own).symbol, "XYZ.A");
  assertEquals(parseContractCode("XYZ.AH5", own)?.month, 3);
  assertEquals(parseContractCode("XYZ.AM5", own), null);
  nodeAssert.throws(() => findInstrument("XYZ.A"), InputError);
  nodeAssert.throws(() => findInstrument("XYZ.B", own), /did you mean XYZ\.A\?/);
});
