import type { JsonValue, TimerClock } from "../../core/mod.ts";
import type { OwnOrders, VenueWork } from "../broker/own_orders.ts";
import type { ListedOrders, VenueReader } from "../broker/venue_ports.ts";
import type { CallPriority } from "../call_budget.ts";
import type { CallOutcome } from "../call_outcome.ts";
import { ORDER_STATUS, readProjectXOrder } from "./gateway_entities.ts";
import type { ProjectXBooks } from "./projectx_books.ts";
import type { OrderFilter, ProjectXClient } from "./projectx_client.ts";

const WATCH = { priority: "watch" } as const;
/** Clocks may differ, and so much before an order was sent it is looked for. */
const MARGIN_MS = 5 * 60_000;
/** So far back executions and orders are asked for: a day, and over a weekend at the beginning. */
const DAY_MS = 26 * 3_600_000, WEEKEND_MS = 96 * 3_600_000;
const WORKING = [
  ...[ORDER_STATUS.open, ORDER_STATUS.pending, ORDER_STATUS.pendingCancellation],
  ORDER_STATUS.suspended,
];
const MOST_PAGES = 50;

/** What a reader needs. */
export interface ProjectXReaderOptions {
  readonly client: ProjectXClient;
  readonly clock: TimerClock;
  readonly accountId: number;
  readonly books: ProjectXBooks;
  readonly orders: OwnOrders;
  readonly onTrouble: (reason: string) => void;
}

/** Asks a gateway of ProjectX how things stand; what it says goes into the books. */
export class ProjectXReader implements VenueReader {
  readonly #options: ProjectXReaderOptions;
  #hasBegun = false;
  #hasQuery = true;

  /** Asks for nothing yet. */
  constructor(options: ProjectXReaderOptions) {
    this.#options = options;
  }

  async everything(priority: CallPriority): Promise<ListedOrders> {
    const since = this.#since();
    const [working, recent, trades, positions, account] = await Promise.all([
      this.#query({ statuses: WORKING }, priority),
      this.#query({ createdAfter: since }, priority),
      this.#trades(since, priority),
      this.#positions(priority),
      this.#account(priority),
    ]);
    const isWhole = working !== null && recent !== null;
    const told = { orders: isWhole, trades, positions, account };
    const missing = Object.entries(told).filter(([, isTold]) => !isTold).map(([name]) => name);
    if (missing.length === 0) this.#hasBegun = true;
    return {
      missing: missing.join(", "),
      orders: isWhole ? new Set([...working, ...recent]) : null,
    };
  }

  /** Executions each time, with them by turns orders, positions and the account. */
  async part(turn: number): Promise<ListedOrders> {
    const nothing = { missing: "", orders: null };
    if (!await this.#trades(this.#since(), "poll")) return { missing: "trades", orders: null };
    switch (turn % 4) {
      case 0:
        return await this.#positions("poll") ? nothing : { missing: "positions", orders: null };
      case 2:
        return await this.#account("poll") ? nothing : { missing: "account", orders: null };
      default:
        return await this.#orders("poll");
    }
  }

  list(): Promise<ListedOrders> {
    return this.#orders("watch");
  }

  async orders(works: readonly VenueWork[]): Promise<ReadonlySet<number> | null> {
    const since = this.#sinceOf(works);
    const [seen, trades] = await Promise.all([
      works.length === 1
        ? this.#one(works[0]!.venueId!)
        : this.#query({ createdAfter: since }, "watch"),
      this.#trades(since, "watch"),
    ]);
    return trades ? seen : null;
  }

  async clientIds(works: readonly VenueWork[]): Promise<boolean> {
    return await this.#query({ createdAfter: this.#sinceOf(works) }, "watch") !== null;
  }

  async order(orderId: number): Promise<"told" | "missing" | "silent"> {
    const { accountId, books, client } = this.#options;
    const outcome = await client.order(accountId, orderId, WATCH);
    if (outcome.kind === "refused" && outcome.code === "missing") return "missing";
    if (outcome.kind !== "done") return "silent";
    return books.takeOrder(outcome.value) === orderId ? "told" : "silent";
  }

  async origin(orderId: number): Promise<boolean> {
    const said = await this.order(orderId);
    if (said === "missing") this.#options.books.disown(orderId);
    return said !== "silent";
  }

  /** What an execution cost came with it. */
  fee(): Promise<void> {
    return Promise.resolve();
  }

  async #one(orderId: number): Promise<ReadonlySet<number> | null> {
    const said = await this.order(orderId);
    if (said === "silent") return null;
    return new Set(said === "told" ? [orderId] : []);
  }

