import { objectList } from "../../core/mod.ts";
import {
  type Bars,
  type Instrument,
  type SessionMarks,
  tickValueMicros,
} from "../../market/mod.ts";
import {
  checkCosts,
  checkTraded,
  type CostModel,
  type Executor,
  type Fill,
  isRoll,
  isTraded,
  lotsAfterSplit,
  lowestPriceTicks,
  type Order,
  ROLL_ORDER_ID,
  type WorkingOrder,
} from "../../trading/mod.ts";
import { checkOrder } from "./check_order.ts";
import {
  closeQuote,
  expiringOpenQuote,
  fillAt,
  openQuote,
  type Quote,
  tickBar,
} from "./fill_model.ts";
import { FinerBars } from "./finer_bars.ts";
import { OrderBook } from "./order_book.ts";
import { splitFills } from "./split_fills.ts";
import type { VolumeShare } from "./volume_share.ts";
import { type MarketBar, restoreGroup, type SavedGroup } from "./working_orders.ts";
import type { BookFill } from "./after_fill.ts";

/** Assumptions of a simulated executor that may be chosen. */
export interface SimulatedExecutorOptions {
  /** Trade day of each bar; needed by day orders. */
  readonly session?: Pick<SessionMarks, "tradeDay">;
  /** Part of the volume that signals and working orders may trade. @default {unlimited} */
  readonly volume?: VolumeShare;
  /** Ticks by which the price must pass a resting limit to fill it. @default {1} */
  readonly penetrationTicks?: number;
  /** Shorter bars of the same prices: working orders are matched with them where there are any. */
  readonly finer?: Bars;
}

/** All that an executor needs to go on after a bar, as plain data. */
export interface SavedExecutor {
  /** Orders for the next open, which trade whole. */
  readonly pending: readonly Order[];
  /** Signed lots held. */
  readonly positionLots: number;
  /** Orders that wait for their price. */
  readonly groups: readonly SavedGroup[];
}

/** An executor that fills from bars and can be saved. */
export interface SimulatedExecutor extends Executor {
  /** All that it needs to go on from here with the same costs and assumptions, between two bars. */
  save(): SavedExecutor;
}

const NO_FILLS: readonly Fill[] = [];

/**
 * An executor that fills orders from the bars themselves; used by backtest and paper alike.
 *
 * Market orders fill whole at the next bar's open, moved against them by the slippage. A position
 * held into a new contract is closed in the old one and opened in the new one at that bar's open,
 * both at full cost, before any order; that is pessimistic by one round trip when the order would
 * have closed it anyway. In a row in which nothing traded (`isTraded`) orders wait for the next.
 * Every other order waits in an `OrderBook`, whose intrabar rule takes the
 * worst path that a bar allows. Make a new executor for every run: it remembers orders and
 * position. Every assumption and its test stand in docs/assumptions.md.
 *
 * @throws RangeError when a cost is not a whole number of at least 0.
 * @example
 * ```ts
 * import { createSimulatedExecutor } from "./simulated_executor.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const executor = createSimulatedExecutor({ feePerSideMicros: 620_000, slippageTicks: 1 });
 * const terms = { kind: "limit", limitTicks: 20_000 } as const;
 * executor.submit({ id: 1, lots: 2, reason: "signal", decidedAt: 0, terms });
 * assertEquals(executor.working(), [{ id: 1, lots: 2, terms, isExit: false }]);
 * ```
 */
export function createSimulatedExecutor(
  costs: CostModel,
  options: SimulatedExecutorOptions = {},
): Executor {
  return new BarExecutor(checkCosts(costs), options);
}

/**
 * An executor that goes on from where another one was saved.
 *
 * @param saved what `save` gave; undefined begins anew. What is left of the volume of the bar that
 * was told last is not in it
 */
export function restoreSimulatedExecutor(
  costs: CostModel,
  options: SimulatedExecutorOptions = {},
  saved?: SavedExecutor,
): SimulatedExecutor {
  return new BarExecutor(checkCosts(costs), options, saved);
}

class BarExecutor implements SimulatedExecutor {
  readonly #costs: CostModel;
  readonly #options: SimulatedExecutorOptions;
  readonly #finer: FinerBars | null;
  /** Null until an order waits. */
  #book: OrderBook | null = null;
  #pending = objectList<Order>();
  #positionLots = 0;
  /** Of the bars' instrument; null until an order waits. */
  #conditions: Omit<MarketBar, "bar"> | null = null;

  constructor(costs: CostModel, options: SimulatedExecutorOptions, saved?: SavedExecutor) {
    this.#costs = costs;
    this.#options = options;
    this.#finer = options.finer === undefined ? null : new FinerBars(options.finer);
    if (saved === undefined) return;
    this.#pending = [...saved.pending];
    this.#positionLots = saved.positionLots;
    if (saved.groups.length > 0) this.#book = new OrderBook(saved.groups.map(restoreGroup));
  }

