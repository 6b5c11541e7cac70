import { InputError } from "../core/mod.ts";
import type { Instrument } from "./instrument.ts";

/** Decimal ticks such as 0.1 are not exact in binary: allow for their rounding only. */
const ROUNDING = 1e-9;

/**
 * Whether what a tick of one lot is worth is a whole number of millionths.
 *
 * @returns the whole number; NaN when it is none
 */
export function wholeTickValue(tickSize: number, pointValue: number): number {
  const exact = tickSize * pointValue * 1e6;
  const whole = Math.round(exact);
  const isWhole = whole >= 1 && Number.isSafeInteger(whole) &&
    Math.abs(exact - whole) <= ROUNDING * whole;
  return isWhole ? whole : NaN;
}

/**
 * What a price move of one tick in one lot is worth, in micro-dollars.
 *
 * @throws {InputError} when its prices are not in dollars
 * @throws {RangeError} when it is not a whole number
 * @example
 * ```ts
 * import { findInstrument } from "./instruments.ts";
 * import { tickValueMicros } from "./tick_value.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(tickValueMicros(findInstrument("ES")), 12_500_000);
 * assertEquals(tickValueMicros(findInstrument("ZN")), 15_625_000);
 * ```
 */
export function tickValueMicros(
  { currency, pointValue, symbol, tickSize }: Pick<
    Instrument,
    "symbol" | "currency" | "tickSize" | "pointValue"
  >,
): number {
  if (currency !== "USD") {
    throw new InputError(
      `Cannot count ${symbol} in dollars as its prices are in ${currency} and no rate is given`,
      {
        where: "--fx-rate",
        remedy: `give dollars for one ${currency}, a constant rate for the whole run: ` +
          "for example --fx-rate 1.08",
      },
    );
  }
  const micros = wholeTickValue(tickSize, pointValue);
  if (Number.isNaN(micros)) {
    throw new RangeError(
      `Cannot count money of ${symbol} exactly as its tick value must be whole micro-dollars: ` +
        `current value is ${tickSize * pointValue * 1e6}`,
    );
  }
  return micros;
}
