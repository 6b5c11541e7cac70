import { OrderMatcher, type TouchPrices } from "../order_matcher.ts";
import type { GatewayAccountBook, GatewayTrade } from "./gateway_account.ts";
import type { GatewayCore } from "./gateway_core.ts";
import { EXCHANGE_MS, GatewayExits } from "./gateway_exits.ts";
import { accountEvent, orderEvent, tradeEvents } from "./gateway_models.ts";
import {
  type GatewayOrder,
  isWorkingOrder,
  ORDER_KIND,
  ORDER_STATE,
  restingOf,
  sizeLeft,
} from "./gateway_order.ts";

const VOID_MS = 5_000;

/** What an order is made of. */
export type NewOrder = Pick<
  GatewayOrder,
  | "accountId"
  | "contractId"
  | "type"
  | "side"
  | "size"
  | "customTag"
  | "limitTicks"
  | "stopTicks"
  | "trailTicks"
>;

/** An exit of a bracket: its kind and its signed distance from the entry's fill. */
export interface NewExit {
  readonly type: number;
  readonly ticks: number;
}

/** Orders and positions of the gateway. */
export class GatewayDesk {
  /** Every order that there was. */
  readonly orders = new Map<number, GatewayOrder>();
  readonly #exits: GatewayExits;
  readonly #core: GatewayCore;
  readonly #matcher: OrderMatcher;

