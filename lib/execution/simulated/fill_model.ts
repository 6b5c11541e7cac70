import type { Bars } from "../../market/mod.ts";
import {
  type CostModel,
  expiringOpenTicks,
  type Fill,
  type FillMoment,
  lowestPriceTicks,
  type Order,
  toTicks,
} from "../../trading/mod.ts";
import type { TickBar } from "./working_orders.ts";

/** Price and moment at which an order trades. */
export interface Quote {
  /** Row of the bar. */
  readonly bar: number;
  /** Epoch milliseconds, UTC. */
  readonly time: number;
  /** When in the bar. */
  readonly moment: FillMoment;
  /** Price before slippage, whole ticks. */
  readonly priceTicks: number;
  /** Below this the instrument never trades, whatever the slippage; -Infinity without a bound. */
  readonly lowestTicks: number;
}

/** An order as the fill model sees it. */
export type FillRequest = Pick<Order, "id" | "lots" | "reason">;

/**
 * Fills a market order whole at the quote, moved against it by the slippage: the one rule by
 * which simulated orders trade.
 *
 * @example
 * ```ts
 * import { fillAt } from "./fill_model.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const quote = { bar: 3, time: 0, moment: "open", priceTicks: 20_000, lowestTicks: 0 } as const;
 * const costs = { feePerSideMicros: 620_000, slippageTicks: 1 };
 * const fill = fillAt(quote, { id: 1, lots: -2, reason: "signal" }, costs);
 * assertEquals(fill.priceTicks, 19_999);
 * assertEquals(fill.feeMicros, 1_240_000);
 * ```
 */
export function fillAt(quote: Quote, order: FillRequest, costs: CostModel): Fill {
  const slippageTicks = order.lots > 0
    ? costs.slippageTicks
    : Math.min(costs.slippageTicks, quote.priceTicks - quote.lowestTicks);
  return {
    orderId: order.id,
    bar: quote.bar,
    time: quote.time,
    moment: quote.moment,
    lots: order.lots,
    priceTicks: quote.priceTicks + Math.sign(order.lots) * slippageTicks,
    slippageTicks,
    feeMicros: Math.abs(order.lots) * costs.feePerSideMicros,
    reason: order.reason,
  };
}

/** The opening price of a bar, at its open. @throws RangeError when it is no number. */
export function openQuote(bars: Bars, bar: number): Quote {
  const priceTicks = ticksOf(bars, bar, "open");
  const lowestTicks = lowestPriceTicks(bars.instrument);
  return { bar, time: bars.time[bar]!, moment: "open", priceTicks, lowestTicks };
}

/** The closing price of a bar, at its close. @throws RangeError when it is no number. */
export function closeQuote(bars: Bars, bar: number): Quote {
  const priceTicks = ticksOf(bars, bar, "close");
  const lowestTicks = lowestPriceTicks(bars.instrument);
  const time = bars.time[bar]! + bars.intervalMs;
  return { bar, time, moment: "close", priceTicks, lowestTicks };
}

/** The four prices of a bar in whole ticks. @throws RangeError when one is no number. */
export function tickBar(bars: Bars, bar: number): TickBar {
  return {
    openTicks: ticksOf(bars, bar, "open"),
    highTicks: ticksOf(bars, bar, "high"),
    lowTicks: ticksOf(bars, bar, "low"),
    closeTicks: ticksOf(bars, bar, "close"),
  };
}

/** What the contract of the bar before would have opened at, at the open of a roll. */
export function expiringOpenQuote(bars: Bars, bar: number): Quote {
  return { ...openQuote(bars, bar), priceTicks: expiringOpenTicks(bars, bar) };
}

function ticksOf(bars: Bars, bar: number, column: "open" | "high" | "low" | "close"): number {
  const ticks = toTicks(bars[column][bar]!, bars.instrument.tickSize);
  if (Number.isFinite(ticks)) return ticks;
  throw new RangeError(
    `Cannot trade at row ${bar} as its ${column} must be a number: current value is ${
      bars[column][bar]
    }`,
  );
}
