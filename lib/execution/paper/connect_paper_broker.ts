import { InputError, type TimerClock, UnavailableError } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import {
  type BarBroker,
  barOfRow,
  type BrokerReport,
  type BrokerSnapshot,
  isRoll,
  OpenOrders,
  type Order,
} from "../../trading/mod.ts";
import { SIMULATED_CAPABILITIES } from "../simulated/simulated_broker.ts";
import type { PaperAddresses } from "./paper_address.ts";
import { PaperLink } from "./paper_link.ts";
import type { PaperBar, PaperMarket, PaperTerms } from "./paper_messages.ts";

/** A paper broker in another process. */
export interface PaperBroker extends BarBroker {
  /** Ends the broker's process too: its books are on the disk. Settles when it has gone. */
  end(): Promise<void>;
}

/** How a session is connected with its paper broker. */
export interface PaperBrokerOptions extends PaperTerms {
  /** Who knows where the broker is. */
  readonly addresses: PaperAddresses;
  /** Waits by it. */
  readonly clock: TimerClock;
  /** Milliseconds after which an order without an answer is unknown. @default {1_000} */
  readonly unknownAfterMs?: number;
  /** Milliseconds after which a bar or a look into the books is not waited for any more. @default {10_000} */
  readonly patienceMs?: number;
}

/**
 * Connects a session with a paper broker that runs beside it, and hands it what it needs to know. A
 * lost connection is made again; what was not answered is asked again and carried out once. An order
 * that stays without an answer is reported as unknown until one comes.
 *
 * @throws {UnavailableError} when no broker is there in time
 * @throws {InputError} when it refuses
 */
export async function connectPaperBroker(options: PaperBrokerOptions): Promise<PaperBroker> {
  const { clock, patienceMs = 10_000, unknownAfterMs = 1_000 } = options;
  let listener: (symbol: string, report: BrokerReport) => void = () => {};
  const known = new KnownOrders();
  const link = new PaperLink({
    ...{ addresses: options.addresses, terms: termsOf(options), clock },
    tell: ([symbol, report]) => {
      known.apply(symbol, report);
      listener(symbol, report);
    },
  });

  /** Waits for an answer; after a while nobody knows what became of the order. */
  const settled = (
    orderId: number,
    symbol: string | undefined,
    answer: Promise<void>,
    isNew = false,
  ) =>
    new Promise<void>((resolve) => {
      const isUnknown = (reason: string): void => {
        if (symbol !== undefined) listener(symbol, { kind: "unknown", orderId, reason });
        resolve();
      };
      const stop = clock.after(
        unknownAfterMs,
        () =>
          isUnknown(`the paper broker has not answered for ${unknownAfterMs} ms: ${link.trouble}`),
      );
      answer.then(
        () => (stop(), resolve()),
        (error: Error) => {
          stop();
          if (symbol === undefined || !isNew || !(error instanceof InputError)) {
            return isUnknown(error.message);
          }
          // The broker has answered that it did nothing.
          const report = { kind: "rejected", orderId, reason: error.message } as const;
          known.apply(symbol, report);
          listener(symbol, report);
          resolve();
        },
      );
    });

  /** Waits for an answer so long and no longer. */
  const inTime = <Answer>(answer: Promise<Answer>): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const stop = clock.after(
        patienceMs,
        () =>
          reject(
            new UnavailableError(
              `Cannot go on as the paper broker has not answered for ${patienceMs} ms ` +
                `(start the session again; why it is not there: ${link.trouble})`,
            ),
          ),
      );
      answer.then(
        (value) => (stop(), resolve(value)),
        (error) => (stop(), reject(error)),
      );
    });

  try {
    await inTime(link.start());
  } catch (error) {
    await link.close();
    throw error;
  }
  return {
    name: "paper",
    capabilities: SIMULATED_CAPABILITIES,
    onReport: (told) => listener = told,
    submit(symbol: string, order: Order) {
      known.add(symbol, order);
      return settled(order.id, symbol, link.request({ do: "submit", symbol, order }), true);
    },
    async modify(orderId, lots) {
      // Lots that are none change nothing, and text has no word for some of them.
      if (!Number.isSafeInteger(lots)) return;
      const answer = link.request({ do: "modify", orderId, lots });
      await settled(orderId, known.symbolOf(orderId), answer);
    },
    cancel: (orderId) =>
      settled(orderId, known.symbolOf(orderId), link.request({ do: "cancel", orderId })),
    onBar: (symbol, bars, row) =>
      inTime(link.request({ do: "bar", symbol, bar: paperBar(bars, row) })),
    async snapshot() {
      const books = await inTime(link.snapshot());
      known.learn(books);
      return books;
    },
    end: () => link.end(),
    close: () => link.close(),
  };
}

/** Which instrument an order that may still trade is of. */
class KnownOrders {
  readonly #orders = new Map<string, OpenOrders>();
  /** Orders of the books as they were last seen, some of them of an earlier session. */
  #inBooks: ReadonlyMap<number, string> = new Map();

  add(symbol: string, order: Order): void {
    this.#ordersOf(symbol).add(order, false);
  }

  apply(symbol: string, report: BrokerReport): void {
    this.#ordersOf(symbol).apply(report);
  }

  learn({ orders }: BrokerSnapshot): void {
    this.#inBooks = new Map(orders.map(({ id, symbol }) => [id, symbol]));
  }

  symbolOf(orderId: number): string | undefined {
    for (const [symbol, orders] of this.#orders) {
      if (orders.all().some(({ id }) => id === orderId)) return symbol;
    }
    return this.#inBooks.get(orderId);
  }

  #ordersOf(symbol: string): OpenOrders {
    let orders = this.#orders.get(symbol);
    if (orders === undefined) this.#orders.set(symbol, orders = new OpenOrders());
    return orders;
  }
}

function termsOf({ account, books, initialCashUsd, markets, session }: PaperTerms): PaperTerms {
  return { account, session, books, initialCashUsd, markets: ownFields(markets) };
}

/** Whoever hands markets over may have more in them than a broker needs. */
function ownFields(markets: Readonly<Record<string, PaperMarket>>): PaperTerms["markets"] {
  return Object.fromEntries(
    Object.entries(markets).map(([symbol, market]) => {
      const { costs, instrument, intervalMs, penetrationTicks, volumeShare } = market;
      const { feePerSideMicros, slippageTicks } = costs;
      return [symbol, {
        ...{ instrument, intervalMs, costs: { feePerSideMicros, slippageTicks } },
        ...(volumeShare === undefined ? {} : { volumeShare }),
        ...(penetrationTicks === undefined ? {} : { penetrationTicks }),
      }];
    }),
  );
}

function paperBar(bars: Bars, row: number): PaperBar {
  const { contract: _, ...prices } = barOfRow(bars, row);
  const bar = { row, ...prices };
  if (!isRoll(bars, row)) return bar;
  const { adjustment, method } = bars.continuous!;
  return { ...bar, roll: { method, adjustment: [adjustment[row - 1]!, adjustment[row]!] } };
}
