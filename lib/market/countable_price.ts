import type { Instrument } from "./instrument.ts";

/** Half for the price that a lot was entered at, or for cash. */
const SHARE = 0.5;
const MICROS_PER_DOLLAR = 1e6;

/**
 * The highest price, above or below 0, at which money of so many lots is counted exactly: beyond it a
 * sum of micro-dollars would be rounded. No market is near it: a price beyond it is a fault of data.
 *
 * @returns Infinity where prices are not in dollars, as such lots are not counted
 * @example
 * ```ts
 * import { countablePrice } from "./countable_price.ts";
 * import { findInstrument } from "./instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(Math.floor(countablePrice(findInstrument("ES"), 100)), 900_719);
 * ```
 */
export function countablePrice(
  { currency, pointValue }: Pick<Instrument, "currency" | "pointValue">,
  lots: number,
): number {
  if (currency !== "USD") return Infinity;
  return SHARE * Number.MAX_SAFE_INTEGER / MICROS_PER_DOLLAR / pointValue / lots;
}
