import type { Instrument } from "../../market/mod.ts";
import { fromTicks, type OrderTerms, type TimeInForce } from "../../trading/mod.ts";
import type { OrderTicket } from "./tradovate_client.ts";

/** Kinds of orders that are sent: the venue's trailing stop has a sign that nobody has confirmed. */
export const TRADOVATE_ORDER_KINDS = ["market", "limit", "stop", "stop-limit"] as const;

const FORCES = { gtc: "GTC", day: "Day", ioc: "IOC", fok: "FOK" } as const;

/**
 * An order with these terms as the venue takes it, and what it is found by.
 *
 * @param side 1 buys, -1 sells
 */
export function orderTicket(
  { side, terms, timeInForce }: {
    readonly side: number;
    readonly terms: OrderTerms;
    readonly timeInForce: TimeInForce;
  },
  { tickSize }: Pick<Instrument, "tickSize">,
  clOrdId: string,
): OrderTicket {
  const action = side > 0 ? "Buy" : "Sell";
  const price = (ticks: number) => fromTicks(ticks, tickSize);
  const common = { action, timeInForce: FORCES[timeInForce], clOrdId } as const;
  switch (terms.kind) {
    case "market":
      // What trades at once has no use for another day.
      return {
        ...common,
        orderType: "Market",
        timeInForce: timeInForce === "gtc" ? "Day" : common.timeInForce,
      };
    case "limit":
      return { ...common, orderType: "Limit", price: price(terms.limitTicks) };
    case "stop":
      return { ...common, orderType: "Stop", stopPrice: price(terms.stopTicks) };
    case "stop-limit":
      return {
        ...{ ...common, orderType: "StopLimit", price: price(terms.limitTicks) },
        stopPrice: price(terms.stopTicks),
      };
    case "trailing-stop":
      throw new RangeError("Cannot send a trailing stop to Tradovate");
  }
}
