import type { RestingKind, RestingOrder } from "../order_matcher.ts";

/** States of an order, as the gateway numbers them. */
export const ORDER_STATE = {
  ...{ open: 1, filled: 2, cancelled: 3, expired: 4, rejected: 5, pending: 6 },
  ...{ pendingCancellation: 7, suspended: 8 },
} as const;

/** Kinds of orders, as the gateway numbers them. */
export const ORDER_KIND = {
  ...{ limit: 1, market: 2, stopLimit: 3, stop: 4, trailingStop: 5, joinBid: 6, joinAsk: 7 },
} as const;

const RESTING: Readonly<Record<number, RestingKind>> = {
  [ORDER_KIND.limit]: "limit",
  [ORDER_KIND.market]: "market",
  [ORDER_KIND.stop]: "stop",
  [ORDER_KIND.trailingStop]: "trailing-stop",
  [ORDER_KIND.joinBid]: "limit",
  [ORDER_KIND.joinAsk]: "limit",
};

/** An order of the gateway. */
export interface GatewayOrder {
  readonly id: number;
  readonly accountId: number;
  readonly contractId: string;
  readonly type: number;
  readonly side: 1 | -1;
  readonly customTag: string | null;
  readonly createdAt: number;
  /** The entry of whose fills it is the exit. */
  readonly parentId: number | null;
  /** Signed distance of an exit from the entry's fill, ticks. */
  readonly distanceTicks: number | null;
  updatedAt: number;
  size: number;
  status: number;
  limitTicks: number | null;
  stopTicks: number | null;
  /** Distance of a trailing stop, ticks. */
  trailTicks: number | null;
  filled: number;
  filledTicks: number;
  /** The other exit of the same entry. */
  siblingId: number | null;
  /** The exit that a read names as linked. */
  linkedId: number | null;
  rejectText: string | null;
}

/** Whether it can still be filled or changed. */
export function isWorkingOrder({ status }: GatewayOrder): boolean {
  return status === ORDER_STATE.open || status >= ORDER_STATE.pending;
}

/** Lots that are still wanted. */
export function sizeLeft({ filled, size }: GatewayOrder): number {
  return Math.max(0, size - filled);
}

/** The order as the exchange takes it. */
export function restingOf(order: GatewayOrder): RestingOrder {
  const { contractId, id, limitTicks, side, stopTicks, trailTicks, type } = order;
  return {
    ...{ id, contract: contractId, side, kind: RESTING[type]!, lots: sizeLeft(order) },
    ...(limitTicks === null ? {} : { limitTicks }),
    ...(stopTicks === null ? {} : { stopTicks }),
    ...(trailTicks === null ? {} : { trailTicks }),
  };
}
