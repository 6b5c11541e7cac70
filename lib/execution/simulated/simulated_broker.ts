import { type Bars, tickValueMicros } from "../../market/mod.ts";
import type { TimerClock } from "../../core/mod.ts";
import {
  Account,
  type BarBroker,
  bookChanges,
  type BrokerCapabilities,
  type BrokerFill,
  type BrokerReport,
  type BrokerSnapshot,
  type CostModel,
  type Executor,
  type Fill,
  OpenOrders,
  type Order,
  TIMES_IN_FORCE,
  usdToMicros,
} from "../../trading/mod.ts";
import { ORDER_KINDS } from "./order_types/order_types.ts";
import { createSimulatedExecutor, type SimulatedExecutorOptions } from "./simulated_executor.ts";

/** One instrument that a simulated broker trades. */
export interface SimulatedMarket {
  /** The columns whose rows will come; only their instrument is read before. */
  readonly bars: Bars;
  /** What is charged. */
  readonly costs: CostModel;
  /** Assumptions about fills. */
  readonly assumptions?: SimulatedExecutorOptions;
}

/** A broker whose market is told to it bar by bar. */
export interface SimulatedBroker extends BarBroker {
  /** A bar of an instrument has closed: what it fills is reported before this returns. */
  onBar(symbol: string, bars: Bars, row: number): void;
}

const CAPABILITIES: BrokerCapabilities = {
  orderKinds: ORDER_KINDS,
  timesInForce: TIMES_IN_FORCE,
  brackets: true,
  groups: true,
  modifies: true,
};

/**
 * A broker that fills from bars by the rules of the backtest. Its answers come at once, its book is
 * its own.
 *
 * @param markets by symbol
 */
export function createSimulatedBroker(
  markets: Readonly<Record<string, SimulatedMarket>>,
  initialCashUsd: number,
  clock: Pick<TimerClock, "now">,
): SimulatedBroker {
  const books = new Map(
    Object.entries(markets).map(([symbol, market]) => [symbol, new Book(symbol, market)]),
  );
  let listener: (symbol: string, report: BrokerReport) => void = () => {};
  const bookOf = (symbol: string): Book => {
    const book = books.get(symbol);
    if (book === undefined) throw new RangeError(`Cannot trade ${symbol} as it is no market here`);
    return book;
  };
  const bookWith = (orderId: number): Book | undefined =>
    [...books.values()].find(({ orders }) => orders.all().some(({ id }) => id === orderId));
  const tell = (book: Book, reports: readonly BrokerReport[]): void => {
    for (const report of reports) listener(book.symbol, report);
  };
  return {
    name: "simulated",
    capabilities: CAPABILITIES,
    onReport: (told) => listener = told,
    // deno-lint-ignore require-await
    async submit(symbol, order) {
      const book = bookOf(symbol);
      tell(book, book.submit(order));
    },
    // deno-lint-ignore require-await
    async modify(orderId, lots) {
      const book = bookWith(orderId);
      if (book !== undefined) tell(book, book.modify(orderId, lots));
    },
    // deno-lint-ignore require-await
    async cancel(orderId) {
      const book = bookWith(orderId);
      if (book !== undefined) tell(book, book.cancel(orderId));
    },
    onBar(symbol, bars, row) {
      const book = bookOf(symbol);
      tell(book, book.onBar(bars, row));
    },
    // deno-lint-ignore require-await
    async snapshot() {
      return snapshotOf([...books.values()], usdToMicros(initialCashUsd), clock.now());
    },
    close: () => Promise.resolve(),
  };
}

/** Orders, fills and position of one instrument. */
class Book {
  readonly symbol: string;
  readonly orders = new OpenOrders();
  readonly fills: BrokerFill[] = [];
  readonly account: Account;
  readonly #executor: Executor;
  /** Numbers of all orders that ever came: an order that comes twice is one. */
  readonly #seen = new Set<number>();
  #bars: Bars;
  #row: number | null = null;

  constructor(symbol: string, { assumptions, bars, costs }: SimulatedMarket) {
    this.symbol = symbol;
    this.account = new Account(0, tickValueMicros(bars.instrument));
    this.#executor = createSimulatedExecutor(costs, assumptions);
    this.#bars = bars;
  }

  submit(order: Order): BrokerReport[] {
    const { id: orderId, lots } = order;
    if (this.#seen.has(orderId)) return [];
    this.#seen.add(orderId);
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

  modify(orderId: number, lots: number): BrokerReport[] {
    this.#executor.modify(orderId, lots);
    return [this.#take({ kind: "accepted", orderId, lots })];
  }

  cancel(orderId: number): BrokerReport[] {
    this.#executor.cancel(orderId);
    return [this.#take({ kind: "cancelled", orderId })];
  }

  onBar(bars: Bars, row: number): BrokerReport[] {
    this.#bars = bars;
    this.#row = row;
    const filled = this.#executor.onBar(bars, row).map((fill) => this.#filled(fill));
    const changed = bookChanges(this.orders.all(), this.#executor.working());
    return [...filled, ...changed.map((report) => this.#take(report))];
  }

  #filled(fill: Fill): BrokerReport {
    this.account.apply(fill);
    const executionId = `${this.symbol}-${this.fills.length + 1}`;
    this.fills.push({ executionId, symbol: this.symbol, fill });
    return this.#take({ kind: "filled", fill, executionId });
  }

  #take(report: BrokerReport): BrokerReport {
    this.orders.apply(report);
    return report;
  }
}

function snapshotOf(
  books: readonly Book[],
  initialMicros: number,
  time: number,
): BrokerSnapshot {
  return {
    time,
    orders: books.flatMap(({ orders, symbol }) =>
      orders.working().map((order) => ({ ...order, symbol }))
    ),
    fills: books.flatMap(({ fills }) => fills),
    positions: books.map(({ account, symbol }) => ({ symbol, lots: account.positionLots }))
      .filter(({ lots }) => lots !== 0),
    cashMicros: books.reduce((sum, { account }) => sum + account.cashMicros, initialMicros),
  };
}
