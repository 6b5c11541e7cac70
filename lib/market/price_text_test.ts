import { throws as assertThrows } from "node:assert/strict";
import { assertEquals } from "../../tests/assert.ts";
import { createNumberConverter } from "../data/written_numbers.ts";
import { findInstrument, INSTRUMENTS } from "./mod.ts";
import { priceText } from "./price_text.ts";

Deno.test("priceText() writes 32nds, their parts, and eighths of a cent as the exchange does", () => {
  const text = (symbol: string, price: number): string => priceText(findInstrument(symbol), price);
  assertEquals(text("ZB", 118.5), "118'16");
  assertEquals(text("ZN", 110), "110'000");
  assertEquals(text("ZN", 110 + 16.5 / 32), "110'165");
  assertEquals(text("ZF", 107 + 1.25 / 32), "107'012");
  assertEquals(text("ZF", 107 + 1.75 / 32), "107'017");
  assertEquals(text("ZT", 102 + 31.875 / 32), "102'318");
  assertEquals(text("ZC", 475.75), "475'6");
  assertEquals(text("ES", 4_800), "4800.00");
  assertEquals(text("FGBS", 105.005), "105.005");
  assertEquals(text("6J", 0.0067455), "0.0067455");
  assertEquals(text("CL", -37.63), "-37.63");
  assertThrows(() => text("ZN", 110.001), RangeError);
});

Deno.test("a price in parts of a point is read back as it was written, on every tick of two points", () => {
  for (const instrument of INSTRUMENTS.filter(({ priceFormat }) => priceFormat !== undefined)) {
    const converter = createNumberConverter("point", instrument.priceFormat);
    for (let ticks = 0; ticks * instrument.tickSize < 2; ticks++) {
      const price = 109 + ticks * instrument.tickSize;
      assertEquals(converter.convert(priceText(instrument, price)), price, instrument.symbol);
    }
  }
});
