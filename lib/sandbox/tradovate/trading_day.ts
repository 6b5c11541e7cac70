import type { Booking } from "./booking.ts";
import type { EntityChange, EntityType, VenueEntity } from "./entity_store.ts";
import type { Exchange } from "./exchange.ts";
import { priceOf } from "./order_checks.ts";
import type { VenueCore } from "./venue_core.ts";
import { isLive } from "./venue_order.ts";

/** What lists of a session forget when the next begins, unless a live order needs it. */
const FORGOTTEN: readonly EntityType[] = [
  ...["order", "orderVersion", "command", "commandReport", "executionReport"] as const,
  ...["fill", "fillFee", "fillPair", "cashBalanceLog", "orderStrategyLink"] as const,
];

/** How far ahead the next event of the calendar is waited for at once. */
const LONGEST_WAIT_MS = 7 * 86_400_000;

/** Ends sessions and contracts by the calendar. */
export class TradingDay {
  readonly #core: VenueCore;
  readonly #exchange: Exchange;
  #week: number;

  /** Begins to wait for the end of the session. */
  constructor(core: VenueCore, exchange: Exchange) {
    this.#core = core;
    this.#exchange = exchange;
    this.#week = this.#weekNow();
    this.#waitForClose();
    for (const { lastTradeTime } of core.market.livingContracts(core.clock.now())) {
      this.#at(lastTradeTime, () => this.endContracts());
    }
    core.market.onPrint(() => {
      this.#expireDated();
      if (core.strikes("session-rolls")) {
        this.expireDayOrders();
        this.roll();
      }
    });
  }

  /** Orders for the day end. */
  expireDayOrders(): void {
    for (const order of this.#exchange.live) {
      if ((order.terms.timeInForce ?? "Day") === "Day") this.#exchange.end(order, "Expired");
    }
  }

  /** A new session begins: lists empty, profits count anew. */
  roll(): void {
    const core = this.#core, { store } = core;
    const live = new Set(this.#exchange.live.map(({ id }) => id));
    const orderOf = (entity: VenueEntity): number | undefined => {
      if (entity.orderId !== undefined) return entity.orderId as number;
      const command = store.get("command", entity.commandId as number);
      return command?.orderId as number | undefined;
    };
    const isNeeded = (type: EntityType) => (entity: VenueEntity): boolean =>
      live.has(type === "order" ? entity.id : orderOf(entity) ?? 0);
    for (const type of [...FORGOTTEN].toReversed()) store.retain(type, isNeeded(type));
    const week = this.#weekNow();
    const changes: EntityChange[] = [];
    for (const account of core.accounts.values()) {
      account.roll(week !== this.#week);
      changes.push(
        ...this.booking.positions(account.id),
        ...this.booking.money(account.id),
      );
      core.tell(changes.splice(0), account.id);
    }
    this.#week = week;
  }

  /** Contracts whose time is over are settled at the last price. */
  endContracts(ended = (id: number): boolean => this.#isOver(id)): void {
    const core = this.#core;
    for (const [contractId, contract] of core.reference.contracts) {
      if (!ended(contractId)) continue;
      for (const order of this.#exchange.live) {
        if (order.contractId === contractId) this.#exchange.end(order, "Expired");
      }
      for (const account of core.accounts.values()) {
        const book = account.find(contractId);
        const touch = core.market.touchOf(contract);
        if (book === undefined || book.lots === 0 || touch === null) continue;
        const fillId = core.store.nextId();
        const lots = -book.lots;
        book.book({ fillId, orderId: 0, lots, ticks: touch.lastTicks, feeMicros: 0 });
        const fill = core.store.create("fill", {
          ...{ id: fillId, orderId: 0, contractId, timestamp: core.stamp },
          ...{ tradeDate: core.tradeDate, action: lots > 0 ? "Buy" : "Sell" },
          ...{ qty: Math.abs(lots), price: priceOf(core, touch.lastTicks) },
          ...{ active: true, finallyPaired: Math.abs(lots) },
        });
        core.tell([
          fill,
          ...this.booking.positions(account.id),
          ...this.booking.money(account.id),
        ], account.id);
      }
    }
  }

  get booking(): Booking {
    return this.#exchange.booking;
  }

  #isOver(contractId: number): boolean {
    return this.#core.contract(contractId)!.lastTradeTime <= this.#core.clock.now();
  }

  #expireDated(): void {
    const now = this.#core.clock.now();
    for (const order of this.#exchange.live) {
      const { expireTime, timeInForce } = order.terms;
      if (timeInForce === "GTD" && isLive(order) && Date.parse(expireTime ?? "") <= now) {
        this.#exchange.end(order, "Expired");
      }
    }
  }

  #waitForClose(): void {
    const core = this.#core;
    const now = core.clock.now();
    const { close } = core.market.calendar.sessionAt(now) ?? core.market.calendar.next(now);
    this.#at(close, () => {
      this.expireDayOrders();
      core.later(core.guesses.rollMinutes * 60_000, () => {
        this.roll();
        this.#waitForClose();
      });
    });
  }

  #at(time: number, act: () => void): void {
    const wait = time - this.#core.clock.now();
    if (wait <= LONGEST_WAIT_MS) this.#core.later(Math.max(0, wait), act);
    else this.#core.later(LONGEST_WAIT_MS, () => this.#at(time, act));
  }

  #weekNow(): number {
    // Weeks begin on Sunday evening: Monday's trade day.
    const day = this.#core.market.calendar.tradeDay(this.#core.clock.now());
    return Math.floor((day + 3) / 7);
  }
}
