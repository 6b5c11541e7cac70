/** Micro-dollars in one dollar. */
export const MICROS_PER_USD = 1_000_000;

/** A price counts as lying on the tick grid when it is this close to it, in ticks. */
const TICK_TOLERANCE = 1e-6;

/**
 * Dollars as a whole number of micro-dollars.
 *
 * @throws RangeError beyond the exact range of about 9 billion dollars, or when not finite.
 * @example
 * ```ts
 * import { usdToMicros } from "./money.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(usdToMicros(0.62), 620_000);
 * ```
 */
export function usdToMicros(usd: number): number {
  return exactMicros(Math.round(usd * MICROS_PER_USD));
}

/** Micro-dollars as dollars, for showing and for statistics. */
export function microsToUsd(micros: number): number {
  return micros / MICROS_PER_USD;
}

/**
 * Returns the amount unchanged when it is an exact whole number.
 *
 * @param micros micro-dollars
 * @throws RangeError when the amount is no safe integer: past that, sums would silently round.
 */
export function exactMicros(micros: number): number {
  if (Number.isSafeInteger(micros)) return micros;
  throw new RangeError(
    `Cannot keep money exact as micro-dollars must be a safe integer: current value is ${micros}`,
  );
}

/** The price as the nearest whole number of ticks. */
export function toTicks(price: number, tickSize: number): number {
  return Math.round(price / tickSize);
}

/** Whole ticks as a price, free of the rounding dust of the product. */
export function fromTicks(ticks: number, tickSize: number): number {
  return Number((ticks * tickSize).toPrecision(12));
}

/**
 * Whether the price is a whole number of ticks, to a millionth of a tick.
 *
 * @example
 * ```ts
 * import { isOnTick } from "./money.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(isOnTick(1.10785, 0.00005), true);
 * assertEquals(isOnTick(1676.80, 0.25), false);
 * ```
 */
export function isOnTick(price: number, tickSize: number): boolean {
  const ticks = price / tickSize;
  return Math.abs(ticks - Math.round(ticks)) <= TICK_TOLERANCE;
}