  /** Opens with the gateway's market. */
  constructor(core: GatewayCore) {
    this.#core = core;
    const random = core.random(2);
    this.#exits = new GatewayExits(core, {
      end: (order, status) => this.end(order, status),
      fillRest: (order) => this.#fillRest(order),
      changed: (order) => {
        this.#touched(order);
        if (order.status === ORDER_STATE.open) this.#rework(order);
      },
    });
    this.#matcher = new OrderMatcher({
      slippageTicks: core.guesses.slippageTicks,
      limitFill: core.guesses.limitFill,
      lotsAtOnce: ({ lots }) =>
        lots > 1 && core.strikes("partial-fill") ? 1 + random.integer(lots - 1) : core.lotsAtOnce,
    });
    core.market.onPrint((print, before) => {
      for (const contractId of new Set(this.#matcher.orders.map(({ contract }) => contract))) {
        const premium = core.contracts.all.get(contractId)!.premiumTicks(print.row);
        for (
          const { lots, orderId, ticks } of this.#matcher.trade(contractId, print, before, premium)
        ) this.#fill(this.orders.get(orderId)!, lots, ticks);
      }
    });
  }

  /** Orders of an account that work or wait. */
  working(accountId: number): readonly GatewayOrder[] {
    return [...this.orders.values()].filter((order) =>
      order.accountId === accountId && isWorkingOrder(order)
    );
  }

  /** Writes a rejected order down; its number. */
  record(order: NewOrder, rejectText: string): GatewayOrder {
    const rejected = this.#make(order, {});
    rejected.status = ORDER_STATE.rejected;
    rejected.rejectText = rejectText;
    this.#core.later(1, () => this.#core.tell([orderEvent(this.#core, rejected)]));
    return rejected;
  }

  /** Takes an order with its exits in. */
  place(
    order: NewOrder,
    exits: { readonly stop?: NewExit; readonly target?: NewExit },
  ): GatewayOrder {
    const core = this.#core;
    const entry = this.#make(order, {});
    const leg = (exit: NewExit | undefined, ending: string): GatewayOrder | null =>
      exit === undefined ? null : this.#make({
        ...order,
        ...{ type: exit.type, side: -order.side as 1 | -1, limitTicks: null, stopTicks: null },
        trailTicks: exit.type === ORDER_KIND.trailingStop ? Math.abs(exit.ticks) : null,
        customTag: order.customTag === null ? null : `${order.customTag}${ending}`,
      }, { parentId: entry.id, distanceTicks: exit.ticks });
    const stop = leg(exits.stop, "-SL"), target = leg(exits.target, "-TP");
    for (const each of [stop, target]) if (each !== null) each.status = ORDER_STATE.suspended;
    if (stop !== null && target !== null) {
      stop.siblingId = target.id;
      target.siblingId = target.linkedId = stop.id;
    }
    const told = [stop, entry, target].filter((each) => each !== null);
    core.later(1, () => core.tell(told.map((each) => orderEvent(core, each))));
    core.later(EXCHANGE_MS, () => this.#enter(entry));
    return entry;
  }

  /** Changes what an order has; fields that are undefined stay. */
  modify(order: GatewayOrder, changes: Partial<GatewayOrder>): void {
    if (this.#core.strikes("modify-ignored")) return;
    this.#core.later(EXCHANGE_MS, () => {
      if (!isWorkingOrder(order)) return;
      Object.assign(order, changes);
      this.#touched(order);
      if (order.status === ORDER_STATE.open) this.#rework(order);
    });
  }

  /** Takes an order back. */
  cancel(order: GatewayOrder): void {
    const core = this.#core;
    const wasSuspended = order.status === ORDER_STATE.suspended;
    if (!wasSuspended) {
      order.status = ORDER_STATE.pendingCancellation;
      this.#touched(order);
    }
    core.later(EXCHANGE_MS, () => {
      if (!isWorkingOrder(order)) return;
      if (!wasSuspended && core.strikes("cancel-race")) return this.#fillRest(order);
      this.end(order, ORDER_STATE.cancelled);
      const sibling = this.#exits.siblingOf(order);
      const isPaired = core.guesses.siblingOfCancel === "cancelled";
      if (sibling !== null && isPaired) this.end(sibling, ORDER_STATE.cancelled);
    });
  }

  /** Closes lots of a position by an order for the market, and leaves all other orders alone. */
  close(account: GatewayAccountBook, contractId: string, lots: number): void {
    const held = account.lotsOf(contractId);
    this.place({
      ...{ accountId: account.id, contractId, type: ORDER_KIND.market, size: lots },
      ...{ side: held > 0 ? -1 : 1, customTag: null, limitTicks: null, stopTicks: null },
      trailTicks: null,
    }, {});
  }

  /** Ends an order without a fill. */
  end(order: GatewayOrder, status: number): void {
    if (!isWorkingOrder(order)) return;
    this.#matcher.remove(order.id);
    order.status = status;
    this.#touched(order);
    for (const child of this.#exits.of(order)) {
      const isNaked = order.filled === 0 || this.#core.guesses.childrenOfPart === "cancelled";
      if (isWorkingOrder(child) && isNaked) this.end(child, ORDER_STATE.cancelled);
    }
  }

  /** Everything of an account ends: its orders are cancelled, its positions closed. */
  flatten(account: GatewayAccountBook): void {
    for (const order of this.working(account.id)) this.end(order, ORDER_STATE.cancelled);
    for (const contractId of account.held.keys()) {
      const lots = account.lotsOf(contractId);
      if (lots !== 0) this.close(account, contractId, Math.abs(lots));
    }
  }

  /** The account as it is, told. */
  tellAccount(account: GatewayAccountBook): void {
    this.#core.tell([accountEvent(account)]);
  }

  /** Best prices of a contract; null before its first trade. */
  touch(contractId: string): TouchPrices | null {
    const listed = this.#core.contracts.all.get(contractId);
    return listed === undefined ? null : this.#core.market.touchOf(listed);
  }

  #make(
    order: NewOrder,
    of: { readonly parentId?: number; readonly distanceTicks?: number },
  ): GatewayOrder {
    const core = this.#core, now = core.now;
    const made: GatewayOrder = {
      ...{ ...order, id: core.nextOrder(), createdAt: now, updatedAt: now },
      ...{ parentId: of.parentId ?? null, distanceTicks: of.distanceTicks ?? null },
      ...{ status: ORDER_STATE.pending, filled: 0, filledTicks: 0, siblingId: null },
      ...{ linkedId: null, rejectText: null },
    };
    this.orders.set(made.id, made);
    if (made.parentId !== null) this.#exits.add(made.parentId, made);
    return made;
  }

  #enter(order: GatewayOrder): void {
    if (order.status !== ORDER_STATE.pending) return;
    const touch = this.touch(order.contractId);
    if (touch === null) return this.end(order, ORDER_STATE.rejected);
    if (order.type !== ORDER_KIND.market) {
      order.status = ORDER_STATE.open;
      if (order.type === ORDER_KIND.joinBid) order.limitTicks = touch.bidTicks;
      if (order.type === ORDER_KIND.joinAsk) order.limitTicks = touch.askTicks;
      this.#touched(order);
    }
    this.#work(order, touch);
  }

  #work(order: GatewayOrder, touch: TouchPrices): void {
    const { matches } = this.#matcher.place(restingOf(order), touch);
    for (const { lots, ticks } of matches) this.#fill(order, lots, ticks);
  }

  #rework(order: GatewayOrder): void {
    this.#matcher.remove(order.id);
    if (sizeLeft(order) === 0) return this.end(order, ORDER_STATE.cancelled);
    const touch = this.touch(order.contractId);
    if (touch !== null) this.#work(order, touch);
  }

  #fillRest(order: GatewayOrder): void {
    const touch = this.touch(order.contractId);
    if (touch === null || !isWorkingOrder(order)) return;
    this.#fill(order, sizeLeft(order), order.side > 0 ? touch.askTicks : touch.bidTicks);
  }

  #fill(order: GatewayOrder, lots: number, ticks: number): void {
    const core = this.#core;
    const account = core.accounts.get(order.accountId)!;
    order.filled += lots;
    order.filledTicks += lots * ticks;
    const isDone = sizeLeft(order) === 0;
    order.status = isDone ? ORDER_STATE.filled : ORDER_STATE.open;
    order.updatedAt = core.now;
    if (isDone) this.#matcher.remove(order.id);
    const fill = { contractId: order.contractId, orderId: order.id, ticks, time: core.now };
    const trades = account.book({ ...fill, lots: order.side * lots }, core.feeMicros);
    const hasRealised = trades.some(({ profitMicros }) => profitMicros !== null);
    if (hasRealised || core.guesses.balanceMoves === "each-fill") {
      account.toldMicros = account.cashMicros;
    }
    core.tell([orderEvent(core, order), ...tradeEvents(core, account, trades)]);
    for (const trade of trades) if (core.strikes("trade-voided")) this.#voidLater(account, trade);
    if (!isDone && core.strikes("rest-cancelled")) this.end(order, ORDER_STATE.cancelled);
    this.#exits.entryFilled(order);
    this.#exits.exitFilled(order, isDone);
  }

  #voidLater(account: GatewayAccountBook, trade: GatewayTrade): void {
    this.#core.later(VOID_MS, () => {
      account.void(trade);
      account.toldMicros = account.cashMicros;
      this.#core.tell(tradeEvents(this.#core, account, [trade]));
    });
  }

  #touched(order: GatewayOrder): void {
    order.updatedAt = this.#core.now;
    this.#core.tell([orderEvent(this.#core, order)]);
  }
}
