import { InputError } from "../core/mod.ts";
import type { Instrument } from "./instrument.ts";
import { wholeTickValue } from "./tick_value.ts";

/**
 * An instrument whose results are counted in dollars at one constant rate. Prices stay as they are;
 * only what a move of them is worth changes. Fees and margins are in dollars already.
 *
 * @param usd dollars for one unit of the currency of its prices
 * @throws {InputError} when its prices are in dollars, or a tick would be no whole number of
 * micro-dollars; the nearest rate that works is named
 * @example
 * ```ts
 * import { inDollars } from "./in_dollars.ts";
 * import { findInstrument } from "./instruments.ts";
 * import { tickValueMicros } from "./tick_value.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * // A tick of a lot of 1,000 euros is a hundredth of a pound.
 * assertEquals(tickValueMicros(inDollars(findInstrument("EURGBP"), 1.27)), 12_700);
 * ```
 */
export function inDollars(instrument: Instrument, usd: number): Instrument {
  const { currency, pointValue, symbol, tickSize } = instrument;
  const where = "--fx-rate";
  if (currency === "USD") {
    throw new InputError(`Cannot convert ${symbol} at ${usd}: its prices are in dollars`, {
      ...{ where, remedy: "leave the rate out" },
    });
  }
  if (!(usd > 0) || !Number.isFinite(usd)) {
    throw new InputError(`Cannot convert ${symbol} at a rate of ${usd} dollars`, {
      ...{ where, remedy: `give dollars for one ${currency}, above 0` },
    });
  }
  // Of decimals such as 25 and 1.0837 the product has the dust of a double.
  const converted = Number((pointValue * usd).toPrecision(15));
  if (Number.isNaN(wholeTickValue(tickSize, converted))) {
    const tick = tickSize * pointValue;
    const nearest = Math.max(1, Math.round(tick * usd * 1e6)) / tick / 1e6;
    throw new InputError(
      `Cannot count ${symbol} exactly at ${usd} dollars for one ${currency}: ` +
        `a tick of one lot would be ${Number((tick * usd * 1e6).toPrecision(9))} micro-dollars, ` +
        "which must be whole",
      { where, remedy: `use ${Number(nearest.toPrecision(12))}` },
    );
  }
  return {
    ...instrument,
    currency: "USD",
    pointValue: converted,
    conversion: { from: currency, usd },
  };
}
