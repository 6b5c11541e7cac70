import type { Instrument } from "./instrument.ts";

/** Last digits of a price in 32nds by eighths of a 32nd (CME's notation). */
const EIGHTHS_OF_32ND = ["0", "1", "2", "3", "5", "6", "7", "8"];

/**
 * A price as its market writes it: `109'165` is 109 and 16.5/32, `475'2` is 475.25 cents. Whole
 * 32nds have two digits where the tick is one, halves and smaller parts a third.
 *
 * @throws {RangeError} for a price that the format cannot write
 * @example
 * ```ts
 * import { findInstrument } from "./instruments.ts";
 * import { priceText } from "./price_text.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(priceText(findInstrument("ZN"), 109.515625), "109'165");
 * assertEquals(priceText(findInstrument("ZC"), 475.25), "475'2");
 * assertEquals(priceText(findInstrument("6E"), 1.0837), "1.08370");
 * ```
 */
export function priceText(
  { priceFormat = "decimal", tickSize }: Pick<Instrument, "priceFormat" | "tickSize">,
  price: number,
): string {
  if (priceFormat === "decimal") return price.toFixed(decimalsOf(tickSize));
  const parts = priceFormat === "32nds" ? 256 : 8;
  const count = Math.abs(price) * parts;
  if (!Number.isSafeInteger(count)) {
    throw new RangeError(`Cannot write a price in ${priceFormat}: current value is ${price}`);
  }
  const sign = price < 0 ? "-" : "";
  const whole = `${sign}${Math.floor(count / parts)}'`;
  if (priceFormat === "8ths") return `${whole}${count % parts}`;
  const rest = count % parts;
  const thirtySeconds = String(Math.floor(rest / 8)).padStart(2, "0");
  const isWhole = Number.isInteger(tickSize * 32) && rest % 8 === 0;
  return `${whole}${thirtySeconds}${isWhole ? "" : EIGHTHS_OF_32ND[rest % 8]!}`;
}

/** Decimals in which every multiple of a tick can be written. */
function decimalsOf(tickSize: number): number {
  for (let decimals = 0; decimals < 12; decimals++) {
    const ticks = tickSize * 10 ** decimals;
    if (Math.abs(ticks - Math.round(ticks)) < 1e-9 * Math.max(1, ticks)) return decimals;
  }
  return 12;
}
