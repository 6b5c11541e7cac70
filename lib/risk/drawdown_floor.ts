/** Which equity moves the floor of a trailing drawdown up. */
export const TRAILING_BASES = ["intraday", "end-of-day"] as const;

/**
 * A trailing drawdown as prop firms define it. `intraday` trails the highest equity ever seen, open
 * profit included; `end-of-day` trails the highest equity at the end of a trade day. Both are
 * breached at any moment at which equity is at the floor or below.
 */
export interface TrailingDrawdown {
  /** What the floor trails. */
  readonly basis: typeof TRAILING_BASES[number];
  /** How far below its high the floor lies, micro-dollars. */
  readonly amountMicros: number;
  /**
   * The floor stops for good once it is this far above the first equity, micro-dollars: 0 is common
   * with end-of-day accounts, 100 dollars with intraday ones; null when it never stops.
   */
  readonly stopsAtMicros: number | null;
}

/**
 * Equity at which a trailing drawdown is breached.
 *
 * @param highMicros highest equity of the kind that the basis names
 * @param initialMicros equity at the start of the account
 * @example
 * ```ts
 * import { drawdownFloor } from "./drawdown_floor.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const rule = { basis: "end-of-day", amountMicros: 2_000e6, stopsAtMicros: 0 } as const;
 * assertEquals(drawdownFloor(rule, 50_000e6, 50_000e6), 48_000e6);
 * assertEquals(drawdownFloor(rule, 51_200e6, 50_000e6), 49_200e6);
 * assertEquals(drawdownFloor(rule, 57_000e6, 50_000e6), 50_000e6);
 * ```
 */
export function drawdownFloor(
  { amountMicros, stopsAtMicros }: TrailingDrawdown,
  highMicros: number,
  initialMicros: number,
): number {
  const floor = Math.max(highMicros, initialMicros) - amountMicros;
  return stopsAtMicros === null ? floor : Math.min(floor, initialMicros + stopsAtMicros);
}