  save(): SavedExecutor {
    return {
      pending: [...this.#pending],
      positionLots: this.#positionLots,
      groups: this.#book?.save() ?? [],
    };
  }

  submit(order: Order): void {
    if (this.#tradesWholeAtOpen(order)) this.#pending.push(order);
    else (this.#book ??= new OrderBook()).submit(checkOrder(order, this.#hasSession()));
  }

  cancel(orderId: number): void {
    this.#pending = this.#pending.filter(({ id }) => id !== orderId);
    this.#book?.cancel(orderId);
  }

  modify(orderId: number, lots: number): void {
    this.#pending = this.#pending.map((order) => order.id === orderId ? { ...order, lots } : order);
    this.#book?.modify(orderId, lots);
  }

  working(): readonly WorkingOrder[] {
    const pending = this.#pending.map(({ id, lots }): WorkingOrder => ({
      id,
      lots,
      terms: { kind: "market" },
      isExit: false,
    }));
    return [...pending, ...this.#book?.working() ?? []];
  }

  onBar(bars: Bars, bar: number): readonly Fill[] {
    const book = this.#book === null || this.#book.isEmpty ? null : this.#book;
    const rolls = (this.#positionLots !== 0 || book !== null) && isRoll(bars, bar);
    if (!rolls && book === null && this.#pending.length === 0) return NO_FILLS;
    if (!isTraded(bars, bar)) {
      if (rolls) checkTraded(bars, bar, bar + 1, "roll a position");
      return NO_FILLS;
    }
    const fills: Fill[] = rolls ? this.#roll(bars, bar) : [];
    const pending = this.#pending;
    if (pending.length > 0) {
      const quote = openQuote(bars, bar);
      for (let i = 0; i < pending.length; i++) {
        const order = pending[i]!;
        fills.push(fillAt(quote, order, this.#costs));
        this.#positionLots += order.lots;
      }
      while (pending.length > 0) pending.pop();
    }
    if (book !== null) this.#work(book, bars, bar, fills);
    return fills;
  }

  atClose(bars: Bars, bar: number, order: Order): Fill {
    this.#positionLots += order.lots;
    return fillAt(closeQuote(bars, bar), order, this.#costs);
  }

  split(bars: Bars, bar: number, ratio: number): readonly Fill[] {
    this.#pending = this.#pending.flatMap((order) => {
      const lots = lotsAfterSplit(order.lots, ratio);
      return lots === 0 ? [] : [{ ...order, lots }];
    });
    this.#book?.split(ratio);
    if (this.#positionLots === 0) return NO_FILLS;
    const fills = splitFills(bars, bar, this.#positionLots, ratio);
    this.#positionLots = lotsAfterSplit(this.#positionLots, ratio);
    return fills;
  }

  #hasSession(): boolean {
    return this.#options.session !== undefined;
  }

  /** Only what someone chose to trade waits for volume: forced orders trade whole. */
  #tradesWholeAtOpen(order: Order): boolean {
    const isPlain = (order.terms === undefined || order.terms.kind === "market") &&
      (order.timeInForce ?? "gtc") === "gtc" && order.group === undefined &&
      order.exits === undefined;
    return isPlain && (this.#options.volume === undefined || order.reason !== "signal");
  }

  /** Matches what works with the bar, or with the finer bars inside it. */
  #work(book: OrderBook, bars: Bars, bar: number, fills: Fill[]): void {
    this.#conditions ??= this.#conditionsOf(bars.instrument);
    book.begin(this.#options.session?.tradeDay[bar] ?? 0, this.#positionLots);
    const [finer, from, to] = this.#finer?.within(bars, bar) ?? [bars, bar, bar + 1];
    for (let row = from; row < to && !book.isEmpty; row++) {
      if (!isTraded(finer, row)) continue;
      const market = { ...this.#conditions, bar: tickBar(finer, row) };
      this.#match(book, market, finer, row, { bar, time: bars.time[bar]! }, fills);
    }
  }

  #conditionsOf(instrument: Instrument): Omit<MarketBar, "bar"> {
    const { slippageTicks } = this.#costs;
    const { penetrationTicks = 1 } = this.#options;
    const lowestTicks = lowestPriceTicks(instrument);
    return {
      rules: { slippageTicks, penetrationTicks, lowestTicks },
      costs: this.#costs,
      tickValueMicros: tickValueMicros(instrument),
    };
  }

  #match(
    book: OrderBook,
    market: MarketBar,
    bars: Bars,
    row: number,
    coarse: Pick<Quote, "bar" | "time">,
    fills: Fill[],
  ): void {
    const { volume } = this.#options;
    const { costs, rules: { lowestTicks } } = market;
    const time = bars.time[row]!;
    const availableLots = volume?.left(time, bars.volume[row]!) ?? Infinity;
    for (const fill of book.match(market, this.#positionLots, availableLots)) {
      this.#positionLots += fill.lots;
      volume?.take(time, bars.volume[row]!, Math.abs(fill.lots));
      const isAtOpen = fill.moment === "open";
      fills.push(fillOf(fill, {
        bar: coarse.bar,
        time: isAtOpen ? time : time + bars.intervalMs,
        moment: isAtOpen && time !== coarse.time ? "inside" : fill.moment,
        lowestTicks,
      }, costs));
    }
  }

  #roll(bars: Bars, bar: number): Fill[] {
    const expiring = expiringOpenQuote(bars, bar);
    const next = openQuote(bars, bar);
    this.#book?.shift(next.priceTicks - expiring.priceTicks);
    if (this.#positionLots === 0) return [];
    const close = { id: ROLL_ORDER_ID, lots: -this.#positionLots, reason: "roll" } as const;
    const open = { ...close, lots: this.#positionLots };
    return [fillAt(expiring, close, this.#costs), fillAt(next, open, this.#costs)];
  }
}

function fillOf(
  { leg, lots, quoteTicks, slippageTicks }: BookFill,
  when: Omit<Quote, "priceTicks">,
  { feePerSideMicros }: CostModel,
): Fill {
  const order = { id: leg.id, lots, reason: leg.reason };
  return fillAt({ ...when, priceTicks: quoteTicks }, order, { feePerSideMicros, slippageTicks });
}
