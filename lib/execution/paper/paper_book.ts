import { InputError, ownValue } from "../../core/mod.ts";
import {
  type Bars,
  createCalendar,
  DAY_MS,
  type Instrument,
  type SessionCalendar,
  sessionMark,
} from "../../market/mod.ts";
import {
  type BrokerFill,
  type BrokerReport,
  type BrokerSnapshot,
  usdToMicros,
} from "../../trading/mod.ts";
import { type NumberRange, OrderNumbers } from "../simulated/order_numbers.ts";
import { booksOf, type SavedBook, SimulatedBook } from "../simulated/simulated_book.ts";
import { VolumeShare } from "../simulated/volume_share.ts";
import type { PaperBar, PaperMarket, PaperReport, PaperRequest } from "./paper_messages.ts";

/** Row of the newest bar in the columns that a book sees, which hold the bar before it too. */
const NEWEST = 1;

interface SavedMarket {
  readonly book: SavedBook;
  /** The bar that was told last; null before the first. */
  readonly newest: PaperBar | null;
  /** Open of the newest bar of earlier sessions; null without any. */
  readonly before: number | null;
  /** What prices and lots are counted in. */
  readonly tickSize: number;
  /** Dollars for a price move of 1.0 in one lot. */
  readonly pointValue: number;
}

/** Everything that the books of an account hold, as plain data. */
export interface SavedPaperBook {
  /** Tells the executions of these books from those of any others. */
  readonly stamp: string;
  /** Cash that they began with. */
  readonly initialMicros: number;
  /** Numbers of all orders that came. */
  readonly numbers: readonly NumberRange[];
  /** By symbol. */
  readonly markets: Readonly<Record<string, SavedMarket>>;
}

type WithNumber = { readonly id: number };

/** Books that hold nothing but cash. */
export function emptyBook(stamp: string, initialCashUsd: number): SavedPaperBook {
  return { stamp, initialMicros: usdToMicros(initialCashUsd), numbers: [], markets: {} };
}

/**
 * The same books for a session of another name: it numbers its orders anew, and its bars come later
 * than those of the sessions before it.
 */
export function carriedBook(saved: SavedPaperBook): SavedPaperBook {
  const numbers = new OrderNumbers();
  const markets = Object.entries(saved.markets).map(([symbol, market]) => {
    for (const { id } of market.book.orders) numbers.add(id);
    return [symbol, { ...market, before: market.newest?.time ?? market.before }];
  });
  return { ...saved, numbers: numbers.save(), markets: Object.fromEntries(markets) };
}

/** The books of one account: the same requests give the same reports, from any saved moment on. */
export class PaperBook {
  readonly #saved: SavedPaperBook;
  readonly #numbers: OrderNumbers;
  readonly #markets: ReadonlyMap<string, MarketBook>;
  /** What was earned with instruments that are not traded any more. */
  readonly #untradedMicros: number;

