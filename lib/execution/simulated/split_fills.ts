import type { Bars } from "../../market/mod.ts";
import { type Fill, lotsAfterSplit, toTicks } from "../../trading/mod.ts";

/** Of fills that nobody ordered. */
const NO_ORDER_ID = 0;

/**
 * A split as fills at the open of its bar, free of costs: what was held is closed at the last close
 * before, and what it has become is opened for just the same amount, so that no equity comes or
 * goes. A fraction of a share is sold at the open; its worth comes off what the others cost.
 *
 * @param bar first bar after the split
 * @param lots signed, held before
 * @param ratio shares after the split for each one before
 */
export function splitFills(bars: Bars, bar: number, lots: number, ratio: number): Fill[] {
  const { close, instrument: { tickSize }, open, time } = bars;
  const side = Math.sign(lots);
  const before = Math.abs(lots);
  const after = Math.abs(lotsAfterSplit(lots, ratio));
  const worthTicks = before * toTicks(close[bar - 1]!, tickSize);
  const fraction = Math.max(0, before * ratio - after);
  const paidTicks = Math.round(fraction * toTicks(open[bar]!, tickSize));
  const fill = (signedLots: number, priceTicks: number): Fill => ({
    ...{ orderId: NO_ORDER_ID, bar, time: time[bar]!, moment: "open", reason: "split" },
    ...{ lots: signedLots, priceTicks, slippageTicks: 0, feeMicros: 0 },
  });
  const spread = (sign: number, count: number, totalTicks: number): Fill[] => {
    if (count === 0) return [];
    const price = Math.floor(totalTicks / count);
    const dearer = totalTicks - price * count;
    return [[count - dearer, price], [dearer, price + 1]]
      .filter(([some]) => some! > 0)
      .map(([some, ticks]) => fill(sign * some!, ticks!));
  };
  return [
    ...spread(-side, before, after === 0 ? paidTicks : worthTicks),
    ...spread(side, after, worthTicks - paidTicks),
  ];
}
