/** Price columns that barriers are held against, one element per row. */
export interface BarrierPrices {
  /** First price of each row. */
  readonly open: Float64Array;
  /** Highest price of each row. */
  readonly high: Float64Array;
  /** Lowest price of each row. */
  readonly low: Float64Array;
}

/** Where a barrier was touched. */
export interface Touch {
  /** The row in which it happened. */
  readonly row: number;
  /** The barrier, or the open where the bar opened beyond it. */
  readonly price: number;
}

/**
 * The first touch of either barrier in rows `first` to `last`, both inclusive; null when there is
 * none (Lopez de Prado 2018, chapter 3). Where both lie inside one bar the order is unknown, and
 * the lower one counts: the adverse one for a long position.
 *
 * @param upper price of the upper barrier
 * @param lower price of the lower barrier
 * @example
 * ```ts
 * import { firstTouch } from "./first_touch.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const close = Float64Array.of(100, 101, 99.5, 100.5, 102.2);
 * const prices = { open: close, high: close, low: close };
 * assertEquals(firstTouch(prices, 1, 4, 102, 98.5), { row: 4, price: 102.2 });
 * ```
 */
export function firstTouch(
  { open, high, low }: BarrierPrices,
  first: number,
  last: number,
  upper: number,
  lower: number,
): Touch | null {
  for (let row = first; row <= last; row++) {
    // The open comes first in a bar; beyond a barrier it is the price that could be had.
    if (open[row]! <= lower || open[row]! >= upper) return { row, price: open[row]! };
    if (low[row]! <= lower) return { row, price: lower };
    if (high[row]! >= upper) return { row, price: upper };
  }
  return null;
}
