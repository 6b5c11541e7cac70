import type { Order, OrderTerms } from "../../trading/order.ts";

/**
 * Returns the order unchanged when it can be worked.
 *
 * @param hasSession whether the ends of sessions are known
 * @throws RangeError when a price or distance is not whole, a day order has no session to end
 * with, an order for the moment waits for a stop, or a trailing stop carries exits.
 */
export function checkOrder(order: Order, hasSession: boolean): Order {
  const { exits = [], lots, terms = { kind: "market" }, timeInForce = "gtc" } = order;
  require(Number.isSafeInteger(lots) && lots !== 0, "lots must be whole and not 0", lots);
  for (const value of pricesOf(terms)) {
    require(Number.isSafeInteger(value), `a ${terms.kind} order needs whole ticks`, value);
  }
  const distances = exits.map(({ distanceTicks }) => distanceTicks);
  if (terms.kind === "trailing-stop") distances.push(terms.distanceTicks);
  for (const distance of distances) {
    const isWhole = Number.isSafeInteger(distance) && distance >= 1;
    require(isWhole, "a distance must be whole ticks of at least 1", distance);
  }
  require(timeInForce !== "day" || hasSession, "a day order needs sessions", timeInForce);
  // Where it fills depends on the whole path, so that the worst one for its exits has no formula.
  const trailsIn = terms.kind === "trailing-stop" && exits.length > 0;
  require(!trailsIn, "a trailing stop cannot open a bracket", exits.length);
  const isForTheMoment = timeInForce === "ioc" || timeInForce === "fok";
  const waits = terms.kind !== "market" && terms.kind !== "limit";
  require(!(isForTheMoment && waits), `a ${terms.kind} order must be able to wait`, timeInForce);
  return order;
}

function pricesOf(terms: OrderTerms): number[] {
  switch (terms.kind) {
    case "limit":
      return [terms.limitTicks];
    case "stop":
      return [terms.stopTicks];
    case "stop-limit":
      return [terms.stopTicks, terms.limitTicks];
    default:
      return [];
  }
}

function require(holds: boolean, rule: string, value: unknown): void {
  if (!holds) throw new RangeError(`Cannot work an order as ${rule}: current value is ${value}`);
}
