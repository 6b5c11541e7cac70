/** Returns by trade day. */
export interface DailyReturns {
  /** Simple returns, fractions of the equity at the end of the day before. */
  readonly returns: Float64Array;
  /** Trade day of each return, days since 1970-01-01. */
  readonly tradeDay: Int32Array;
}

/**
 * Equity per bar as returns per trade day. Once equity is used up the account no longer trades
 * and later days return 0.
 *
 * @param equityMicros equity at each close
 * @param tradeDay trade day of each bar, ascending, as long as `equityMicros`
 * @param initialMicros equity before the first bar
 * @throws RangeError when the two columns differ in length or days go back.
 * @example
 * ```ts
 * import { dailyReturns } from "./daily_returns.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const equity = Float64Array.of(101, 110, 99, 99);
 * const { returns } = dailyReturns(equity, Int32Array.of(7, 7, 8, 9), 100);
 * assertEquals([...returns].map((r) => Number(r.toFixed(12))), [0.1, -0.1, 0]);
 * ```
 */
export function dailyReturns(
  equityMicros: Float64Array,
  tradeDay: Int32Array,
  initialMicros: number,
): DailyReturns {
  if (equityMicros.length !== tradeDay.length) {
    throw new RangeError(
      `Cannot aggregate by day as every bar needs a trade day: current value is ${tradeDay.length} days for ${equityMicros.length} bars`,
    );
  }
  for (let bar = 1; bar < tradeDay.length; bar++) {
    if (tradeDay[bar]! >= tradeDay[bar - 1]!) continue;
    throw new RangeError(
      `Cannot aggregate by day as days are in order: current value is ${tradeDay[bar]} after ${
        tradeDay[bar - 1]
      } at bar ${bar}`,
    );
  }
  const returns: number[] = [];
  const days: number[] = [];
  let before = initialMicros;
  for (let bar = 0; bar < equityMicros.length; bar++) {
    if (bar + 1 < equityMicros.length && tradeDay[bar + 1] === tradeDay[bar]) continue;
    const equity = equityMicros[bar]!;
    returns.push(before > 0 ? equity / before - 1 : 0);
    days.push(tradeDay[bar]!);
    before = equity;
  }
  return { returns: Float64Array.from(returns), tradeDay: Int32Array.from(days) };
}
