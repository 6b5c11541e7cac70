import { OrderMatcher, type TouchPrices } from "../order_matcher.ts";
import { Booking } from "./booking.ts";
import type { EntityChange } from "./entity_store.ts";
import type { VenueCore } from "./venue_core.ts";
import { isLive, lotsLeft, restingOrder, type VenueOrder } from "./venue_order.ts";

/** Told of a fill once it is booked. */
export type FillListener = (order: VenueOrder, lots: number) => void;

/** Told that an order has ended without being filled whole. */
export type EndListener = (order: VenueOrder) => void;

/** How long after a fill it is taken back or corrected. */
const AMEND_MS = 5_000;

/** Orders that have reached the exchange, and what becomes of them there. */
export class Exchange {
  readonly booking: Booking;
  /** Every order that there was, by number. */
  readonly orders = new Map<number, VenueOrder>();
  readonly #live = new Set<VenueOrder>();
  readonly #core: VenueCore;
  readonly #matcher: OrderMatcher;
  readonly #onFill: FillListener[] = [];
  readonly #onEnd: EndListener[] = [];

  /** Opens with the venue's market. */
  constructor(core: VenueCore) {
    this.#core = core;
    this.booking = new Booking(core);
    const random = core.random(2);
    this.#matcher = new OrderMatcher({
      slippageTicks: core.guesses.slippageTicks,
      limitFill: core.guesses.limitFill,
      lotsAtOnce: ({ lots, moment }) =>
        lots > 1 && moment === undefined && core.strikes("partial-fill")
          ? 1 + random.integer(lots - 1)
          : core.lotsAtOnce,
    });
    core.market.onPrint((print, before) => {
      for (const contract of new Set(this.#matcher.orders.map((order) => order.contract))) {
        const listed = core.market.contracts.find(({ name }) => name === contract)!;
        const matches = this.#matcher.trade(
          contract,
          print,
          before,
          listed.premiumTicks(print.row),
        );
        for (const { lots, orderId, ticks } of matches) this.fill(orderId, lots, ticks);
      }
    });
  }

  /** Tells of fills. */
  onFill(listener: FillListener): void {
    this.#onFill.push(listener);
  }

  /** Tells of orders that end without being filled whole. */
  onEnd(listener: EndListener): void {
    this.#onEnd.push(listener);
  }

  /** Orders that work at the exchange, or are on the way. */
  get live(): readonly VenueOrder[] {
    for (const order of this.#live) if (!isLive(order)) this.#live.delete(order);
    return [...this.#live];
  }

  /** Takes note of a new order. */
  add(order: VenueOrder): void {
    this.orders.set(order.id, order);
    this.#live.add(order);
  }

  /** Takes an order in: it works from now on, and is filled if it meets somebody. */
  enter(order: VenueOrder): void {
    const core = this.#core, { store } = core;
    const resting = restingOrder(order, core.market.instrument.tickSize, core.guesses.pegSign);
    const touch = this.#touch(order);
    if (resting === null || touch === null) return this.reject(order, "NoQuote", "No quote");
    order.status = "Working";
    order.pending = null;
    core.tell([
      ...this.commandTo(order.id, "AtExecution"),
      this.booking.report(order, order.id, {
        ...{ execType: "New", ordStatus: "Working", action: order.side > 0 ? "Buy" : "Sell" },
      }),
      store.update("order", order.id, { ordStatus: "Working" }),
    ], order.accountId);
    const { matches } = this.#matcher.place(resting, touch);
    for (const { lots, ticks } of matches) this.fill(order.id, lots, ticks);
    // The order for the moment gives up what it did not get.
    if (isLive(order) && resting.moment !== undefined) this.end(order, "Canceled");
  }

  /** Fills a part of an order, or all of it. */
  fill(orderId: number, lots: number, ticks: number): void {
    const order = this.orders.get(orderId)!;
    const core = this.#core;
    const isTooMuch = lots === lotsLeft(order) && core.strikes("overfill");
    const changes = this.booking.fill(order, isTooMuch ? lots + 1 : lots, ticks);
    core.tell(changes, order.accountId);
    if (!isLive(order)) this.#matcher.remove(orderId);
    this.#amendLater(order, changes, ticks);
    for (const listener of this.#onFill) listener(order, lots);
  }

  /** Fills all that is left of an order at the best price, wherever its own price stands. */
  fillRest(order: VenueOrder): void {
    const touch = this.#core.market.touchOf(this.#core.contract(order.contractId)!);
    if (touch === null || !isLive(order)) return;
    this.fill(order.id, lotsLeft(order), order.side > 0 ? touch.askTicks : touch.bidTicks);
  }

  /** Puts the order's latest terms to work. */
  replace(order: VenueOrder): void {
    const core = this.#core;
    if (lotsLeft(order) === 0) {
      this.#matcher.remove(order.id);
      return this.end(order, "Canceled");
    }
    const resting = restingOrder(order, core.market.instrument.tickSize, core.guesses.pegSign);
    if (resting === null) return;
    if (!this.#matcher.remove(order.id)) return;
    const { matches } = this.#matcher.place(resting, this.#touch(order)!);
    for (const { lots, ticks } of matches) this.fill(order.id, lots, ticks);
  }

  /** Ends an order that is not filled. */
  end(order: VenueOrder, status: "Canceled" | "Expired", commandId = order.id): void {
    if (!isLive(order)) return;
    this.#matcher.remove(order.id);
    order.status = status;
    order.pending = null;
    this.#core.tell([
      this.booking.report(order, commandId, {
        ...{ execType: status, ordStatus: status, action: order.side > 0 ? "Buy" : "Sell" },
        cumQty: order.filled,
      }),
      this.#core.store.update("order", order.id, { ordStatus: status }),
    ], order.accountId);
    for (const listener of this.#onEnd) listener(order);
  }

  /** Rejects an order that had a number already. */
  reject(order: VenueOrder, reason: string, text: string, status = "RiskRejected"): void {
    if (!isLive(order)) return;
    this.#matcher.remove(order.id);
    order.status = "Rejected";
    order.pending = null;
    order.rejectReason = reason;
    this.#core.tell([
      ...this.commandTo(order.id, status, { rejectReason: reason, text, ordStatus: "Rejected" }),
      this.booking.report(order, order.id, {
        ...{ execType: "Rejected", ordStatus: "Rejected" },
        ...{ action: order.side > 0 ? "Buy" : "Sell", rejectReason: reason, text },
      }),
      this.#core.store.update("order", order.id, { ordStatus: "Rejected" }),
    ], order.accountId);
    for (const listener of this.#onEnd) listener(order);
  }

  /** A command comes to another state. */
  commandTo(
    commandId: number,
    commandStatus: string,
    fields: Record<string, unknown> = {},
  ): readonly EntityChange[] {
    const core = this.#core, { store } = core;
    return [
      store.create("commandReport", {
        ...{ id: store.nextId(), commandId, timestamp: core.stamp, commandStatus, ...fields },
      }),
      store.update("command", commandId, { commandStatus }),
    ];
  }

  /** Best prices; nobody stands there while the market is shut. */
  #touch(order: VenueOrder): TouchPrices | null {
    const { market } = this.#core;
    const touch = market.touchOf(this.#core.contract(order.contractId)!);
    if (touch === null || market.isOpen) return touch;
    return { ...touch, bidTicks: -Infinity, askTicks: Infinity };
  }

  /** What was taken back of an order that still works is left to be filled again. */
  #workOn(order: VenueOrder): void {
    const { guesses, market } = this.#core;
    const resting = restingOrder(order, market.instrument.tickSize, guesses.pegSign);
    if (resting !== null) this.#matcher.replace(resting);
  }

  #amendLater(order: VenueOrder, changes: readonly EntityChange[], ticks: number): void {
    const core = this.#core;
    const isBusted = core.strikes("trade-bust");
    if (!isBusted && !core.strikes("trade-correct")) return;
    const { entity } = changes.find(({ entityType }) => entityType === "fill")!;
    const { id } = entity as { readonly id: number };
    core.later(AMEND_MS, () => {
      const corrected = isBusted ? null : ticks + order.side;
      core.tell(this.booking.amend(order, id, corrected), order.accountId);
      if (isBusted && isLive(order)) this.#workOn(order);
    });
  }
}
