import type { Bars } from "../market/mod.ts";
import { toTicks } from "./money.ts";

/** `orderId` of fills that a broker makes by itself: rolls into the next contract. */
export const ROLL_ORDER_ID = 0;

/** Whether the bar holds another contract than the bar before it. */
export function isRoll(bars: Bars, bar: number): boolean {
  const contract = bars.continuous?.contract;
  return contract !== undefined && bar > 0 && contract[bar] !== contract[bar - 1];
}

/**
 * What the contract of the bar before would have opened at, in whole ticks: the opening price with
 * the roll gap taken out, so that the gap never becomes profit or loss.
 *
 * @param bar a bar for which `isRoll` holds
 */
export function expiringOpenTicks(bars: Bars, bar: number): number {
  const { adjustment, method } = bars.continuous!;
  const now = adjustment[bar]!;
  const before = adjustment[bar - 1]!;
  const open = bars.open[bar]!;
  const price = method === "difference" ? open + now - before : open * (now / before);
  return toTicks(price, bars.instrument.tickSize);
}
