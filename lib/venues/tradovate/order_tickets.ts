import type { Instrument } from "../../market/mod.ts";
import {
  fromTicks,
  type Order,
  type OrderTerms,
  type TimeInForce,
  TIMES_IN_FORCE,
  toTicks,
} from "../../trading/mod.ts";
import type { TradovateOrderVersion } from "./entities.ts";
import type { SentOrder } from "./order_ledger.ts";
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

/** Terms that a version of an order states; those that it was sent with where it states none. */
export function termsOf(
  version: TradovateOrderVersion | null,
  sent: OrderTerms,
  { tickSize }: Pick<Instrument, "tickSize">,
): OrderTerms {
  if (version === null) return sent;
  const { orderType, price, stopPrice } = version;
  const limitTicks = price === null ? null : toTicks(price, tickSize);
  const stopTicks = stopPrice === null ? null : toTicks(stopPrice, tickSize);
  if (orderType === "Market") return { kind: "market" };
  if (orderType === "Limit" && limitTicks !== null) return { kind: "limit", limitTicks };
  if (orderType === "Stop" && stopTicks !== null) return { kind: "stop", stopTicks };
  if (orderType === "StopLimit" && limitTicks !== null && stopTicks !== null) {
    return { kind: "stop-limit", stopTicks, limitTicks };
  }
  return sent;
}

/** Whether two terms say the same. */
export function sameTerms(a: OrderTerms, b: OrderTerms): boolean {
  return JSON.stringify(a, KEYS) === JSON.stringify(b, KEYS);
}

const KEYS = ["kind", "limitTicks", "stopTicks", "distanceTicks"];

/**
 * Where an exit stands.
 *
 * @param side of its entry
 * @param priceTicks of the entry's first fill, or what it is expected at
 */
export function exitTerms(
  exit: { readonly kind: string; readonly distanceTicks: number },
  side: number,
  priceTicks: number,
): OrderTerms {
  return exit.kind === "take-profit"
    ? { kind: "limit", limitTicks: priceTicks + side * exit.distanceTicks }
    : { kind: "stop", stopTicks: priceTicks - side * exit.distanceTicks };
}

/**
 * Why an order cannot be sent; null when it can.
 *
 * @param lastTicks price of the last close; null while none is known
 */
export function whyNotSent(order: Order, lastTicks: number | null): string | null {
  const { exits = [], group, lots, terms = { kind: "market" }, timeInForce = "gtc" } = order;
  const prices = [
    ...("limitTicks" in terms ? [terms.limitTicks] : []),
    ...("stopTicks" in terms ? [terms.stopTicks] : []),
  ];
  if (!Number.isSafeInteger(lots) || lots === 0) return `lots must be whole and not 0: ${lots}`;
  if (!TRADOVATE_ORDER_KINDS.some((kind) => kind === terms.kind)) {
    return `no ${terms.kind} orders are sent to this venue`;
  }
  if (!TIMES_IN_FORCE.includes(timeInForce)) return `no orders of ${timeInForce} here`;
  const wrong = prices.find((ticks) => !Number.isSafeInteger(ticks));
  if (wrong !== undefined) return `a ${terms.kind} order needs whole ticks: ${wrong}`;
  if (group !== undefined) return "orders of a group are not sent to this venue";
  if (exits.length > 2) return "the venue takes two exits at most";
  for (const { distanceTicks, kind } of exits) {
    if (kind === "trailing-stop") return "no trailing stops are sent to this venue";
    if (!Number.isSafeInteger(distanceTicks) || distanceTicks < 1) {
      return `a distance must be whole ticks of at least 1: ${distanceTicks}`;
    }
  }
  if (exits.length > 0 && expectedTicks(terms, lastTicks) === null) {
    return "no price is known yet that exits could stand off from";
  }
  return null;
}

/** At which price an entry is expected to fill; null while nobody knows. */
export function expectedTicks(terms: OrderTerms, lastTicks: number | null): number | null {
  if ("limitTicks" in terms) return terms.limitTicks;
  return "stopTicks" in terms ? terms.stopTicks : lastTicks;
}

/** An order and its exits as they are kept before they are sent. */
export function sentOrders(
  symbol: string,
  contractId: number,
  { exits = [], id, lots, reason, terms = { kind: "market" }, timeInForce = "gtc" }: Order,
  lastTicks: number | null,
): readonly [order: SentOrder, exits: readonly SentOrder[]] {
  const common = { symbol, contractId };
  const anchor = expectedTicks(terms, lastTicks);
  return [
    { ...common, id, lots, terms, timeInForce, entryId: null, exit: null, reason },
    exits.map((exit) => ({
      ...{ ...common, id: exit.id, lots: -lots, timeInForce: "gtc", entryId: id },
      terms: exitTerms(exit, Math.sign(lots), anchor!),
      exit: { kind: exit.kind, distanceTicks: exit.distanceTicks },
      reason: exit.kind === "take-profit" ? "take-profit" : "stop-loss",
    })),
  ];
}
