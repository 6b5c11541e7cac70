import type { JsonValue } from "../../core/mod.ts";
import { createCalendar } from "../../market/mod.ts";
import type { CallPriority } from "../call_budget.ts";
import { fieldsOf, itemsOf, numberIn } from "../json_fields.ts";
import type { BrokerContext } from "./broker_context.ts";
import type { CallOutcome } from "../call_outcome.ts";
import type { OwnOrder, VenueWork } from "./own_orders.ts";
import type { VenueLots } from "./venue_lots.ts";

/** More numbers in one question are answered with nothing. */
const MOST_IDS = 10;
/** An order whose answer was lost and that no list shows so long afterwards is not there. */
const ABSENT_MS = 20_000;
/** An exit came with its entry: once that is there, it is there too or never will be. */
const EXIT_ABSENT_MS = 500;
const LOOK_UP_PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * Asks the venue how things stand: one order, those without an answer, everything. What it says goes
 * into the books.
 */
export class VenueWatch {
  readonly #context: BrokerContext;
  readonly #lots: VenueLots;
  #lookUps = 0;
  #isLookingUp = false;
  #polls = 0;
  readonly #asked = new Set<number>();

  /** Asks for nothing yet. */
  constructor(context: BrokerContext, lots: VenueLots) {
    this.#context = context;
    this.#lots = lots;
  }

  /** Asks how orders stand, with their executions and versions. @returns whether it was told */
  async look(works: readonly (readonly [OwnOrder, VenueWork])[]): Promise<boolean> {
    const { clock } = this.#context;
    const asked = works.filter(([, { venueId }]) => venueId !== null).slice(0, MOST_IDS);
    if (asked.length === 0) return true;
    const startedAt = clock.now();
    const ids = asked.map(([, { venueId }]) => venueId!);
    const needsVersions = asked.some(([, { change }]) => change !== null);
    const [orders, fills, versions] = await Promise.all([
      this.#take("order", this.#items("order", ids)),
      this.#take("fill", this.#leaves("fill", ids)),
      needsVersions ? this.#take("orderVersion", this.#leaves("orderVersion", ids)) : [],
    ]);
    const isTold = orders !== null && fills !== null && versions !== null;
    if (isTold) {
      for (const [, work] of asked) work.lookedAt = startedAt;
      const seen = new Set(orders.map(idOf));
      for (const [order, work] of asked) {
        if (!seen.has(work.venueId)) await this.#missing(order, work);
      }
    }
    this.#context.changed();
    return isTold;
  }

