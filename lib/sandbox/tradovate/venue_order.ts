import { fromTicks, toTicks } from "../../trading/mod.ts";
import type { RestingKind, RestingOrder } from "../order_matcher.ts";

/** What the venue's words for an order mean to the exchange. */
const RESTING_KINDS: Readonly<Record<string, RestingKind>> = {
  Market: "market",
  Limit: "limit",
  Stop: "stop",
  StopLimit: "stop-limit",
  MIT: "touched",
  LimitIfTouched: "touched-limit",
  TrailingStop: "trailing-stop",
};

/** Kinds of orders that the venue names; not all of them are known to work. */
export const KNOWN_ORDER_TYPES: readonly string[] = [
  ...Object.keys(RESTING_KINDS),
  ...["QTS", "TrailingStopLimit", "MarketLimit", "MarketWithProtection"],
  "MarketStopWithProtection",
];

/** How an order is to trade: what its latest version says. */
export interface OrderTermsOfVenue {
  readonly orderQty: number;
  readonly orderType: string;
  readonly price?: number | undefined;
  readonly stopPrice?: number | undefined;
  readonly limitIfTouchedPrice?: number | undefined;
  readonly maxShow?: number | undefined;
  readonly pegDifference?: number | undefined;
  readonly timeInForce?: string | undefined;
  readonly expireTime?: string | undefined;
  readonly text?: string | undefined;
}

/** States that an order does not leave. */
const TERMINAL: readonly string[] = [
  ...["Canceled", "Completed", "Expired", "Filled", "Rejected"],
];

/** An order at the venue. */
export interface VenueOrder {
  readonly id: number;
  readonly accountId: number;
  readonly contractId: number;
  readonly contract: string;
  readonly side: 1 | -1;
  readonly clOrdId: string | undefined;
  readonly isAdmin: boolean;
  readonly isAutomated: boolean | undefined;
  /** Day of the session that took it. */
  readonly tradeDay: number;
  terms: OrderTermsOfVenue;
  status: string;
  /** Lots filled. */
  filled: number;
  /** Sum of filled lots times their price, ticks. */
  filledTicks: number;
  /** The order of whose fills it is the exit. */
  parentId: number | undefined;
  /** The other of a pair. */
  ocoId: number | undefined;
  /** Its exits. */
  legs: readonly number[];
  /** The strategy that sent it. */
  strategyId: number | undefined;
  /** A command that is under way. */
  pending: number | null;
  /** Why it was rejected; null while it was not. */
  rejectReason: string | null;
}

/** Lots that are still wanted. */
export function lotsLeft({ filled, terms }: VenueOrder): number {
  return Math.max(0, terms.orderQty - filled);
}

/** Whether it can still be filled or changed. */
export function isLive({ status }: VenueOrder): boolean {
  return !TERMINAL.includes(status);
}

/** Mean price of what is filled. */
export function averagePrice({ filled, filledTicks }: VenueOrder, tickSize: number): number {
  return fromTicks(filledTicks / filled, tickSize);
}

/** The order as the exchange takes it; null where its kind is not supported. */
export function restingOrder(
  order: VenueOrder,
  tickSize: number,
  pegSign: "distance" | "signed",
): RestingOrder | null {
  const { terms } = order;
  const kind = RESTING_KINDS[terms.orderType];
  if (kind === undefined) return null;
  const ticks = (price: number | undefined): number | undefined =>
    price === undefined ? undefined : toTicks(price, tickSize);
  const peg = terms.pegDifference;
  const limit = kind === "touched-limit"
    ? terms.limitIfTouchedPrice ?? terms.price
    : kind === "limit" || kind === "stop-limit"
    ? terms.price
    : undefined;
  const stop = kind === "touched" || kind === "touched-limit"
    ? terms.stopPrice ?? terms.price
    : kind === "stop" || kind === "stop-limit" || kind === "trailing-stop"
    ? terms.stopPrice
    : undefined;
  const trail = kind !== "trailing-stop" || peg === undefined
    ? undefined
    : Math.abs(ticks(pegSign === "signed" ? peg * order.side : peg)!);
  const moment = terms.timeInForce === "IOC" ? "ioc" : terms.timeInForce === "FOK" ? "fok" : null;
  return {
    ...{ id: order.id, contract: order.contract, side: order.side, kind, lots: lotsLeft(order) },
    ...(limit === undefined ? {} : { limitTicks: ticks(limit)! }),
    ...(stop === undefined ? {} : { stopTicks: ticks(stop)! }),
    ...(trail === undefined ? {} : { trailTicks: trail }),
    ...(moment === null ? {} : { moment }),
  };
}
