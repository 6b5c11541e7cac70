/** Powers of ten that a double holds exactly. */
export const POWERS_OF_TEN: readonly number[] = Array.from(
  { length: 23 },
  (_, exponent) => 10 ** exponent,
);

/** Integers of at most this many digits are exact in a double. */
export const EXACT_DIGITS = 15;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const POINT = 46;
const MINUS = 45;
const PLUS = 43;
const ZERO = 48;

/**
 * Reads a decimal number from ASCII bytes, correctly rounded: the same double as JavaScript's
 * `Number` for the same text. Digits over an exact power of ten take one division, which IEEE
 * 754 rounds once (Clinger 1990); anything longer goes to `Number`.
 *
 * @param bytes file content
 * @param start first byte of the number
 * @param end byte after its last
 * @returns the number, or NaN when the text is not a finite decimal number
 * @example
 * ```ts
 * import { parseDecimal } from "./decimal.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const bytes = new TextEncoder().encode("close,1.10785");
 * assertEquals(parseDecimal(bytes, 6, 13), 1.10785);
 * assertEquals(parseDecimal(bytes, 0, 5), NaN);
 * ```
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start]!;
  const first = sign === MINUS || sign === PLUS ? start + 1 : start;
  let mantissa = 0;
  let point = end;
  for (let i = first; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (bytes[i] === POINT && point === end) point = i;
    else return parseLongDecimal(bytes, start, end);
  }
  const decimals = point === end ? 0 : end - point - 1;
  const digits = end - first - (point === end ? 0 : 1);
  if (digits <= 0 || digits > EXACT_DIGITS) return parseLongDecimal(bytes, start, end);
  const size = decimals === 0 ? mantissa : mantissa / POWERS_OF_TEN[decimals]!;
  return sign === MINUS ? -size : size;
}

function parseLongDecimal(bytes: Uint8Array, start: number, end: number): number {
  const text = new TextDecoder().decode(bytes.subarray(start, end));
  if (!DECIMAL.test(text)) return NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : NaN;
}

/**
 * The decimal number nearest to `count` ticks, the same double as its printed text gives.
 *
 * @param count whole number of ticks
 * @param tickSize price units of one tick
 */
export function ticksToPrice(count: number, tickSize: number): number {
  const perUnit = Math.round(1 / tickSize);
  // Dividing by a whole number rounds once; multiplying by 0.01 would round twice.
  return Math.abs(perUnit * tickSize - 1) < 1e-12 ? count / perUnit : count * tickSize;
}

/**
 * The price without the dust of float arithmetic: the nearest tick when within a millionth of a
 * tick, otherwise rounded to nine decimals.
 */
export function snapToTick(price: number, tickSize: number): number {
  const ticks = price / tickSize;
  const nearest = Math.round(ticks);
  // `+ 0` turns a negative zero into zero.
  return Math.abs(ticks - nearest) <= 1e-6
    ? ticksToPrice(nearest, tickSize) + 0
    : Math.round(price * 1e9) / 1e9 + 0;
}