  /**
   * Books that go on from where they were saved.
   *
   * @throws {InputError} when they hold what the markets do not trade, or trade otherwise
   */
  constructor(markets: Readonly<Record<string, PaperMarket>>, saved: SavedPaperBook) {
    this.#saved = saved;
    this.#numbers = new OrderNumbers(saved.numbers);
    for (const [symbol, market] of Object.entries(saved.markets)) {
      requireSame(symbol, market, ownValue(markets, symbol)?.instrument);
    }
    this.#untradedMicros = Object.entries(saved.markets).reduce(
      (sum, [symbol, { book }]) =>
        Object.hasOwn(markets, symbol) ? sum : sum + book.account.cashMicros,
      0,
    );
    this.#markets = new Map(
      Object.entries(markets).map(([symbol, market]) => [
        symbol,
        new MarketBook(symbol, market, this.#numbers, ownValue(saved.markets, symbol)),
      ]),
    );
  }

  /**
   * Carries a request out.
   *
   * @throws {InputError} when it cannot be; the books are not usable afterwards
   */
  take(request: PaperRequest): PaperReport[] {
    switch (request.do) {
      case "submit": {
        const { order, symbol } = request;
        const book = this.#markets.get(symbol)?.book;
        if (book !== undefined) return this.#told(symbol, book.submit(order));
        return this.refuse(symbol, [order, ...order.exits ?? []], "the session does not trade it");
      }
      case "bar":
        return this.#told(request.symbol, this.#marketOf(request.symbol).onBar(request.bar));
      case "modify":
      case "cancel": {
        const { orderId } = request;
        const market = [...this.#markets.values()].find(({ book }) =>
          book.orders.all().some(({ id }) => id === orderId)
        );
        if (market === undefined) return [];
        const { book } = market;
        const reports = request.do === "modify"
          ? book.modify(orderId, request.lots)
          : book.cancel(orderId);
        return this.#told(book.symbol, reports);
      }
    }
  }

  /** Rejects an order, once; its numbers, and those of its exits, are used all the same. */
  refuse(
    symbol: string,
    [{ id: orderId }, ...exits]: readonly [WithNumber, ...WithNumber[]],
    reason: string,
  ): PaperReport[] {
    if (this.#numbers.has(orderId)) return [];
    for (const { id } of [{ id: orderId }, ...exits]) this.#numbers.add(id);
    return [[symbol, { kind: "rejected", orderId, reason }]];
  }

  /** Whether a bar that fills nothing changes nothing that has to be kept. */
  isIdle(symbol: string): boolean {
    return this.#marketOf(symbol).book.orders.isEmpty;
  }

  /** What they say now. @param fills executions so far */
  snapshot(fills: readonly BrokerFill[]): BrokerSnapshot {
    const markets = [...this.#markets.values()];
    const time = Math.max(0, ...markets.map(({ closedAt }) => closedAt));
    const micros = this.#saved.initialMicros + this.#untradedMicros;
    return { time, fills, ...booksOf(markets.map(({ book }) => book), micros) };
  }

  /** All that they hold. */
  save(): SavedPaperBook {
    const { initialMicros, markets, stamp } = this.#saved;
    return {
      stamp,
      initialMicros,
      numbers: this.#numbers.save(),
      markets: {
        ...markets,
        ...Object.fromEntries(
          [...this.#markets].map(([symbol, market]) => [symbol, market.save()]),
        ),
      },
    };
  }

  #marketOf(symbol: string): MarketBook {
    const market = this.#markets.get(symbol);
    if (market !== undefined) return market;
    throw new InputError(`Cannot trade ${symbol} as the session did not hand it over`, {
      remedy: `trade ${[...this.#markets.keys()].join(", ")}`,
    });
  }

  /** Fills name the row of whoever told the bar, and executions these books. */
  #told(symbol: string, reports: readonly BrokerReport[]): PaperReport[] {
    const row = this.#markets.get(symbol)!.row;
    return reports.map((report) => {
      if (report.kind !== "filled") return [symbol, report];
      const executionId = `${this.#saved.stamp}-${report.executionId}`;
      return [symbol, { ...report, fill: { ...report.fill, bar: row }, executionId }];
    });
  }
}

