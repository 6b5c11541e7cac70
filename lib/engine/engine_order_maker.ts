import type { Order, OrderReason } from "../trading/order.ts";
import type { Journal } from "../trading/ports.ts";
import type { OrderRequest } from "./engine_orders.ts";

/** Numbers the orders of one run from 1 and journals them. */
export class OrderMaker {
  readonly #journal: Journal | undefined;
  /** Orders made, exits of brackets included. */
  count = 0;

  /** Nothing is made yet. */
  constructor(journal: Journal | undefined) {
    this.#journal = journal;
  }

  /** A market order. */
  market(lots: number, reason: OrderReason, decidedAt: number): Order {
    this.count++;
    const order = { id: this.count, lots, reason, decidedAt };
    this.#journal?.order(order);
    return order;
  }

  /**
   * An order as a strategy asked for it.
   *
   * @param group `id` of the first order of its group; null when it has none or is the first
   */
  requested(request: OrderRequest, group: number | null, decidedAt: number): Order {
    const { exits, lots, terms, timeInForce } = request;
    this.count++;
    const order: Order = {
      id: this.count,
      lots,
      reason: "signal",
      decidedAt,
      ...(terms === undefined ? {} : { terms }),
      ...(timeInForce === undefined ? {} : { timeInForce }),
      ...(group === null ? {} : { group }),
      ...(exits === undefined
        ? {}
        : { exits: exits.map((exit) => ({ ...exit, id: ++this.count })) }),
    };
    this.#journal?.order(order);
    return order;
  }
}
