import type { JournaledBar } from "../trading/mod.ts";

/** The largest time that a date can have. */
const LAST_TIME = 8.64e15;

/**
 * What is wrong with a bar that came over a line, in one line; null where nothing is.
 *
 * @param mostPrice up to which money is counted exactly, see `countablePrice`
 * @example
 * ```ts
 * import { barFault } from "./bar_fault.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const bar = { time: 0, open: 2, high: 3, low: 1, close: 2, volume: 5 };
 * assertEquals(barFault(bar), null);
 * assertEquals(
 *   barFault({ ...bar, high: 1 }),
 *   "the bar of 1970-01-01T00:00:00.000Z has a high of 1 below its open, low or close",
 * );
 * ```
 */
export function barFault(bar: JournaledBar, mostPrice = Infinity): string | null {
  const { close, high, low, open, time, volume } = bar;
  if (!Number.isInteger(time) || Math.abs(time) > LAST_TIME) return `a bar has the time ${time}`;
  const which = `the bar of ${new Date(time).toISOString()} has`;
  for (const [name, price] of Object.entries({ open, high, low, close })) {
    if (!Number.isFinite(price)) return `${which} no ${name} that is a number: ${price}`;
    if (Math.abs(price) > mostPrice) {
      return `${which} ${/^[aeiou]/.test(name) ? "an" : "a"} ${name} of ${price}, beyond ` +
        `${Math.floor(mostPrice)}, up to which money is counted exactly`;
    }
  }
  if (!(volume >= 0 && volume < Infinity)) return `${which} a volume of ${volume}`;
  if (high < Math.max(open, low, close)) {
    return `${which} a high of ${high} below its open, low or close`;
  }
  return low > Math.min(open, close) ? `${which} a low of ${low} above its open or close` : null;
}