/** One instrument: its book, and the two newest bars as columns. */
class MarketBook {
  readonly book: SimulatedBook;
  readonly #market: PaperMarket;
  readonly #calendar: SessionCalendar;
  readonly #volume: VolumeShare | null;
  readonly #tradeDay = new Int32Array(2);
  readonly #columns = {
    time: new Float64Array(2),
    open: new Float64Array(2),
    high: new Float64Array(2),
    low: new Float64Array(2),
    close: new Float64Array(2),
    volume: new Float64Array(2),
  };
  readonly #bars: Bars;
  readonly #before: number | null;
  #newest: PaperBar | null;

  constructor(symbol: string, market: PaperMarket, numbers: OrderNumbers, saved?: SavedMarket) {
    const { costs, instrument, intervalMs, penetrationTicks, volumeShare } = market;
    this.#market = market;
    this.#calendar = createCalendar(instrument);
    this.#volume = volumeShare === undefined ? null : new VolumeShare(volumeShare);
    this.#bars = { instrument, intervalMs, length: 2, ...this.#columns };
    this.#newest = saved?.newest ?? null;
    this.#before = saved?.before ?? null;
    if (this.#newest !== null) this.#show(this.#newest);
    const assumptions = {
      session: { tradeDay: this.#tradeDay },
      ...(this.#volume === null ? {} : { volume: this.#volume }),
      ...(penetrationTicks === undefined ? {} : { penetrationTicks }),
    };
    this.book = new SimulatedBook(
      symbol,
      { bars: this.#bars, costs, assumptions },
      numbers,
      saved?.book,
      this.#newest === null ? null : NEWEST,
    );
  }

  /** Row of the newest bar as whoever told it counts; 0 before the first. */
  get row(): number {
    return this.#newest?.row ?? 0;
  }

  /** Epoch milliseconds at which the newest bar closed; 0 before the first. */
  get closedAt(): number {
    return this.#newest === null ? 0 : this.#newest.time + this.#market.intervalMs;
  }

  /**
   * What a bar fills. One that has been told is left alone: a session that was killed tells again
   * what its journal does not know.
   */
  onBar(bar: PaperBar): BrokerReport[] {
    if (this.#before !== null && bar.time <= this.#before) throw isPast(this.book.symbol, bar.time);
    if (this.#newest !== null && bar.time <= this.#newest.time) return [];
    this.#newest = bar;
    this.#show(bar);
    this.#volume?.forget(bar.time);
    return this.book.onBar(barsOf(this.#bars, bar), NEWEST);
  }

  save(): SavedMarket {
    const { pointValue, tickSize } = this.#market.instrument;
    const [newest, before] = [this.#newest, this.#before];
    return { book: this.book.save(), newest, before, tickSize, pointValue };
  }

  #show(bar: PaperBar): void {
    for (const name of ["time", "open", "high", "low", "close", "volume"] as const) {
      this.#columns[name][0] = this.#columns[name][NEWEST]!;
      this.#columns[name][NEWEST] = bar[name];
    }
    const { intervalMs } = this.#market;
    this.#tradeDay[NEWEST] = sessionMark(bar.time, intervalMs, this.#calendar).tradeDay;
  }
}

/** The columns with a roll between their two bars, where there is one. */
function barsOf(bars: Bars, { roll }: PaperBar): Bars {
  if (roll === undefined) return bars;
  return {
    ...bars,
    continuous: {
      method: roll.method,
      adjustment: Float64Array.from(roll.adjustment),
      contract: Int32Array.of(0, 1),
      contracts: ["before", "now"],
    },
  };
}

/** What is open has to be traded as it was. */
function requireSame(
  symbol: string,
  { book: { executor, orders }, pointValue, tickSize }: SavedMarket,
  instrument: Instrument | undefined,
): void {
  const { positionLots } = executor;
  const isSame = instrument?.tickSize === tickSize && instrument.pointValue === pointValue;
  if (isSame || (orders.length === 0 && positionLots === 0)) return;
  throw new InputError(
    `Cannot go on with these books as they hold ${positionLots} lots and ${orders.length} orders of ` +
      `${symbol} in ticks of ${tickSize}, and the session trades ` +
      (instrument === undefined ? "none" : `it in ticks of ${instrument.tickSize}`),
    { remedy: `trade ${symbol} as before, or begin with new books` },
  );
}

function isPast(symbol: string, time: number): InputError {
  const day = Math.abs(time) < 1e8 * DAY_MS ? new Date(time).toISOString() : String(time);
  return new InputError(
    `Cannot take a bar of ${symbol} as an earlier session of these books has seen later ones: ` +
      `current value is ${day}`,
    { remedy: "feed later bars, or begin with new books" },
  );
}
