import type { Exchange } from "./exchange.ts";
import type { OrderDesk } from "./order_desk.ts";
import type { VenueCore } from "./venue_core.ts";
import { isLive, lotsLeft, type VenueOrder } from "./venue_order.ts";

/**
 * Orders that hang on one another: the exits of an entry wait for its fills, and of two that cancel
 * one another a fill of one ends the other, a moment later.
 */
export class Brackets {
  readonly #core: VenueCore;
  readonly #desk: OrderDesk;
  readonly #exchange: Exchange;

  /** Begins to follow fills and ends. */
  constructor(core: VenueCore, exchange: Exchange, desk: OrderDesk) {
    this.#core = core;
    this.#exchange = exchange;
    this.#desk = desk;
    exchange.onFill((order) => {
      this.#releaseLegs(order);
      this.#pairFilled(order);
    });
    exchange.onEnd((order) => {
      this.#endLegs(order);
      this.#pairEnded(order);
    });
  }

  #legsOf({ legs }: VenueOrder): readonly VenueOrder[] {
    return legs.map((id) => this.#exchange.orders.get(id)!);
  }

  #releaseLegs(entry: VenueOrder): void {
    const { legsOfPart } = this.#core.guesses;
    const isComplete = lotsLeft(entry) === 0;
    if (legsOfPart === "when-complete" && !isComplete) return;
    for (const leg of this.#legsOf(entry)) {
      if (!isLive(leg)) continue;
      const other = leg.ocoId === undefined ? undefined : this.#exchange.orders.get(leg.ocoId);
      const lots = legsOfPart === "whole"
        ? entry.terms.orderQty
        : entry.filled - (other?.filled ?? 0);
      if (leg.status === "Suspended") {
        if (!this.#core.strikes("leg-missing")) this.#desk.release(leg, lots);
      } else if (lots !== leg.terms.orderQty) this.#desk.resize(leg, lots);
    }
  }

  #endLegs(entry: VenueOrder): void {
    for (const leg of this.#legsOf(entry)) {
      if (leg.status !== "Suspended") continue;
      if (entry.status === "Rejected") {
        this.#exchange.reject(leg, "ParentRejected", "Parent order was rejected");
      } else if (entry.filled === 0 || this.#core.guesses.legsOfPart === "when-complete") {
        this.#exchange.end(leg, "Canceled");
      }
    }
  }

  #otherOf({ ocoId }: VenueOrder): VenueOrder | null {
    const other = ocoId === undefined ? undefined : this.#exchange.orders.get(ocoId);
    return other === undefined || !isLive(other) ? null : other;
  }

  #pairFilled(order: VenueOrder): void {
    const { guesses } = this.#core;
    if (this.#otherOf(order) === null) return;
    const isWhole = lotsLeft(order) === 0;
    const bothFill = isWhole && this.#core.strikes("both-legs-fill");
    const filled = order.filled;
    this.#core.later(guesses.pairDelayMs, () => {
      const other = this.#otherOf(order);
      if (other === null) return;
      if (bothFill) this.#exchange.fillRest(other);
      else if (isWhole || guesses.pairOfPart === "cancel") this.#exchange.end(other, "Canceled");
      else {
        const wanted = order.terms.orderQty - filled;
        if (lotsLeft(other) > wanted) this.#desk.resize(other, other.filled + wanted);
      }
    });
  }

  #pairEnded(order: VenueOrder): void {
    if (order.status === "Rejected" || this.#core.guesses.pairOfCancel === "stays") return;
    this.#core.later(this.#core.guesses.pairDelayMs, () => {
      const other = this.#otherOf(order);
      if (other !== null) this.#exchange.end(other, "Canceled");
    });
  }
}
