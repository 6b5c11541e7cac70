import { type Bars, tickValueMicros } from "../../market/mod.ts";
import {
  Account,
  type AccountState,
  bookChanges,
  type BrokerReport,
  type BrokerSnapshot,
  type CostModel,
  type Fill,
  type OpenOrder,
  OpenOrders,
  type Order,
  wokenExit,
} from "../../trading/mod.ts";
import type { OrderNumbers } from "./order_numbers.ts";
import {
  restoreSimulatedExecutor,
  type SavedExecutor,
  type SimulatedExecutor,
  type SimulatedExecutorOptions,
} from "./simulated_executor.ts";

/** One instrument that a simulated broker trades. */
export interface SimulatedMarket {
  /** The columns whose rows will come; only their instrument is read before. */
  readonly bars: Bars;
  /** What is charged. */
  readonly costs: CostModel;
  /** Assumptions about fills. */
  readonly assumptions?: SimulatedExecutorOptions;
}

/** All that a book needs to go on after a bar, as plain data. */
export interface SavedBook {
  /** What works, by the fill model. */
  readonly executor: SavedExecutor;
  /** What works, as it was reported. */
  readonly orders: readonly OpenOrder[];
  /** Those whose terms in the book have not been reported. */
  readonly unreported: readonly number[];
  /** Position and profit. */
  readonly account: AccountState;
  /** Executions so far. */
  readonly executions: number;
}

/** Orders, position and profit of one instrument at a simulated broker. */
export class SimulatedBook {
  /** Instrument. */
  readonly symbol: string;
  /** What may still trade. */
  readonly orders: OpenOrders;
  /** Position, and what has been earned with it. */
  readonly account: Account;
  readonly #executor: SimulatedExecutor;
  readonly #numbers: OrderNumbers;
  #executions: number;
  #bars: Bars;
  #row: number | null;
  /** Open of the newest bar. */
  #time: number;

  /**
   * A book without orders and position, or one that was saved.
   *
   * @param numbers of all orders of the account, exits too: an order that comes twice is one
   * @param saved what `save` gave, to go on from there
   * @param row of the bar that was told last, in the market's columns; null before the first
   */
  constructor(
    symbol: string,
    { assumptions, bars, costs }: SimulatedMarket,
    numbers: OrderNumbers,
    saved?: SavedBook,
    row: number | null = null,
  ) {
    this.symbol = symbol;
    this.#numbers = numbers;
    this.account = new Account(0, tickValueMicros(bars.instrument), saved?.account);
    this.#executor = restoreSimulatedExecutor(costs, assumptions, saved?.executor);
    this.orders = new OpenOrders(saved === undefined ? [] : this.#asReported(saved));
    this.#executions = saved?.executions ?? 0;
    this.#bars = bars;
    this.#row = row;
    this.#time = row === null ? -Infinity : bars.time[row]!;
  }

  /** Takes an order in, once. */
  submit(order: Order): BrokerReport[] {
    const { exits = [], id: orderId, lots } = order;
    if (this.#numbers.has(orderId)) return [];
    for (const { id } of [order, ...exits]) this.#numbers.add(id);
    if (order.atClose === true && this.#row === null) {
      return [{ kind: "rejected", orderId, reason: "there is no close yet" }];
    }
    try {
      if (order.atClose !== true) this.#executor.submit(order);
    } catch (error) {
      return [{ kind: "rejected", orderId, reason: (error as Error).message }];
    }
    this.orders.add(order, false);
    const accepted = this.#take({ kind: "accepted", orderId, lots });
    if (order.atClose !== true) return [accepted];
    return [accepted, this.#filled(this.#executor.atClose(this.#bars, this.#row!, order))];
  }

  /** Changes how many lots of an order are still wanted; of none it is taken back, its side stays. */
  modify(orderId: number, lots: number): BrokerReport[] {
    if (lots === 0) return this.cancel(orderId);
    const order = this.orders.all().find(({ id }) => id === orderId);
    const isSense = Number.isSafeInteger(lots) && Math.sign(lots) === Math.sign(order?.lots ?? 0);
    if (!isSense) return [];
    this.#executor.modify(orderId, lots);
    return [this.#take({ kind: "accepted", orderId, lots })];
  }

  /** Takes back what is left of an order. */
  cancel(orderId: number): BrokerReport[] {
    this.#executor.cancel(orderId);
    return [this.#take({ kind: "cancelled", orderId })];
  }

  /** What a bar fills, and what it changes besides. */
  onBar(bars: Bars, row: number): BrokerReport[] {
    // A session that was cut off tells its last bars again.
    if (bars.time[row]! <= this.#time) return [];
    this.#time = bars.time[row]!;
    this.#bars = bars;
    this.#row = row;
    const fills = this.#executor.onBar(bars, row);
    const filled = fills.flatMap((fill) => [...this.#woken(fill, fills), this.#filled(fill)]);
    const changed = bookChanges(this.orders.all(), this.#executor.working());
    return [...filled, ...changed.map((report) => this.#take(report))];
  }

  /** All that it needs to go on from here. */
  save(): SavedBook {
    const terms = new Map(this.#executor.working().map((order) => [order.id, order.terms]));
    return {
      executor: this.#executor.save(),
      orders: this.orders.save(),
      unreported: this.orders.all().filter(({ id, terms: reported }) =>
        terms.has(id) && terms.get(id) !== reported
      ).map(({ id }) => id),
      account: this.account.save(),
      executions: this.#executions,
    };
  }

  /** What has been reported is told from what has not by the terms being the same object. */
  #asReported({ orders, unreported }: SavedBook): OpenOrder[] {
    const terms = new Map(this.#executor.working().map((order) => [order.id, order.terms]));
    return orders.map((order) =>
      unreported.includes(order.id)
        ? { ...order }
        : { ...order, terms: terms.get(order.id) ?? order.terms }
    );
  }

  #woken(fill: Fill, fills: readonly Fill[]): BrokerReport[] {
    const report = wokenExit(fill, fills, this.orders.all(), () => this.#executor.working());
    return report === null ? [] : [this.#take(report)];
  }

  #filled(fill: Fill): BrokerReport {
    this.account.apply(fill);
    const executionId = `${this.symbol}-${++this.#executions}`;
    return this.#take({ kind: "filled", fill, executionId });
  }

  #take(report: BrokerReport): BrokerReport {
    this.orders.apply(report);
    return report;
  }
}

/**
 * Orders, positions and cash of several books together.
 *
 * @param initialMicros cash before anything traded
 */
export function booksOf(
  books: readonly SimulatedBook[],
  initialMicros: number,
): Pick<BrokerSnapshot, "orders" | "positions" | "cashMicros"> {
  return {
    orders: books.flatMap(({ orders, symbol }) =>
      orders.working().map((order) => ({ ...order, symbol }))
    ),
    positions: books.map(({ account, symbol }) => ({ symbol, lots: account.positionLots }))
      .filter(({ lots }) => lots !== 0),
    cashMicros: books.reduce((sum, { account }) => sum + account.cashMicros, initialMicros),
  };
}
