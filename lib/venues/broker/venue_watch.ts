import { createCalendar } from "../../market/mod.ts";
import type { CallPriority } from "../call_budget.ts";
import type { BrokerContext } from "./broker_context.ts";
import type { OwnOrder, VenueWork } from "./own_orders.ts";
import type { VenueLots } from "./venue_lots.ts";
import type { SentWork } from "./venue_ports.ts";

/** More numbers in one question are answered with nothing. */
const MOST_IDS = 10;
/** So many orders are asked at once whose they are. */
const MOST_IDENTIFIED = 3;
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
  async look(works: readonly SentWork[]): Promise<boolean> {
    const { changed, clock, reader } = this.#context;
    const asked = works.filter(([, { venueId }]) => venueId !== null).slice(0, MOST_IDS);
    if (asked.length === 0) return true;
    const startedAt = clock.now();
    const seen = await reader.orders(
      asked.map(([, work]) => work),
      asked.some(([, { change }]) => change !== null),
    );
    for (const [order, work] of seen === null ? [] : asked) {
      work.lookedAt = startedAt;
      if (!seen!.has(work.venueId!)) await this.#missing(order, work);
    }
    changed();
    return seen !== null;
  }

  /** Looks for orders whose answer was lost, again and again until each is found or is not there. */
  async lookUp(): Promise<void> {
    if (this.#isLookingUp) return;
    this.#isLookingUp = true;
    const { clock } = this.#context;
    this.#lookUps = 0;
    while (this.#lost().length > 0) {
      const startedAt = clock.now();
      const isTold = await this.#context.reader.clientIds(this.#lost().map(([, work]) => work));
      if (isTold) await this.#legs();
      this.#context.changed();
      if (isTold) await this.#concludeAbsent(startedAt);
      const pauseMs = LOOK_UP_PAUSES_MS[this.#lookUps++] ?? LOOK_UP_PAUSES_MS.at(-1)!;
      if (this.#lost().length > 0) await new Promise<void>((go) => void clock.after(pauseMs, go));
    }
    this.#isLookingUp = false;
  }

  /** Asks for everything that the venue shows. @returns what could not be had; empty for nothing */
  async everything(priority: CallPriority): Promise<string> {
    const { missing, orders } = await this.#context.reader.everything(priority);
    if (orders !== null) await this.#compare(orders);
    this.#context.changed();
    return missing;
  }

  /** One look at what changed without a word, at a part by turns. @returns whether it was told */
  async poll(): Promise<boolean> {
    const { missing, orders } = await this.#context.reader.part(this.#polls++);
    if (orders !== null) await this.#compare(orders);
    this.#context.changed();
    return missing === "";
  }

  /** Asks whose an order is, of a few at a time: of all at once none is answered in full for long. */
  async identify(orderId: number): Promise<void> {
    if (this.#asked.has(orderId) || this.#identifying >= MOST_IDENTIFIED) return;
    this.#asked.add(orderId);
    this.#identifying++;
    const isTold = await this.#context.reader.origin(orderId);
    this.#identifying--;
    if (isTold) this.#identified.add(orderId);
    else this.#asked.delete(orderId);
    this.#context.changed();
  }

  readonly #identified = new Set<number>();
  #identifying = 0;

  /** Whether everything that can be asked about an order's origin was. */
  isIdentified(orderId: number): boolean {
    return this.#identified.has(orderId);
  }

  /** Asks for the fee of an execution. */
  async fee(fillId: number): Promise<void> {
    await this.#context.reader.fee(fillId);
    this.#context.changed();
  }

  #lost(): readonly SentWork[] {
    return [...this.#context.orders.open()].flatMap((order) =>
      order.works.filter(({ state }) => state === "unknown" || state === "sending")
        .map((work) => [order, work] as const)
    );
  }

  /** Exits that carry no number of ours are those of their entry. */
  async #legs(): Promise<void> {
    const { books, orders, reader } = this.#context;
    const lost = this.#lost().filter(([{ entryId }]) => entryId !== null);
    if (lost.length === 0) return;
    const entries = lost.map(([{ entryId }]) => orders.get(entryId!)?.works[0]?.venueId ?? null);
    if (entries.every((id) => id === null)) return;
    await reader.list();
    for (const [index, [order, work]] of lost.entries()) {
      if (work.venueId !== null || order.works[0] !== work || entries[index] === null) continue;
      const ids = [...books.orders.values()].filter(({ id, parentId }) =>
        parentId === entries[index] && orders.ofVenue(id) === undefined
      ).map(({ id }) => id);
      if (ids.length > 0 && ids.some((id) => books.stateOf(id).version === null)) {
        await reader.orders(ids.map((venueId) => ({ ...work, venueId })), true);
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

  #isAbsent([order, work]: SentWork, startedAt: number): boolean {
    if (!["sending", "unknown"].includes(work.state) || work.lostAt === null) return false;
    const entry = order.entryId === null
      ? undefined
      : this.#context.orders.get(order.entryId)?.works[0];
    const isFirst = order.works[0] === work;
    const isEntryGone = isFirst && (entry?.state === "absent" || entry?.state === "refused");
    const isEntryThere = isFirst && entry?.venueId != null &&
      this.#context.books.stateOf(entry.venueId).phase !== "none";
    const waitMs = isEntryGone ? 0 : isEntryThere ? EXIT_ABSENT_MS : ABSENT_MS;
    return startedAt >= work.lostAt + waitMs;
  }

  /** Whether the venue holds what executions have made. */
  #agrees({ contractId }: OwnOrder): boolean {
    const { books } = this.#context;
    return (books.positions.get(contractId) ?? 0) === this.#lots.of(contractId).lots;
  }

  /** Orders that should be in a list of all orders and are not. */
  async #compare(seen: ReadonlySet<number>): Promise<void> {
    const { books, clock, orders } = this.#context;
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
    const { books, clock, markets, onTrouble, reader } = this.#context;
    if (await reader.order(venueId!) !== "missing") return;
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
}
