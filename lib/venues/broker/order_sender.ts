import type { OrderTerms } from "../../trading/mod.ts";
import type { CallOptions, CallPriority } from "../call_budget.ts";
import type { BrokerContext } from "./broker_context.ts";
import type { CallOutcome } from "../call_outcome.ts";
import { type OwnOrder, sideOf, type VenueWork } from "./own_orders.ts";
import type { VenueLots } from "./venue_lots.ts";
import type { PlacedIds, SentWork } from "./venue_ports.ts";

/** What is asked again is asked after so long, a few times; then later each time. */
const CANCEL_AGAIN_MS = 2_000, PENDING_AGAIN_MS = 500, SOON = 4, LONGEST_PAUSE_MS = 60_000;

/**
 * Hands orders over, each once, and notes what the venue has said to that. What nobody knows stays
 * unknown here; finding out is somebody else's.
 */
export class OrderSender {
  readonly #context: BrokerContext;
  readonly #lots: VenueLots;
  /** Milliseconds after which an entry that still waits for its turn is not sent any more. */
  readonly #staleMs: number;

  /** Sends nothing yet. */
  constructor(context: BrokerContext, lots: VenueLots, staleMs: number) {
    this.#context = context;
    this.#lots = lots;
    this.#staleMs = staleMs;
  }

  /** Sends an order, with its exits in the same call. */
  async submit(order: OwnOrder, priority: CallPriority): Promise<void> {
    const { calls, clock, orders } = this.#context;
    const now = clock.now(), lots = Math.abs(order.lots);
    const work = orders.work(order, order.terms, lots, now);
    const exits = order.exits.map((exit) => orders.work(exit, exit.terms, lots, now));
    const options = this.#options([order], priority, now);
    const sent = order.exits.map((exit, index) => [exit, exits[index]!] as const);
    const outcome = order.roll === "close"
      ? await this.#close([order, work], options)
      : await calls.place([order, work], sent, options);
    this.#note(outcome, [[order, work], ...sent]);
  }

  /** Sends two orders that cancel one another in one call. */
  async submitPair(first: OwnOrder, second: OwnOrder, priority: CallPriority): Promise<void> {
    const { calls, clock, orders } = this.#context;
    const now = clock.now();
    const [one, other] = [first, second].map((order): SentWork => [
      order,
      orders.work(order, order.terms, Math.abs(order.lots), now),
    ]) as [SentWork, SentWork];
    const options = this.#options([first, second], priority, now);
    this.#note(await calls.placePair!(one, other, options), [one, other]);
  }

  /** An entry that waits for its turn for too long, or that nobody wants any more, does not go. */
  #options(all: readonly OwnOrder[], priority: CallPriority, now: number): CallOptions {
    const { clock } = this.#context;
    return {
      priority,
      ...(priority === "exit" ? {} : { patienceMs: this.#staleMs }),
      isWanted: () =>
        all.every(({ isWithdrawn }) => !isWithdrawn) &&
        (priority === "exit" || clock.now() - now <= this.#staleMs),
    };
  }

  /** Sends one more order for an order of ours, of so many lots. */
  async place(order: OwnOrder, terms: OrderTerms, lots: number): Promise<void> {
    const { calls, clock, orders } = this.#context;
    const work = orders.repeat(order, { side: sideOf(order), lots, terms }, clock.now());
    const outcome = await calls.place([order, work], [], { priority: "exit" });
    this.#note(outcome, [[order, work]]);
  }

  /** Sends the opposite of what an order has done too much, signed lots. */
  async placeBack(order: OwnOrder, lots: number): Promise<void> {
    const { clock, orders } = this.#context;
    const back = {
      side: sideOf({ lots }),
      lots: Math.abs(lots),
      terms: { kind: "market" },
    } as const;
    const work = orders.repeat(order, back, clock.now());
    const outcome = await this.#close([order, work], { priority: "exit" });
    this.#note(outcome, [[order, work]]);
  }

  /** Asks for an order at the venue to be taken back; may be asked again. */
  async cancel(work: VenueWork): Promise<void> {
    const { calls, changed } = this.#context;
    if (work.isCancelling || work.venueId === null) return;
    work.isCancelling = true;
    work.cancels++;
    this.#askAgain(work, await calls.cancel(work, { priority: "exit" }));
    changed();
  }

  /** Asks for other lots in all or other terms. */
  async change(
    order: OwnOrder,
    work: VenueWork,
    lots: number,
    terms: OrderTerms,
  ): Promise<void> {
    const { calls, changed, clock } = this.#context;
    if (work.isCancelling || work.change !== null || work.venueId === null) return;
    work.change = { lots, terms, at: clock.now(), answeredAt: null };
    const outcome = await calls.modify([order, work], lots, terms, { priority: "exit" });
    if (outcome.kind === "refused" || outcome.kind === "not-sent") {
      work.change = null;
      if (!calls.isPending(outcome)) work.failedChanges++;
      work.lookAt = clock.now();
    } else if (work.change !== null) work.change = { ...work.change, answeredAt: clock.now() };
    changed();
  }

  /** What may close a whole position is not asked for where some of it is somebody else's. */
  #close(sent: SentWork, options: CallOptions): Promise<CallOutcome<PlacedIds>> {
    const { calls } = this.#context;
    const [{ contractId }] = sent, { lots, ours } = this.#lots.of(contractId);
    const closed = lots === ours ? calls.close?.(sent, options) : undefined;
    return closed ?? calls.place(sent, [], options);
  }

  #askAgain(work: VenueWork, outcome: CallOutcome<unknown>): void {
    const { calls, changed, clock } = this.#context;
    const firstMs = calls.isPending(outcome) ? PENDING_AGAIN_MS : CANCEL_AGAIN_MS;
    const pauseMs = Math.min(firstMs * 2 ** Math.max(0, work.cancels - SOON), LONGEST_PAUSE_MS);
    // Whatever was said, only the order itself tells whether it is gone.
    if (outcome.kind !== "done") work.lookAt = clock.now();
    clock.after(pauseMs, () => {
      work.isCancelling = false;
      changed();
    });
  }

  /** Notes what became of an order and of its exits, which came with it. */
  #note(
    outcome: CallOutcome<PlacedIds>,
    all: readonly SentWork[],
  ): void {
    const { changed, clock, orders } = this.#context;
    const now = clock.now();
    for (const [index, [order, work]] of all.entries()) {
      // Events may have told already that it is there.
      if (work.state === "placed") continue;
      if (outcome.kind === "done") {
        const { orderId, others } = outcome.value;
        const venueId = index === 0 ? orderId : others[index - 1];
        if (venueId != null) orders.placed(order, work, venueId);
        // It is there with its entry, under a number that is looked for.
        else [work.lostAt, work.reason] = [now, "the venue gave it no number"];
      } else if (outcome.kind === "unknown" || isUnclear(outcome)) {
        [work.state, work.lostAt, work.reason] = ["unknown", now, outcome.reason];
      } else {
        const reason = outcome.kind === "not-sent" ? `not sent: ${outcome.reason}` : outcome.reason;
        [work.state, work.reason] = ["refused", reason];
      }
    }
    changed();
  }
}

function isUnclear(outcome: CallOutcome<unknown>): boolean {
  return outcome.kind === "refused" && outcome.code === "unclear";
}
