import type { BrokerOrder } from "../../trading/mod.ts";
import type { BrokerContext } from "./broker_context.ts";
import { marketOf } from "./market_contracts.ts";
import { termsOf } from "./order_terms.ts";
import type { VenueWatch } from "./venue_watch.ts";

/** An order may be there before the answer that says that it is ours. */
const YOUNG_MS = 1_000;
/** So long executions wait for what is not known of one before them. */
const UNDECIDED_MS = 3_000;

/** Tells orders of somebody else from those of this session: they are respected and left alone. */
export class StrangeOrders {
  readonly #context: BrokerContext;
  readonly #watch: VenueWatch;
  readonly #known = new Set<number>();
  /** When an order was seen first of which nobody knows whose it is. */
  readonly #open = new Map<number, number>();
  #hasBegun = false;

  /** Knows those whose executions were told before a restart, and asks for nothing yet. */
  constructor(context: BrokerContext, watch: VenueWatch) {
    this.#context = context;
    this.#watch = watch;
    for (const entry of context.ledger.entries()) {
      if (entry.kind === "filled" && entry.told.fill.orderId < 0) {
        this.#known.add(-entry.told.fill.orderId);
      }
    }
  }

  /** Those that were seen up to now are no news. */
  begin(): void {
    this.look();
    this.#hasBegun = true;
  }

  /** What the books' count of changes was when executions were looked through. */
  #scanned = -1;

  /** Whether it is not known of an order whose it is. */
  get isBusy(): boolean {
    return this.#open.size > 0;
  }

  /** Orders of which it is not known whose they are. */
  get undecided(): readonly number[] {
    return [...this.#open.keys()];
  }

  /** Whether it is about to be known of an order whose it is. */
  isUndecided(orderId: number): boolean {
    const since = this.#open.get(orderId);
    return since !== undefined && this.#context.clock.now() - since < UNDECIDED_MS;
  }

  /** Whether an order is somebody else's. */
  has(orderId: number): boolean {
    return this.#known.has(orderId);
  }

  /** Looks at orders and executions that are new. */
  look(): void {
    const { books, clock, orders } = this.#context;
    const now = clock.now();
    for (const id of books.takeUnseen()) this.#open.set(id, now);
    const isNew = books.fillChanges !== this.#scanned;
    this.#scanned = books.fillChanges;
    for (const { orderId } of isNew ? books.fills.values() : []) {
      if (
        orderId <= 0 || books.orders.has(orderId) || books.isForeign(orderId) ||
        this.#open.has(orderId) || this.#known.has(orderId)
      ) {
        continue;
      }
      if (orders.ofVenue(orderId) === undefined && !this.#watch.isIdentified(orderId)) {
        this.#open.set(orderId, now);
      }
    }
    for (const [id, since] of [...this.#open]) this.#decide(id, now - since);
  }

  /** Those that may trade, by the venue's number below 0. */
  orders(): BrokerOrder[] {
    const { books, markets } = this.#context;
    return [...this.#known].flatMap((id) => {
      const order = books.orders.get(id), state = books.stateOf(id);
      const market = marketOf(markets, order?.contractId ?? null);
      if (order === undefined || state.phase === "ended" || market === null) return [];
      const side = order.action === "Buy" ? 1 : -1;
      const left = Math.max(0, (state.version?.orderQty ?? 1) - state.filled);
      return [{
        ...{ id: -id, symbol: market.instrument.symbol, lots: side * left },
        terms: termsOf(state.version, { kind: "market" }, market.instrument),
        isExit: state.phase === "suspended",
      }];
    });
  }

  #decide(id: number, ageMs: number): void {
    const { books, orders } = this.#context;
    if (orders.ofVenue(id) !== undefined || books.isForeign(id) || this.#known.has(id)) {
      return void this.#open.delete(id);
    }
    const clOrdId = books.clientIdOf(id);
    if (clOrdId !== null) {
      const own = orders.ofClientId(clOrdId);
      if (own === undefined) return this.#isStrange(id);
      // One that was made before a restart, in place of another.
      if (own.works.every((work) => work.clOrdId !== clOrdId)) {
        orders.found(own, clOrdId, id);
        return void this.#open.delete(id);
      }
      return;
    }
    const isParentOurs = orders.ofVenue(books.orders.get(id)?.parentId ?? -1) !== undefined;
    if (ageMs < YOUNG_MS || orders.isWaitingForNumbers()) return;
    if (!this.#watch.isIdentified(id)) return void this.#watch.identify(id);
    if (!books.orders.has(id) || isParentOurs) return void this.#open.delete(id);
    this.#isStrange(id);
  }

  #isStrange(id: number): void {
    this.#open.delete(id);
    this.#known.add(id);
    if (this.#hasBegun) this.#context.onTrouble(`somebody else has sent order ${id}`);
  }
}