  /** Since when to ask where everything is asked for: all that may still be told lies behind it. */
  #since(): number {
    const { clock, orders } = this.#options;
    const open = [...orders.open()].flatMap(({ works }) => works);
    const earliest = clock.now() - (this.#hasBegun ? DAY_MS : WEEKEND_MS);
    return open.length === 0 ? earliest : Math.min(earliest, this.#sinceOf(open));
  }

  #sinceOf(works: readonly VenueWork[]): number {
    const first = Math.min(...works.map(({ sentAt }) => sentAt));
    // One that was kept before it was sent, and not after, has no time.
    return Math.max(first - MARGIN_MS, this.#options.clock.now() - WEEKEND_MS);
  }

  async #orders(priority: CallPriority): Promise<ListedOrders> {
    const working = await this.#query({ statuses: WORKING }, priority);
    const recent = working === null ? null : await this.#query(
      { createdAfter: this.#since() },
      priority,
    );
    return working === null || recent === null
      ? { missing: "orders", orders: null }
      : { missing: "", orders: new Set([...working, ...recent]) };
  }

  /** Orders that a filter lets through, page by page from the newest on; null when not told. */
  async #query(filter: OrderFilter, priority: CallPriority): Promise<ReadonlySet<number> | null> {
    const { accountId, client } = this.#options;
    if (!this.#hasQuery) return await this.#search(filter, priority);
    const seen = new Set<number>();
    let createdBefore: number | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const outcome = await client.queryOrders(
        accountId,
        { ...filter, ...(createdBefore === undefined ? {} : { createdBefore }) },
        { priority },
      );
      const isGone = outcome.kind === "refused" &&
        (outcome.code === "missing" || outcome.code === "failed");
      if (isGone) {
        this.#hasQuery = false;
        this.#options.onTrouble(
          `the gateway has no query of orders (${outcome.reason}); they are searched by time, which ` +
            "may leave some out",
        );
        return await this.#search(filter, priority);
      }
      if (outcome.kind !== "done") return null;
      const { orders, total } = outcome.value;
      const before = seen.size;
      for (const id of this.#take(orders)) seen.add(id);
      const oldest = Math.min(...orders.map((order) => readProjectXOrder(order)?.createdAt ?? NaN));
      if (page === 0 && (total === null || orders.length >= total)) return seen;
      if (orders.length === 0) return seen;
      if (seen.size === before || Number.isNaN(oldest)) {
        // More of one moment than a page holds: by time they are all shown.
        const others = await this.#search(filter, priority);
        return others === null ? null : new Set([...seen, ...others]);
      }
      // Several may have been made in that very moment.
      createdBefore = oldest + 1;
    }
    return seen;
  }

  async #search(
    { createdAfter, statuses }: OrderFilter,
    priority: CallPriority,
  ): Promise<ReadonlySet<number> | null> {
    const { accountId, client } = this.#options;
    const outcome = statuses === undefined
      ? await client.searchOrders(accountId, createdAfter!, { priority })
      : await client.openOrders(accountId, { priority });
    return outcome.kind === "done" ? new Set(this.#take(outcome.value)) : null;
  }

  async #trades(since: number, priority: CallPriority): Promise<boolean> {
    const { accountId, books, client } = this.#options;
    const outcome = await client.trades(accountId, since, { priority });
    return took(outcome, (trades) => trades.forEach((trade) => books.takeTrade(trade)));
  }

  async #positions(priority: CallPriority): Promise<boolean> {
    const { accountId, books, client } = this.#options;
    return took(
      await client.positions(accountId, { priority }),
      (positions) => books.takePositions(positions),
    );
  }

  async #account(priority: CallPriority): Promise<boolean> {
    const { books, client } = this.#options;
    return took(
      await client.accountEntities({ priority }),
      (accounts) => accounts.forEach((account) => books.takeAccount(account)),
    );
  }

  #take(orders: readonly JsonValue[]): readonly number[] {
    return orders.flatMap((order) => this.#options.books.takeOrder(order) ?? []);
  }
}

function took(
  outcome: CallOutcome<readonly JsonValue[]>,
  take: (items: readonly JsonValue[]) => void,
): boolean {
  if (outcome.kind === "done") take(outcome.value);
  return outcome.kind === "done";
}
