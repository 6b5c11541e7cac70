import type { Bars } from "../../market/bars.ts";
import type { Fill, FillMoment } from "../../trading/fill.ts";
import type { Order } from "../../trading/order.ts";
import type { CostModel } from "../../trading/costs.ts";
import { toTicks } from "../../trading/money.ts";
import { expiringOpenTicks } from "../../trading/roll.ts";
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
 * const quote = { bar: 3, time: 0, moment: "open", priceTicks: 20_000 } as const;
 * const costs = { feePerSideMicros: 620_000, slippageTicks: 1 };
 * const fill = fillAt(quote, { id: 1, lots: -2, reason: "signal" }, costs);
 * assertEquals(fill.priceTicks, 19_999);
 * assertEquals(fill.feeMicros, 1_240_000);
 * ```
 */
export function fillAt(quote: Quote, order: FillRequest, costs: CostModel): Fill {
  return {
    orderId: order.id,
    bar: quote.bar,
    time: quote.time,
    moment: quote.moment,
    lots: order.lots,
    priceTicks: quote.priceTicks + Math.sign(order.lots) * costs.slippageTicks,
    slippageTicks: costs.slippageTicks,
    feeMicros: Math.abs(order.lots) * costs.feePerSideMicros,
    reason: order.reason,
  };
}

/** The opening price of a bar, at its open. */
export function openQuote(bars: Bars, bar: number): Quote {
  const priceTicks = toTicks(bars.open[bar]!, bars.instrument.tickSize);
  return { bar, time: bars.time[bar]!, moment: "open", priceTicks };
}

/** The closing price of a bar, at its close. */
export function closeQuote(bars: Bars, bar: number): Quote {
  const priceTicks = toTicks(bars.close[bar]!, bars.instrument.tickSize);
  return { bar, time: bars.time[bar]! + bars.intervalMs, moment: "close", priceTicks };
}

/** The four prices of a bar in whole ticks. */
export function tickBar(bars: Bars, bar: number): TickBar {
  const { tickSize } = bars.instrument;
  return {
    openTicks: toTicks(bars.open[bar]!, tickSize),
    highTicks: toTicks(bars.high[bar]!, tickSize),
    lowTicks: toTicks(bars.low[bar]!, tickSize),
    closeTicks: toTicks(bars.close[bar]!, tickSize),
  };
}

/** What the contract of the bar before would have opened at, at the open of a roll. */
export function expiringOpenQuote(bars: Bars, bar: number): Quote {
  return { ...openQuote(bars, bar), priceTicks: expiringOpenTicks(bars, bar) };
}
