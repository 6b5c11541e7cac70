import { marginOn } from "../../market/mod.ts";
import { microsToUsd } from "../../trading/mod.ts";
import type { PairedFills } from "../fill_ledger.ts";
import type { ContractBook } from "./account_book.ts";
import type { EntityChange } from "./entity_store.ts";
import { priceOf } from "./order_checks.ts";
import type { VenueCore } from "./venue_core.ts";
import { averagePrice, lotsLeft, type VenueOrder } from "./venue_order.ts";

/** Writes fills into the books of the venue. */
export class Booking {
  readonly #core: VenueCore;
  readonly #names: () => string;

  /** Begins with the venue's books. */
  constructor(core: VenueCore) {
    this.#core = core;
    const random = core.random(1);
    this.#names = () => `1.${random.bits()}${random.bits()}`;
  }

  /** The fields that every report of an execution begins with. */
  report(order: VenueOrder, commandId: number, fields: Record<string, unknown>): EntityChange {
    const { store } = this.#core;
    return store.create("executionReport", {
      ...{ id: store.nextId(), commandId, name: this.#names(), accountId: order.accountId },
      ...{ contractId: order.contractId, timestamp: this.#core.stamp, orderId: order.id },
      ...fields,
    });
  }

  /**
   * Books a fill of an order and everything that follows from it.
   *
   * @returns all changes, in the order in which this venue tells them
   */
  fill(order: VenueOrder, lots: number, ticks: number): readonly EntityChange[] {
    const core = this.#core, { store } = core;
    const account = core.accounts.get(order.accountId)!;
    const action = order.side > 0 ? "Buy" : "Sell";
    order.filled += lots;
    order.filledTicks += lots * ticks;
    const isDone = lotsLeft(order) === 0;
    if (isDone) order.status = "Filled";
    const price = priceOf(core, ticks);
    const report = this.report(order, order.id, {
      ...{ execType: "Trade", ordStatus: order.status, action, cumQty: order.filled },
      avgPx: averagePrice(order, core.market.instrument.tickSize),
      ...{ lastQty: lots, lastPx: price },
    });
    const fillId = store.nextId();
    const fill = store.create("fill", {
      ...{ id: fillId, orderId: order.id, contractId: order.contractId, timestamp: core.stamp },
      ...{ tradeDate: core.tradeDate, action, qty: lots, price, active: true, finallyPaired: 0 },
    });
    const feeMicros = core.feeMicros * lots;
    const fee = store.create("fillFee", {
      ...{ id: fillId, commission: microsToUsd(feeMicros), commissionCurrencyId: 1 },
    });
    const book = account.contract(order.contractId, () => store.nextId());
    const pairs = book.book({
      ...{ fillId, orderId: order.id, lots: order.side * lots, ticks, feeMicros },
    });
    const position = [
      ...this.#position(order.accountId, order.contractId, book),
      ...pairs.map((pair) => this.#pair(book, pair)),
      ...this.#money(order.accountId),
    ];
    this.#log(order.accountId, fillId, feeMicros);
    const parts = { report: [report], fill: [fill, fee], position };
    const told = core.guesses.fillOrder.split("-").flatMap((part) =>
      parts[part as keyof typeof parts]
    );
    if (!isDone) return told;
    return [...told, store.update("order", order.id, { ordStatus: order.status })];
  }

  /** Takes a fill back, or corrects its price. */
  amend(order: VenueOrder, fillId: number, ticks: number | null): readonly EntityChange[] {
    const core = this.#core, { store } = core;
    const book = core.accounts.get(order.accountId)!.find(order.contractId)!;
    const old = book.fills.find((fill) => fill.fillId === fillId);
    const told = store.get("fill", fillId);
    if (old === undefined || told === undefined) return [];
    const lots = Math.abs(old.lots);
    order.filledTicks += lots * ((ticks ?? 0) - old.ticks);
    if (ticks === null) order.filled -= lots;
    const pairs = book.amend(fillId, ticks === null ? null : { ...old, ticks });
    const gone = store.list("fillPair").filter(({ positionId }) => positionId === book.positionId)
      .map(({ id }) => store.remove("fillPair", id));
    return [
      this.report(order, order.id, {
        execRefId: String(fillId),
        ...{ execType: ticks === null ? "TradeCancel" : "TradeCorrect", ordStatus: order.status },
        ...{ action: told.action, cumQty: order.filled, lastQty: lots },
        lastPx: priceOf(core, ticks ?? old.ticks),
      }),
      store.update(
        "fill",
        fillId,
        ticks === null ? { active: false } : { price: priceOf(core, ticks) },
      ),
      ...gone,
      ...this.#position(order.accountId, order.contractId, book),
      ...pairs.map((pair) => this.#pair(book, pair)),
      ...this.#money(order.accountId),
    ];
  }

  /** Cash and margin of an account as they are now. */
  money(accountId: number): readonly EntityChange[] {
    return this.#money(accountId);
  }

  /** All positions of an account as they are now. */
  positions(accountId: number): readonly EntityChange[] {
    return [...this.#core.accounts.get(accountId)!.contracts].flatMap(([contractId, book]) =>
      this.#position(accountId, contractId, book)
    );
  }

  #position(accountId: number, contractId: number, book: ContractBook): readonly EntityChange[] {
    const core = this.#core;
    return [core.store.put("position", {
      ...{ id: book.positionId, accountId, contractId, timestamp: core.stamp },
      ...{ tradeDate: core.tradeDate, netPos: book.lots },
      netPrice: book.lots === 0 ? undefined : priceOf(core, book.valueTicks / book.lots),
      ...{ bought: book.bought, boughtValue: priceOf(core, book.boughtTicks) },
      ...{ sold: book.sold, soldValue: priceOf(core, book.soldTicks), prevPos: book.prevPos },
      ...(book.prevTicks === null ? {} : { prevPrice: priceOf(core, book.prevTicks) }),
    })];
  }

  #pair(book: ContractBook, pair: PairedFills): EntityChange {
    const core = this.#core, { store } = core;
    return store.create("fillPair", {
      ...{ id: store.nextId(), positionId: book.positionId, buyFillId: pair.buyFillId },
      ...{ sellFillId: pair.sellFillId, qty: pair.lots, buyPrice: priceOf(core, pair.buyTicks) },
      ...{ sellPrice: priceOf(core, pair.sellTicks), active: true },
    });
  }

  #money(accountId: number): readonly EntityChange[] {
    const core = this.#core, { store } = core;
    const account = core.accounts.get(accountId)!;
    const balance = store.list("cashBalance").find((each) => each.accountId === accountId)!;
    const day = core.market.calendar.tradeDay(core.clock.now());
    const margin = marginOn(core.market.instrument, day);
    let lots = 0;
    for (const book of account.contracts.values()) lots += Math.abs(book.lots);
    const initialMargin = lots * (margin?.initialUsd ?? 0) * core.guesses.dayMarginShare;
    return [
      store.update("cashBalance", balance.id, {
        ...{ timestamp: core.stamp, tradeDate: core.tradeDate },
        ...{ amount: microsToUsd(account.cashMicros) },
        realizedPnL: microsToUsd(account.sessionMicros),
        weekRealizedPnL: microsToUsd(account.weekMicros),
      }),
      store.update("marginSnapshot", accountId, {
        ...{ timestamp: core.stamp, initialMargin },
        maintenanceMargin: lots * (margin?.maintenanceUsd ?? 0) * core.guesses.dayMarginShare,
        ...{ totalUsedMargin: initialMargin, fullInitialMargin: lots * (margin?.initialUsd ?? 0) },
      }),
    ];
  }

  #log(accountId: number, fillId: number, feeMicros: number): void {
    const core = this.#core, { store } = core;
    const account = core.accounts.get(accountId)!;
    store.create("cashBalanceLog", {
      ...{ id: store.nextId(), accountId, timestamp: core.stamp, tradeDate: core.tradeDate },
      ...{ currencyId: 1, amount: microsToUsd(account.cashMicros) },
      ...{ realizedPnL: microsToUsd(account.sessionMicros), cashChangeType: "Commission" },
      ...{ delta: -microsToUsd(feeMicros), fillId },
    });
  }
}
