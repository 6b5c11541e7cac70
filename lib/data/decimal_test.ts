import fc from "fast-check";
import { assert, assertEquals } from "../../tests/assert.ts";
import { parseDecimal, snapToTick, ticksToPrice } from "./decimal.ts";

function parse(text: string): number {
  const bytes = new TextEncoder().encode(`7${text}7`);
  return parseDecimal(bytes, 1, bytes.length - 1);
}

Deno.test("parseDecimal() gives the same double as Number for every printed double", () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
    assert(Object.is(parse(String(value)), Object.is(value, -0) ? 0 : value));
  }));
});

Deno.test("parseDecimal() rounds correctly around the fast path's limits", () => {
  const digits = fc.bigInt({ min: 0n, max: 10n ** 18n });
  fc.assert(fc.property(digits, fc.nat(18), fc.boolean(), (mantissa, decimals, negative) => {
    const text = mantissa.toString().padStart(decimals + 1, "0");
    const whole = text.slice(0, text.length - decimals);
    const number = `${negative ? "-" : ""}${whole}.${text.slice(text.length - decimals)}`;
    assertEquals(parse(number), Number(number));
  }));
});

Deno.test("parseDecimal() reads every usual spelling and refuses everything else", () => {
  const good = { "1": 1, "-1.5": -1.5, "+2": 2, ".5": 0.5, "5.": 5, "1e3": 1000, "1.5E-2": 0.015 };
  for (const [text, value] of Object.entries(good)) assertEquals(parse(text), value, text);
  const bad = ["", "-", ".", "1.2.3", "1,5", "abc", "1e", "e5", "0x10", "Infinity", "NaN", "1 2"];
  for (const text of [...bad, "1e999", "--1", "١"]) assertEquals(parse(text), NaN, text);
});

Deno.test("ticksToPrice() gives the double that the printed price has", () => {
  for (const [tick, decimals] of [[0.00005, 5], [0.1, 1], [0.25, 2], [0.01, 2]] as const) {
    for (const count of [1, 3, 7, 22157, 999_999]) {
      assertEquals(ticksToPrice(count, tick), Number((count * tick).toFixed(decimals)));
    }
  }
  assertEquals(ticksToPrice(3, 5), 15);
});

Deno.test("snapToTick() removes float dust and keeps an off-tick price", () => {
  assertEquals(snapToTick(122.66 - 73.91, 0.01), 48.75);
  assertEquals(snapToTick(0.1 + 0.2, 0.1), 0.3);
  assertEquals(snapToTick(1767.4, 0.25), 1767.4);
  assert(Object.is(snapToTick(-1e-12, 0.01), 0));
});
