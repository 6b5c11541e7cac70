import { objectList } from "../core/mod.ts";
import type { BrokerReport } from "./events.ts";
import type { Fill } from "./fill.ts";
import type { Order, OrderTerms, WorkingOrder } from "./order.ts";

/** How far an order has come. */
export type OrderStatus =
  /** Handed over; no word of it yet. */
  | "sent"
  /** The broker works it. */
  | "working"
  /** An exit whose entry has not filled: it cannot trade yet. */
  | "waiting"
  /** Nobody can tell whether it exists. */
  | "unknown";

/** An order that may still trade. Plain data. */
export interface OpenOrder {
  /** `id` of the order or of the exit. */
  readonly id: number;
  /** Signed lots not yet filled. */
  lots: number;
  /** Its price conditions; null for an exit whose entry has no price yet. */
  terms: OrderTerms | null;
  /** Whether it is an exit of a bracket, which can only reduce a position. */
  readonly isExit: boolean;
  /** How far it has come. */
  status: OrderStatus;
  /** Whether it was asked to be taken back and no word of that has come yet. */
  isCancelling: boolean;
  /** Whether it was sent to reach the exposure of a forecast, or to be flat at the next open. */
  readonly isForForecast: boolean;
  /** Of the entry that an exit belongs to; null for entries. */
  readonly entryId: number | null;
}

const MARKET: OrderTerms = { kind: "market" };

/**
 * The orders of one slot that may still trade, as the broker's reports tell: the engine's own
 * knowledge, which it can save. Orders that have ended are forgotten.
 */
export class OpenOrders {
  readonly #orders: OpenOrder[];

  /**
   * No orders, or those that were saved.
   *
   * @param saved what `save` gave, to go on from there
   */
  constructor(saved: readonly OpenOrder[] = []) {
    this.#orders = objectList(saved.map((order) => ({ ...order })));
  }

  /** Whether none may still trade. */
  get isEmpty(): boolean {
    return this.#orders.length === 0;
  }

  /** Whether the fate of one is not known, so that nothing may be built on it. */
  get isUncertain(): boolean {
    for (let i = 0; i < this.#orders.length; i++) {
      if (this.#orders[i]!.status === "unknown") return true;
    }
    return false;
  }

  /** All of them, oldest first. */
  all(): readonly OpenOrder[] {
    return this.#orders;
  }

  /** Those that a strategy of orders sees, oldest first; exits once their entry has filled. */
  working(): readonly WorkingOrder[] {
    return this.#orders.flatMap(({ id, isExit, lots, terms }) =>
      terms === null ? [] : [{ id, lots, terms, isExit }]
    );
  }

  /** Signed lots that are on their way for a forecast. */
  forecastLots(): number {
    let lots = 0;
    for (let i = 0; i < this.#orders.length; i++) {
      const order = this.#orders[i]!;
      if (order.isForForecast) lots += order.lots;
    }
    return lots;
  }

  /**
   * Largest position on one side if every order of that side filled; below 0 when even then the
   * other side is held. Exits count nothing as they only reduce.
   *
   * @param side 1 long, -1 short
   */
  reachableLots(positionLots: number, side: number): number {
    let reachable = side * positionLots;
    for (const { isExit, lots } of this.#orders) {
      if (!isExit && Math.sign(lots) === side) reachable += Math.abs(lots);
    }
    return reachable;
  }

  /** Takes in an order that is sent now, with the exits that will follow it. */
  add({ exits, id, lots, terms = MARKET }: Order, isForForecast: boolean): void {
    this.#orders.push({
      id,
      lots,
      terms,
      isExit: false,
      status: "sent",
      isCancelling: false,
      isForForecast,
      entryId: null,
    });
    if (exits === undefined) return;
    for (const exit of exits) {
      this.#orders.push({
        id: exit.id,
        lots: 0,
        terms: null,
        isExit: true,
        status: "waiting",
        isCancelling: false,
        isForForecast: false,
        entryId: id,
      });
    }
  }

  /**
   * Takes in what the broker says of an order. Reports of orders that have ended, and of orders
   * that were not sent from here, change nothing.
   */
  apply(report: BrokerReport): void {
    if (report.kind === "filled") return this.fill(report.fill);
    const at = this.#indexOf(report.orderId);
    if (at < 0) return;
    const order = this.#orders[at]!;
    switch (report.kind) {
      case "accepted":
        order.status = "working";
        order.isCancelling = false;
        order.lots = report.lots;
        order.terms = report.terms ?? order.terms;
        return;
      case "unknown":
        order.status = "unknown";
        return;
      default:
        this.#remove(at);
        if (!order.isExit) this.#forgetExits(order.id);
    }
  }

  /** Takes in that an order has traded, in whole or in part. */
  fill(fill: Fill): void {
    const at = this.#indexOf(fill.orderId);
    if (at < 0) return;
    const order = this.#orders[at]!;
    order.lots -= fill.lots;
    // An overfill leaves nothing to fill; the position knows how much it was.
    if (order.lots === 0 || Math.sign(order.lots) === Math.sign(-fill.lots)) this.#remove(at);
    else if (order.status !== "waiting") order.status = "working";
  }

  /** Notes that an order was asked to be taken back; false when it was already, or cannot be. */
  cancel(orderId: number): boolean {
    const order = this.#orders[this.#indexOf(orderId)];
    if (order === undefined || order.isCancelling || order.status === "waiting") return false;
    return order.isCancelling = true;
  }

  /** Plain copies. */
  save(): OpenOrder[] {
    return this.#orders.map((order) => ({ ...order }));
  }

  #remove(at: number): void {
    if (at === this.#orders.length - 1) this.#orders.pop();
    else this.#orders.splice(at, 1);
  }

  #indexOf(orderId: number): number {
    for (let i = 0; i < this.#orders.length; i++) if (this.#orders[i]!.id === orderId) return i;
    return -1;
  }

  /** An entry that ends unfilled takes its waiting exits with it. */
  #forgetExits(entry: number): void {
    for (let i = this.#orders.length - 1; i >= 0; i--) {
      const { entryId, status } = this.#orders[i]!;
      if (entryId === entry && status === "waiting") this.#orders.splice(i, 1);
    }
  }
}
