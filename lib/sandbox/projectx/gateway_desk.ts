import { OrderMatcher, type TouchPrices } from "../order_matcher.ts";
import type { GatewayAccountBook, GatewayTrade } from "./gateway_account.ts";
import { type GatewayCore, microStamp, type UserEvent } from "./gateway_core.ts";
import {
  type GatewayOrder,
  isWorkingOrder,
  ORDER_KIND,
  ORDER_STATE,
  orderModel,
  restingOf,
  sizeLeft,
} from "./gateway_order.ts";

/** Milliseconds to the exchange, and from a fill to the exits that then work. */
const EXCHANGE_MS = 8, EXITS_MS = 18;

const LATE_EXITS_MS = 5_000, VOID_MS = 5_000;

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
  /** Exits by the number of their entry. */
  readonly #exits = new Map<number, readonly GatewayOrder[]>();
  readonly #core: GatewayCore;
  readonly #matcher: OrderMatcher;

  /** Opens with the gateway's market. */
  constructor(core: GatewayCore) {
    this.#core = core;
    const random = core.random(2);
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
    this.#core.later(1, () => this.#tell([this.#event(rejected)]));
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
    core.later(1, () => this.#tell(told.map((each) => this.#event(each))));
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
      const sibling = this.#sibling(order);
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
    for (const child of this.#children(order)) {
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
    this.#core.tell([this.#accountEvent(account)]);
  }

  /** A position, as reads and events word it. */
  positionModel(account: GatewayAccountBook, contractId: string): Record<string, unknown> {
    const held = account.held.get(contractId)!;
    const { lots, valueTicks } = held.ledger;
    const { name } = this.#core.contracts.all.get(contractId)!;
    return {
      ...{ id: held.positionId, accountId: account.id, contractId },
      contractDisplayName: `${name.slice(0, -1)}${contractId.slice(-2)}`,
      creationTimestamp: microStamp(held.openedAt),
      ...{ type: lots === 0 ? 0 : lots > 0 ? 1 : 2, size: Math.abs(lots) },
      averagePrice: lots === 0 ? 0 : this.#core.price(valueTicks / lots),
    };
  }

  /** A trade, as reads and events word it. */
  tradeModel(accountId: number, trade: GatewayTrade): Record<string, unknown> {
    const { feeMicros, lots, profitMicros, ticks } = trade;
    const isNet = this.#core.guesses.tradeProfit === "net";
    const profit = profitMicros === null ? null : (profitMicros - (isNet ? feeMicros : 0)) / 1e6;
    return {
      ...{ id: trade.id, accountId, contractId: trade.contractId },
      ...{ creationTimestamp: microStamp(trade.time), price: this.#core.price(ticks) },
      ...{ profitAndLoss: profit, fees: feeMicros / 1e6, side: lots > 0 ? 0 : 1 },
      ...{ size: Math.abs(lots), voided: trade.isVoided, orderId: trade.orderId },
    };
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
    if (made.parentId !== null) {
      this.#exits.set(made.parentId, [...this.#exits.get(made.parentId) ?? [], made]);
    }
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
    this.#tell([
      this.#event(order),
      ...trades.map((trade) => this.#tradeEvent(account, trade)),
      this.#positionEvent(account, order.contractId),
      this.#accountEvent(account),
    ]);
    for (const trade of trades) if (core.strikes("trade-voided")) this.#voidLater(account, trade);
    if (!isDone && core.strikes("rest-cancelled")) this.end(order, ORDER_STATE.cancelled);
    this.#releaseExits(order);
    this.#pairFilled(order, isDone);
  }

  #voidLater(account: GatewayAccountBook, trade: GatewayTrade): void {
    this.#core.later(VOID_MS, () => {
      account.void(trade);
      account.toldMicros = account.cashMicros;
      this.#tell([
        this.#tradeEvent(account, trade),
        this.#positionEvent(account, trade.contractId),
        this.#accountEvent(account),
      ]);
    });
  }

  #releaseExits(entry: GatewayOrder): void {
    const core = this.#core;
    const children = this.#children(entry);
    if (children.length === 0) return;
    const from = Math.round(entry.filledTicks / entry.filled);
    const waiting = children.filter(({ status }) => status === ORDER_STATE.suspended);
    for (const child of children) {
      if (!isWorkingOrder(child) || child.status === ORDER_STATE.suspended) continue;
      child.size = this.#exitSize(entry, child);
      this.#touched(child);
      if (child.status === ORDER_STATE.open) this.#rework(child);
    }
    if (waiting.length === 0 || core.strikes("children-stay-suspended")) return;
    const delay = core.strikes("children-late") ? LATE_EXITS_MS : EXITS_MS;
    // The target begins first, then the stop, as it was captured.
    for (const [index, child] of waiting.toReversed().entries()) {
      core.later(delay + index, () => this.#release(entry, child, from));
    }
  }

  #release(entry: GatewayOrder, child: GatewayOrder, from: number): void {
    const core = this.#core;
    if (child.status !== ORDER_STATE.suspended) return;
    const isStop = child.type !== ORDER_KIND.limit;
    if (isStop && core.strikes("stop-rejected")) return this.end(child, ORDER_STATE.rejected);
    const at = from + child.distanceTicks!;
    if (child.type === ORDER_KIND.limit) child.limitTicks = at;
    else child.stopTicks = at;
    child.size = this.#exitSize(entry, child);
    child.status = ORDER_STATE.open;
    this.#touched(child);
    const touch = this.touch(child.contractId);
    if (touch !== null) this.#work(child, touch);
  }

  /** Lots that an exit is for: what its entry has got, less what the other exit has closed. */
  #exitSize(entry: GatewayOrder, child: GatewayOrder): number {
    const whole = this.#core.guesses.childrenSize === "whole" ? entry.size : entry.filled;
    return whole - (this.orders.get(child.siblingId ?? 0)?.filled ?? 0);
  }

  #pairFilled(order: GatewayOrder, isDone: boolean): void {
    const core = this.#core;
    const sibling = this.#sibling(order);
    if (sibling === null) return;
    if (!isDone) {
      core.later(EXCHANGE_MS, () => {
        const wanted = sibling.filled + sizeLeft(order);
        if (!isWorkingOrder(sibling) || sibling.size <= wanted) return;
        sibling.size = wanted;
        this.#touched(sibling);
        if (sibling.status === ORDER_STATE.open) this.#rework(sibling);
      });
    } else if (core.strikes("both-legs-fill")) this.#fillRest(sibling);
    else if (!core.strikes("sibling-stays")) {
      core.later(EXCHANGE_MS, () => this.end(sibling, ORDER_STATE.cancelled));
    }
  }

  #children({ id }: GatewayOrder): readonly GatewayOrder[] {
    return this.#exits.get(id) ?? [];
  }

  #sibling({ siblingId }: GatewayOrder): GatewayOrder | null {
    const found = siblingId === null ? undefined : this.orders.get(siblingId);
    return found === undefined || !isWorkingOrder(found) ? null : found;
  }

  #touched(order: GatewayOrder): void {
    order.updatedAt = this.#core.now;
    this.#tell([this.#event(order)]);
  }

  #tell(events: readonly UserEvent[]): void {
    this.#core.tell(events);
  }

  #event(order: GatewayOrder): UserEvent {
    return {
      ...{ target: "GatewayUserOrder", accountId: order.accountId, action: 1 },
      data: orderModel(this.#core, order, false),
    };
  }

  #tradeEvent(account: GatewayAccountBook, trade: GatewayTrade): UserEvent {
    return {
      ...{ target: "GatewayUserTrade", accountId: account.id, action: 0 },
      data: this.tradeModel(account.id, trade),
    };
  }

  #positionEvent(account: GatewayAccountBook, contractId: string): UserEvent {
    const data = this.positionModel(account, contractId);
    const action = data.size === 0 ? 2 : 1;
    return { target: "GatewayUserPosition", accountId: account.id, action, data };
  }

  #accountEvent(account: GatewayAccountBook): UserEvent {
    return {
      ...{ target: "GatewayUserAccount", accountId: account.id, action: 1 },
      data: accountModel(account),
    };
  }
}

/** An account, as reads and events word it. */
export function accountModel(account: GatewayAccountBook): Record<string, unknown> {
  const { canTrade, id, options, toldMicros } = account;
  return {
    ...{ id, name: options.name, balance: toldMicros / 1e6, canTrade },
    ...{ isVisible: options.isVisible ?? true, simulated: options.isLive !== true },
  };
}
