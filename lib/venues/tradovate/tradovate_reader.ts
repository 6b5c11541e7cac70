import type { JsonValue } from "../../core/mod.ts";
import type { VenueWork } from "../broker/own_orders.ts";
import type { ListedOrders, VenueReader } from "../broker/venue_ports.ts";
import type { CallPriority } from "../call_budget.ts";
import type { CallOutcome } from "../call_outcome.ts";
import { fieldsOf, itemsOf, numberIn } from "../json_fields.ts";
import type { TradovateBooks } from "./tradovate_books.ts";
import type { TradovateClient } from "./tradovate_client.ts";

const WATCH = { priority: "watch" } as const;

/** Asks Tradovate how things stand; what it says goes into the books. */
export class TradovateReader implements VenueReader {
  readonly #client: TradovateClient;
  readonly #books: TradovateBooks;

  /** Asks for nothing yet. */
  constructor(client: TradovateClient, books: TradovateBooks) {
    this.#client = client;
    this.#books = books;
  }

  async everything(priority: CallPriority): Promise<ListedOrders> {
    const types = ["order", "fill", "position", "cashBalance"] as const;
    const told = await Promise.all(types.map((type) => this.#list(type, priority)));
    return {
      missing: types.filter((_, index) => told[index] === null).join(", "),
      orders: numbersOf(told[0]!),
    };
  }

  /** Executions each time, with them by turns orders or positions. */
  async part(turn: number): Promise<ListedOrders> {
    if (await this.#list("fill", "poll") === null) return { missing: "fill", orders: null };
    if (turn % 8 === 7) {
      const told = await this.#list("position", "poll");
      return { missing: told === null ? "position" : "", orders: null };
    }
    return turn % 2 === 1 ? await this.#orders("poll") : { missing: "", orders: null };
  }

  list(): Promise<ListedOrders> {
    return this.#orders("watch");
  }

  async orders(
    works: readonly VenueWork[],
    withVersions: boolean,
  ): Promise<ReadonlySet<number> | null> {
    const ids = works.map(({ venueId }) => venueId!);
    const [orders, fills, versions] = await Promise.all([
      this.#take("order", this.#client.items("order", ids, WATCH)),
      this.#take("fill", this.#client.dependentsOfAll("fill", ids, WATCH)),
      withVersions
        ? this.#take("orderVersion", this.#client.dependentsOfAll("orderVersion", ids, WATCH))
        : [],
    ]);
    return fills === null || versions === null ? null : numbersOf(orders);
  }

  async clientIds(): Promise<boolean> {
    return await this.#list("command", "watch") !== null;
  }

  async order(orderId: number): Promise<"told" | "missing" | "silent"> {
    const outcome = await this.#client.item("order", orderId, WATCH);
    if (outcome.kind === "done") {
      this.#books.take("order", outcome.value);
      return "told";
    }
    return outcome.kind === "refused" && outcome.code === "missing" ? "missing" : "silent";
  }

  async origin(orderId: number): Promise<boolean> {
    const books = this.#books;
    const said = await this.order(orderId);
    if (said === "missing") books.disown(orderId);
    const isThere = books.orders.has(orderId) && !books.isForeign(orderId);
    if (isThere && books.clientIdOf(orderId) === null) {
      const commands = this.#client.dependents("command", orderId, WATCH);
      if (await this.#take("command", commands) === null) return false;
    }
    return said !== "silent";
  }

  async fee(fillId: number): Promise<void> {
    const outcome = await this.#client.item("fillFee", fillId, WATCH);
    if (outcome.kind === "done") this.#books.take("fillFee", outcome.value);
  }

  async #orders(priority: CallPriority): Promise<ListedOrders> {
    const told = await this.#list("order", priority);
    return { missing: told === null ? "order" : "", orders: numbersOf(told) };
  }

  #list(type: string, priority: CallPriority): Promise<readonly JsonValue[] | null> {
    return this.#take(type, this.#client.list(type, { priority }));
  }

  /** Takes an answer into the books; null where there was none. */
  async #take(
    type: string,
    asked: Promise<CallOutcome<readonly JsonValue[]>>,
  ): Promise<readonly JsonValue[] | null> {
    const outcome = await asked;
    if (outcome.kind === "refused" && outcome.code === "missing") return [];
    if (outcome.kind !== "done") return null;
    const items = itemsOf(outcome.value);
    for (const item of items) this.#books.take(type, item);
    return items;
  }
}

function numbersOf(items: readonly JsonValue[] | null): ReadonlySet<number> | null {
  if (items === null) return null;
  return new Set(items.flatMap((item) => numberIn(fieldsOf(item) ?? {}, "id") ?? []));
}