  /** Looks for orders whose answer was lost, again and again until each is found or is not there. */
  async lookUp(): Promise<void> {
    if (this.#isLookingUp) return;
    this.#isLookingUp = true;
    const { clock } = this.#context;
    this.#lookUps = 0;
    while (this.#lost().length > 0) {
      const startedAt = clock.now();
      const told = await this.#take("command", this.#list("command", "watch"));
      if (told !== null) await this.#legs();
      this.#context.changed();
      if (told !== null) await this.#concludeAbsent(startedAt);
      const pauseMs = LOOK_UP_PAUSES_MS[this.#lookUps++] ?? LOOK_UP_PAUSES_MS.at(-1)!;
      if (this.#lost().length > 0) await new Promise<void>((go) => void clock.after(pauseMs, go));
    }
    this.#isLookingUp = false;
  }

  /** Asks for everything that the venue shows. @returns what could not be had; empty for nothing */
  async everything(priority: CallPriority): Promise<string> {
    const types = ["order", "fill", "position", "cashBalance"] as const;
    const told = await Promise.all(
      types.map((type) => this.#take(type, this.#list(type, priority))),
    );
    const [orders] = told;
    if (orders !== null) await this.#compare(orders!);
    this.#context.changed();
    return types.filter((_, index) => told[index] === null).join(", ");
  }

  /**
   * One look at what changed without a word: by turns executions, orders, positions.
   *
   * @returns whether it was told
   */
  async poll(): Promise<boolean> {
    const turn = this.#polls++;
    const fills = await this.#take("fill", this.#list("fill", "poll"));
    let isTold = fills !== null;
    if (isTold && turn % 8 === 7) {
      isTold = await this.#take("position", this.#list("position", "poll")) !== null;
    } else if (isTold && turn % 2 === 1) {
      const orders = await this.#take("order", this.#list("order", "poll"));
      if (orders !== null) await this.#compare(orders);
      isTold = orders !== null;
    }
    this.#context.changed();
    return isTold;
  }

  /** Asks whose an order is. @returns whether that is known from now on */
  async identify(orderId: number): Promise<void> {
    if (this.#asked.has(orderId)) return;
    this.#asked.add(orderId);
    const { books, client } = this.#context;
    const outcome = await client.item("order", orderId, { priority: "watch" });
    if (outcome.kind === "done") books.take("order", outcome.value);
    else if (outcome.kind === "refused" && outcome.code === "missing") books.disown(orderId);
    else this.#asked.delete(orderId);
    const isThere = books.orders.has(orderId) && !books.isForeign(orderId);
    if (isThere && books.firstCommand(orderId) === null) {
      const commands = client.dependents("command", orderId, { priority: "watch" });
      if (await this.#take("command", commands) === null) this.#asked.delete(orderId);
    }
    if (this.#asked.has(orderId)) this.#identified.add(orderId);
    this.#context.changed();
  }

  readonly #identified = new Set<number>();

  /** Whether everything that can be asked about an order's origin was. */
  isIdentified(orderId: number): boolean {
    return this.#identified.has(orderId);
  }

  /** Asks for the fee of an execution. */
  async fee(fillId: number): Promise<void> {
    const { books, changed, client } = this.#context;
    const outcome = await client.item("fillFee", fillId, { priority: "watch" });
    if (outcome.kind === "done") books.take("fillFee", outcome.value);
    changed();
  }

  #lost(): readonly (readonly [OwnOrder, VenueWork])[] {
    return [...this.#context.orders.open()].flatMap((order) =>
      order.works.filter(({ state }) => state === "unknown" || state === "sending")
        .map((work) => [order, work] as const)
    );
  }

  /** Exits that carry no number of ours are those of their entry. */
  async #legs(): Promise<void> {
    const { books, orders } = this.#context;
    const lost = this.#lost().filter(([{ entryId }]) => entryId !== null);
    if (lost.length === 0) return;
    const entries = lost.map(([{ entryId }]) => orders.get(entryId!)?.works[0]?.venueId ?? null);
    if (entries.every((id) => id === null)) return;
    await this.#take("order", this.#list("order", "watch"));
    for (const [index, [order, work]] of lost.entries()) {
      if (work.venueId !== null || order.works[0] !== work || entries[index] === null) continue;
      const siblings = [...books.orders.values()].filter(({ id, parentId }) =>
        parentId === entries[index] && orders.ofVenue(id) === undefined
      );
      const ids = siblings.map(({ id }) => id);
      if (ids.length > 0 && ids.some((id) => books.stateOf(id).version === null)) {
        await this.#take("orderVersion", this.#leaves("orderVersion", ids));
      }
      const type = work.terms.kind === "limit" ? "Limit" : "Stop";
      const leg = ids.find((id) => books.stateOf(id).version?.orderType === type);
      if (leg !== undefined) orders.placed(order, work, leg);
    }
  }

  /** What a list that was asked for late enough does not show is not there. */
  async #concludeAbsent(startedAt: number): Promise<void> {
    const { changed, onTrouble } = this.#context;
    if (!this.#lost().some((each) => this.#isAbsent(each, startedAt))) return;
    // Lists begin anew with a session: what is held must agree as well.
    if (await this.everything("watch") !== "") return;
    for (const [order, work] of this.#lost()) {
      if (!this.#isAbsent([order, work], startedAt) || !this.#agrees(order)) continue;
      work.state = "absent";
      const at = new Date(startedAt).toISOString();
      work.reason = `${work.reason}; no command of ${work.clOrdId} at ${at}`;
      onTrouble(`order ${order.id} never reached the venue: ${work.reason}`);
    }
    changed();
  }

  #isAbsent([order, work]: readonly [OwnOrder, VenueWork], startedAt: number): boolean {
    if (work.state !== "unknown" || work.lostAt === null) return false;
    const entry = order.entryId === null
      ? undefined
      : this.#context.orders.get(order.entryId)?.works[0];
    const isFirst = order.works[0] === work;
    const isEntryGone = isFirst && (entry?.state === "absent" || entry?.state === "refused");
    const isEntryThere = isFirst && entry?.state === "placed";
    const waitMs = isEntryGone ? 0 : isEntryThere ? EXIT_ABSENT_MS : ABSENT_MS;
    return startedAt >= work.lostAt + waitMs;
  }

  /** Whether the venue holds what executions have made. */
  #agrees(order: OwnOrder): boolean {
    const { books, markets } = this.#context;
    const { contractId } = markets.get(order.symbol)!;
    return (books.positions.get(contractId) ?? 0) === this.#lots.of(contractId).lots;
  }

  /** Orders that should be in a list of all orders and are not. */
  async #compare(listed: readonly JsonValue[]): Promise<void> {
    const { books, clock, orders } = this.#context;
    const seen = new Set(listed.map(idOf));
    for (const order of [...orders.open()]) {
      for (const work of order.works) {
        const { sentAt, venueId } = work;
        if (venueId === null || seen.has(venueId) || clock.now() - sentAt < ABSENT_MS) continue;
        if (order.ended === null && books.stateOf(venueId).phase !== "ended") {
          await this.#missing(order, work);
        }
      }
    }
  }

  /**
   * An order that is in no list any more, and that the venue does not know by its number. With the
   * end of its session that is its end; else once it was so twice while what is held agrees.
   */
  async #missing(order: OwnOrder, { sentAt, terms, venueId }: VenueWork): Promise<void> {
    const { books, client, clock, markets, onTrouble } = this.#context;
    const outcome = await client.item("order", venueId!, { priority: "watch" });
    if (outcome.kind === "done") return books.take("order", outcome.value);
    if (outcome.kind !== "refused" || outcome.code !== "missing") return;
    const { instrument } = markets.get(order.symbol)!;
    const close = createCalendar(instrument).sessionAt(sentAt)?.close ?? Infinity;
    const isOfDay = order.timeInForce !== "gtc" || terms.kind === "market";
    const now = clock.now(), said = new Date(now).toISOString();
    if (isOfDay && close <= now) {
      const end = new Date(close).toISOString();
      return books.endWithSession(venueId!, `its session ended at ${end}, unknown at ${said}`);
    }
    const since = this.#vanished.get(venueId!);
    if (since === undefined) {
      this.#vanished.set(venueId!, now);
      onTrouble(`the venue does not show order ${order.id} any more (its number is ${venueId})`);
    } else if (now - since >= ABSENT_MS) {
      if (this.#agrees(order)) books.endWithSession(venueId!, `in no list and unknown at ${said}`);
    }
  }

  readonly #vanished = new Map<number, number>();

  #list(type: string, priority: CallPriority): Promise<CallOutcome<readonly JsonValue[]>> {
    return this.#context.client.list(type, { priority });
  }

  #items(type: string, ids: readonly number[]): Promise<CallOutcome<readonly JsonValue[]>> {
    return this.#context.client.items(type, ids, { priority: "watch" });
  }

  #leaves(type: string, ids: readonly number[]): Promise<CallOutcome<readonly JsonValue[]>> {
    return this.#context.client.dependentsOfAll(type, ids, { priority: "watch" });
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
    for (const item of items) this.#context.books.take(type, item);
    return items;
  }
}

function idOf(value: JsonValue): number | null {
  const fields = fieldsOf(value);
  return fields === null ? null : numberIn(fields, "id");
}
