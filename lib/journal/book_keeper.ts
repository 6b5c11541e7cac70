import { CorruptArtifactError } from "../core/mod.ts";
import { DAILY_INTERVAL_MS } from "../market/mod.ts";
import {
  Account,
  type AccountState,
  type Fill,
  isStrangerFill,
  type JournaledSlot,
  type JournalFact,
  OpenOrders,
  type Order,
  type SharedPosition,
  shareLots,
  toTicks,
} from "../trading/mod.ts";
import type { BookedSession, JournalBooks, SlotBooks } from "./books.ts";

/** A fact with its place in the journal. */
export type BookableEntry = JournalFact & { readonly sequence: number };

/**
 * Makes the books of an account from its entries, one after the other. It knows nothing of the
 * engine whose decisions they are: what both say of positions, orders, cash and profit is equal, by
 * test.
 *
 * An entry about an order that was never submitted from here changes no order, and a fill of such a
 * one is booked all the same: it is held. An execution is booked once, however often it is written.
 */
export class BookKeeper {
  #sequence: number;
  #session: BookedSession | null;
  #halted: string | null;
  #ruinedAt: number | null;
  #orderCount: number;
  #initialMicros: number;
  #slots: BookedSlot[];
  readonly #executionIds: Set<string>;

  /** Begins without anything, or goes on. @param books what `books` gave */
  constructor(books: JournalBooks = NO_BOOKS) {
    this.#sequence = books.sequence;
    this.#session = books.session;
    this.#halted = books.halted;
    this.#ruinedAt = books.ruinedAt;
    this.#orderCount = books.orderCount;
    this.#initialMicros = books.initialMicros;
    this.#executionIds = new Set(books.executionIds);
    this.#slots = books.slots.map((slot) => new BookedSlot(slot, 0, slot));
  }

  /**
   * Takes an entry in.
   *
   * @throws {CorruptArtifactError} when it does not follow from those before
   */
  take(entry: BookableEntry): void {
    this.#sequence = entry.sequence;
    switch (entry.kind) {
      case "session-started":
        return this.#start(entry);
      case "session-stopped":
        if (this.#session !== null) this.#session = { ...this.#session, isOpen: false };
        return;
      case "halt":
        this.#halted ??= entry.reason;
        return;
      case "resume":
        this.#halted = null;
        return;
      case "clock":
        if (this.#ruinedAt === null && this.equityMicros <= 0) this.#ruinedAt = entry.time;
        return;
      case "bar":
        return this.#slotOf(entry).close(entry);
      case "mark":
        return this.#slotOf(entry).mark(entry.priceTicks);
      case "submit":
        this.#count(entry.order);
        return this.#slotOf(entry).submit(entry.order, entry.isForForecast);
      case "cancel":
        this.#slotOf(entry).orders.cancel(entry.orderId);
        return;
      case "filled":
        if (entry.executionId !== undefined) {
          if (this.#executionIds.has(entry.executionId)) return;
          this.#executionIds.add(entry.executionId);
        }
        this.#slotOf(entry).orders.apply(entry);
        return this.#book(this.#slotOf(entry), entry.fill);
      case "accepted":
      case "rejected":
      case "cancelled":
      case "expired":
      case "unknown":
        return this.#slotOf(entry).orders.apply(entry);
      case "dividend":
        return this.#slotOf(entry).pay(entry.microsPerLot);
      case "funding":
        return this.#slotOf(entry).credit(entry.micros);
      case "executions":
        return this.#slotOf(entry).rebook(entry.fills);
      case "adopted":
        for (const { id } of entry.orders) this.#orderCount = Math.max(this.#orderCount, id);
        return this.#slotOf(entry).adopt(entry.account, new OpenOrders(entry.orders));
      default:
        // Says why something was done, not what is held.
    }
  }

  /** What the entries so far come to. */
  books(): JournalBooks {
    const equityMicros = this.equityMicros, initialMicros = this.#initialMicros;
    return {
      sequence: this.#sequence,
      session: this.#session,
      halted: this.#halted,
      ruinedAt: this.#ruinedAt,
      orderCount: this.#orderCount,
      initialMicros,
      cashMicros: this.#sum((slot) => slot.account.cashMicros),
      equityMicros,
      profitMicros: equityMicros - initialMicros,
      slots: this.#slots.map((slot) => slot.books()),
      executionIds: [...this.#executionIds],
    };
  }

  #book(booked: BookedSlot, fill: Fill): void {
    booked.book(fill);
    const { symbol } = booked.facts;
    if (isStrangerFill(fill)) booked.strangerLots += fill.lots;
    shareLots(this.#slots.filter(({ facts }) => facts.symbol === symbol));
  }

  /** Cash and open profit at the last marks. */
  get equityMicros(): number {
    return this.#sum((slot) => slot.equityMicros);
  }

  /** A single slot holds the cash of the account itself; of several none does. */
  #sum(value: (slot: BookedSlot) => number): number {
    const base = this.#slots.length === 1 ? 0 : this.#initialMicros;
    return this.#slots.reduce((sum, slot) => sum + value(slot), base);
  }

  #start(entry: Extract<JournalFact, { readonly kind: "session-started" }>): void {
    const { books, cashMicros, mode, session: name, slots } = entry;
    this.#session = { name, mode, isOpen: true };
    if (books === "carried") {
      const before = this.#slots.map(({ facts: { symbol } }) => symbol);
      const now = slots.map(({ symbol }) => symbol);
      if (before.join() === now.join()) return;
      throw this.#inconsistent(`it carries on ${before.join(", ") || "nothing"} as ${now}`);
    }
    this.#initialMicros = cashMicros;
    this.#ruinedAt = null;
    this.#executionIds.clear();
    const own = slots.length === 1 ? cashMicros : 0;
    this.#slots = slots.map((slot) => new BookedSlot(slot, own));
  }

  #count({ exits = [], id }: Order): void {
    this.#orderCount = Math.max(this.#orderCount, id, ...exits.map((exit) => exit.id));
  }

  #slotOf({ slot: index }: { readonly slot: number }): BookedSlot {
    const slot = this.#slots[index];
    if (slot === undefined) throw this.#inconsistent(`there is no instrument number ${index}`);
    return slot;
  }

