import type { Order } from "../../trading/mod.ts";
import { orderTypeOf } from "./order_types/order_types.ts";

/**
 * Returns the order unchanged when it can be worked.
 *
 * @param hasSession whether the ends of sessions are known
 * @throws RangeError when a price or distance is not whole, a day order has no session to end
 * with, an order for the moment waits for a stop, or a trailing stop carries exits.
 */
export function checkOrder(order: Order, hasSession: boolean): Order {
  const { exits = [], lots, terms = { kind: "market" }, timeInForce = "gtc" } = order;
  const type = orderTypeOf(terms);
  require(Number.isSafeInteger(lots) && lots !== 0, "lots must be whole and not 0", lots);
  for (const value of type.prices(terms)) {
    require(Number.isSafeInteger(value), `a ${terms.kind} order needs whole ticks`, value);
  }
  const distances = exits.map(({ distanceTicks }) => distanceTicks);
  for (const distance of [...distances, ...type.distances(terms)]) {
    const isWhole = Number.isSafeInteger(distance) && distance >= 1;
    require(isWhole, "a distance must be whole ticks of at least 1", distance);
  }
  require(timeInForce !== "day" || hasSession, "a day order needs sessions", timeInForce);
  const opens = exits.length > 0 && !type.canOpenBracket;
  require(!opens, `a ${terms.kind} order cannot open a bracket`, exits.length);
  const waits = (timeInForce === "ioc" || timeInForce === "fok") && !type.canBeForTheMoment;
  require(!waits, `a ${terms.kind} order must be able to wait`, timeInForce);
  return order;
}

function require(holds: boolean, rule: string, value: unknown): void {
  if (!holds) throw new RangeError(`Cannot work an order as ${rule}: current value is ${value}`);
}
