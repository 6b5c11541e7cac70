import { InputError } from "../core/mod.ts";
import type { Bars, Instrument } from "../market/mod.ts";

/**
 * Whether somebody can have traded in a row. An open of 0 says that nobody did: vendors write
 * settlements that way. A future may cross 0, as crude oil did; a stock or a currency may not, so
 * that a low of 0 or less is no price of theirs.
 */
export function isTraded(bars: Bars, bar: number): boolean {
  return bars.open[bar] !== 0 && !(bars.low[bar]! <= 0 && bars.instrument.kind !== "future");
}

/**
 * Refuses rows in which nothing can trade, where orders cannot wait for the next one.
 *
 * @param doing what cannot be done with them, for the message
 * @throws {InputError} with the first such row
 */
export function checkTraded(bars: Bars, from: number, to: number, doing: string): void {
  for (let bar = from; bar < to; bar++) {
    if (isTraded(bars, bar)) continue;
    throw new InputError(
      `Cannot ${doing} as nothing can trade at a price of 0: current value is ${bars.open[bar]}`,
      { where: `bar ${bar}`, remedy: "leave the row out" },
    );
  }
}

/** Only futures may trade below 0. */
export function lowestPriceTicks({ kind }: Pick<Instrument, "kind">): number {
  return kind === "future" ? -Infinity : 0;
}