  #inconsistent(what: string): CorruptArtifactError {
    return new CorruptArtifactError(
      `Cannot rebuild the books at entry ${this.#sequence} of the journal: ${what}`,
    );
  }
}

const NO_BOOKS: JournalBooks = {
  ...{ sequence: 0, session: null, halted: null, ruinedAt: null, orderCount: 0 },
  ...{ initialMicros: 0, cashMicros: 0, equityMicros: 0, profitMicros: 0 },
  ...{ slots: [], executionIds: [] },
};

/** The books of one instrument. */
class BookedSlot implements SharedPosition {
  readonly facts: JournaledSlot;
  account: Account;
  strangerLots: number;
  orders: OpenOrders;
  #orderCount: number;
  #markTicks: number;
  #closedAt: number | null;

  constructor(
    { intervalMs, settles, symbol, tickSize, tickValueMicros }: JournaledSlot,
    ownMicros: number,
    saved?: SlotBooks,
  ) {
    this.facts = { symbol, intervalMs, tickSize, tickValueMicros, settles };
    this.account = new Account(ownMicros, tickValueMicros, saved?.account);
    this.strangerLots = saved?.strangerLots ?? 0;
    this.orders = new OpenOrders(saved?.orders);
    this.#orderCount = saved?.orderCount ?? 0;
    this.#markTicks = saved?.markTicks ?? 0;
    this.#closedAt = saved?.closedAt ?? null;
  }

  get accountLots(): number {
    return this.account.positionLots;
  }

  get equityMicros(): number {
    return this.account.equityMicros(this.#markTicks);
  }

  close(
    { bar, endsSession }: Extract<JournalFact, { readonly kind: "bar" }>,
  ): void {
    const { intervalMs, settles, tickSize } = this.facts;
    this.#markTicks = toTicks(bar.close, tickSize);
    this.#closedAt = bar.time + intervalMs;
    // A bar of a day is a session.
    if (settles && (endsSession || intervalMs >= DAILY_INTERVAL_MS)) {
      this.account.settle(this.#markTicks);
    }
  }

  mark(priceTicks: number): void {
    this.#markTicks = priceTicks;
  }

  submit(order: Order, isForForecast: boolean): void {
    this.#orderCount += 1 + (order.exits?.length ?? 0);
    this.orders.add(order, isForForecast);
  }

  book(fill: Fill): void {
    this.account.apply(fill);
  }

  pay(microsPerLot: number): void {
    this.account.pay(microsPerLot);
  }

  credit(micros: number): void {
    this.account.credit(micros);
  }

  rebook(fills: readonly Fill[]): void {
    this.account.rebook(fills);
  }

  adopt(account: AccountState, orders: OpenOrders): void {
    this.account = new Account(0, this.facts.tickValueMicros, account);
    this.strangerLots = 0;
    this.orders = orders;
  }

  books(): SlotBooks {
    return {
      ...this.facts,
      account: this.account.save(),
      positionLots: this.account.positionLots - this.strangerLots,
      ...(this.strangerLots === 0 ? {} : { strangerLots: this.strangerLots }),
      cashMicros: this.account.cashMicros,
      equityMicros: this.equityMicros,
      orders: this.orders.save(),
      orderCount: this.#orderCount,
      markTicks: this.#markTicks,
      closedAt: this.#closedAt,
    };
  }
}

/**
 * The books of an account, from the entries of its journal alone: positions, orders that may still
 * trade, cash and profit.
 *
 * @param entries oldest first, all of them or those behind `books`
 * @param books to go on from
 * @throws {CorruptArtifactError} when an entry does not follow from those before
 * @example
 * ```ts
 * import { rebuildBooks } from "./book_keeper.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const fill = {
 *   orderId: 1,
 *   bar: 0,
 *   time: 0,
 *   moment: "open",
 *   lots: 2,
 *   priceTicks: 4_000,
 *   slippageTicks: 0,
 *   feeMicros: 1_240_000,
 *   reason: "signal",
 * } as const;
 * const books = await rebuildBooks([
 *   {
 *     ...{ sequence: 1, kind: "session-started", session: "1", isRestart: false, mode: "paper" },
 *     ...{ books: "new", cashMicros: 10_000_000_000, settings: null },
 *     slots: [{
 *       ...{ symbol: "MES", intervalMs: 60_000, tickSize: 0.25 },
 *       ...{ tickValueMicros: 1_250_000, settles: true },
 *     }],
 *   },
 *   { sequence: 2, kind: "filled", slot: 0, fill },
 *   { sequence: 3, kind: "mark", slot: 0, priceTicks: 4_010 },
 * ]);
 * assertEquals(books.slots[0]?.positionLots, 2);
 * assertEquals(books.profitMicros, 2 * 10 * 1_250_000 - 1_240_000);
 * ```
 */
export async function rebuildBooks(
  entries: AsyncIterable<BookableEntry> | Iterable<BookableEntry>,
  books?: JournalBooks,
): Promise<JournalBooks> {
  const keeper = new BookKeeper(books);
  for await (const entry of entries) keeper.take(entry);
  return keeper.books();
}
