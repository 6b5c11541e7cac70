import fc from "fast-check";
import { assertEquals } from "../../tests/assert.ts";
import { createNumberConverter, decimalSign } from "./written_numbers.ts";

Deno.test("createNumberConverter() reads back numbers as each country prints them", () => {
  const cents = fc.integer({ min: -1e9, max: 1e9 });
  fc.assert(fc.property(cents, (count) => {
    const value = count / 100;
    for (
      const [locale, sign] of [["en-US", "point"], ["de-DE", "comma"], ["de-CH", "point"]] as const
    ) {
      const text = value.toLocaleString(locale, { minimumFractionDigits: 2 })
        .replace("−", "-").replaceAll("’", "'");
      assertEquals(createNumberConverter(sign).convert(text), value + 0, `${locale} ${text}`);
    }
  }));
});

Deno.test("createNumberConverter() reads eighths of a cent where the market writes them", () => {
  const converter = createNumberConverter("point", "8ths");
  assertEquals(["475'2", "475-6", "1204'0", "475.25"].map((text) => converter.convert(text)), [
    ...[475.25, 475.75, 1204, 475.25],
  ]);
  assertEquals(converter.counts, { eighths: 3 });
  // A ninth eighth is none, and 32nds are no way to write corn.
  assertEquals(["475'8", "109'315", "475'20"].map((text) => converter.convert(text)), [
    ...[NaN, NaN, NaN],
  ]);
  assertEquals(createNumberConverter("point").convert("475'2"), NaN);
});

Deno.test("createNumberConverter() reads every 32nd that a note trades in", () => {
  const converter = createNumberConverter("point");
  const eighths = ["0", "1", "2", "3", "5", "6", "7", "8"];
  for (let part = 0; part < 32 * 8; part++) {
    const text = `109'${String(part >> 3).padStart(2, "0")}${eighths[part & 7]}`;
    assertEquals(converter.convert(text), 109 + part / 256, text);
  }
  assertEquals(converter.convert("110-16+"), 110 + 16.5 / 32);
  assertEquals(converter.convert("1'235", false), 1235);
  for (const text of ["109'32", "109'324", "109'319", "109'4"]) {
    assertEquals(converter.convert(text), NaN, text);
  }
});

Deno.test("createNumberConverter() multiplies by K, M and B without dust, and refuses the rest", () => {
  const { convert } = createNumberConverter("point");
  assertEquals(["90.31K", "1.23M", "4.5B", "$1.5M"].map((text) => convert(text)), [
    90_310,
    1.23e6,
    4.5e9,
    1.5e6,
  ]);
  for (
    const text of ["1,23", "1.2.3", "12,34,567", "M", "$", "1 2", "0x10", "1e5x", "--1", "1,2345"]
  ) {
    assertEquals(convert(text), NaN, text);
  }
  assertEquals(createNumberConverter("comma").convert("1.5"), NaN);
});

Deno.test("decimalSign() decides only on evidence", () => {
  assertEquals(decimalSign(["1,5", "2,25"]), "comma");
  assertEquals(decimalSign(["1.5", "2.25"]), "point");
  assertEquals(decimalSign(["1,234.5", "999"]), "point");
  assertEquals(decimalSign(["1.234,5", "1.234"]), "comma");
  assertEquals(decimalSign(["1,234", "2,345"]), "either");
  assertEquals(decimalSign(["1.234", "2.345"]), "point");
  assertEquals(decimalSign(["1,234,567"]), "point");
  assertEquals(decimalSign(["12", "13"]), "point");
});
