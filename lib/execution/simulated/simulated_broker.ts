import type { Bars } from "../../market/mod.ts";
import type { TimerClock } from "../../core/mod.ts";
import {
  type BarBroker,
  type BrokerCapabilities,
  type BrokerFill,
  type BrokerReport,
  TIMES_IN_FORCE,
  usdToMicros,
} from "../../trading/mod.ts";
import { ORDER_KINDS } from "./order_types/order_types.ts";
import { OrderNumbers } from "./order_numbers.ts";
import { booksOf, SimulatedBook, type SimulatedMarket } from "./simulated_book.ts";

/** A broker whose market is told to it bar by bar. */
export interface SimulatedBroker extends BarBroker {
  /** A bar of an instrument has closed: what it fills is reported before this returns. */
  onBar(symbol: string, bars: Bars, row: number): void;
}

/** What the fill model can do. */
export const SIMULATED_CAPABILITIES: BrokerCapabilities = {
  orderKinds: ORDER_KINDS,
  timesInForce: TIMES_IN_FORCE,
  brackets: true,
  groups: true,
  modifies: true,
  outlivesSessions: true,
  leastStopTicks: 1,
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
  const numbers = new OrderNumbers();
  const books = new Map(
    Object.entries(markets).map(([symbol, market]) => [
      symbol,
      new SimulatedBook(symbol, market, numbers),
    ]),
  );
  const fills: BrokerFill[] = [];
  let listener: (symbol: string, report: BrokerReport) => void = () => {};
  const bookOf = (symbol: string): SimulatedBook => {
    const book = books.get(symbol);
    if (book === undefined) throw new RangeError(`Cannot trade ${symbol} as it is no market here`);
    return book;
  };
  const bookWith = (orderId: number): SimulatedBook | undefined =>
    [...books.values()].find(({ orders }) => orders.all().some(({ id }) => id === orderId));
  const tell = ({ symbol }: SimulatedBook, reports: readonly BrokerReport[]): void => {
    for (const report of reports) {
      if (report.kind === "filled") {
        fills.push({ executionId: report.executionId!, symbol, fill: report.fill });
      }
    }
    for (const report of reports) listener(symbol, report);
  };
  return {
    name: "simulated",
    capabilities: SIMULATED_CAPABILITIES,
    onReport: (told) => listener = told,
    // deno-lint-ignore require-await
    async submit(symbol, order) {
      const book = books.get(symbol);
      if (book !== undefined) return tell(book, book.submit(order));
      if (numbers.has(order.id)) return;
      for (const { id } of [order, ...order.exits ?? []]) numbers.add(id);
      const reason = `${symbol} is not traded here`;
      listener(symbol, { kind: "rejected", orderId: order.id, reason });
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
      return {
        time: clock.now(),
        fills: [...fills],
        ...booksOf([...books.values()], usdToMicros(initialCashUsd)),
      };
    },
    close: () => Promise.resolve(),
  };
}
