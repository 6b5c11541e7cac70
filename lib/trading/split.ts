/** A difference below this share is dust of the arithmetic. */
const DUST = 1e-9;

/**
 * Whole lots that so many lots become in a split; a fraction of a lot is no lot any more.
 *
 * @param lots signed
 * @param ratio lots after the split for each one before
 * @example
 * ```ts
 * import { lotsAfterSplit } from "./split.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(lotsAfterSplit(-15, 4), -60);
 * assertEquals(lotsAfterSplit(15, 0.1), 1);
 * assertEquals(lotsAfterSplit(3, 1 / 3), 1);
 * ```
 */
export function lotsAfterSplit(lots: number, ratio: number): number {
  if (ratio === 1) return lots;
  const exact = Math.abs(lots) * ratio;
  // Adding 0 turns -0 into 0.
  return Math.sign(lots) * Math.floor(exact + DUST * Math.max(1, exact)) + 0;
}
