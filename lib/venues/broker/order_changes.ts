import type { BrokerContext } from "./broker_context.ts";
import type { OrderSender } from "./order_sender.ts";
import { termsOf } from "./order_terms.ts";
import type { OwnOrder, VenueWork } from "./own_orders.ts";
import { mayTrade } from "./protect_bracket.ts";
import type { VenueOrderState } from "./venue_books.ts";

/** A change that the books do not show by then has come to nothing. */
const CHANGE_MS = 2_000;

/** Takes orders back and changes them, until the venue's books show what is wanted. */
export class OrderChanges {
  readonly #context: BrokerContext;
  readonly #sender: OrderSender;

  /** Nothing is wanted yet. */
  constructor(context: BrokerContext, sender: OrderSender) {
    this.#context = context;
    this.#sender = sender;
  }

  /** Notes which changes the books show, and which have come to nothing. */
  match(order: OwnOrder): void {
    const { clock } = this.#context;
    const { instrument } = this.#context.markets.get(order.symbol)!;
    for (const work of order.works) {
      const state = this.#stateOf(work);
      if (state?.phase === "ended" && work.endedAt === null) work.endedAt = clock.now();
      if (work.change === null || state === null) continue;
      const { answeredAt, lots, terms } = work.change;
      const { version } = state;
      const isShown = version?.orderQty === lots &&
        JSON.stringify(termsOf(version, terms, instrument)) === JSON.stringify(terms);
      if (isShown) {
        [work.lots, work.terms, work.change, work.failedChanges] = [lots, terms, null, 0];
      } else if (answeredAt !== null && work.lookedAt - answeredAt >= CHANGE_MS) {
        // The venue was asked late enough, and shows it as it was.
        [work.change, work.failedChanges] = [null, work.failedChanges + 1];
      }
    }
  }

  /** Whoever sent it wants it back: every order at the venue is taken back that may still trade. */
  withdraw(order: OwnOrder): void {
    for (const work of order.works) {
      if (work.venueId !== null && !work.isCancelling && mayTrade(work, this.#stateOf(work))) {
        void this.#sender.cancel(work);
      }
    }
  }

  /** Other lots are wanted of an order than the venue works. */
  wantLots(order: OwnOrder): void {
    if (order.wanted === order.lots || order.entryId !== null || order.ended !== null) return;
    const [work] = order.works;
    if (work === undefined || work.venueId === null || work.change !== null) return;
    if (work.isCancelling || work.failedChanges > 1 || !mayTrade(work, this.#stateOf(work))) return;
    const lots = Math.max(Math.abs(order.wanted), this.#stateOf(work)!.filled);
    const known = this.#stateOf(work)?.version?.orderQty ?? work.lots;
    if (known !== lots) void this.#sender.change(order, work, lots, work.terms);
  }

  #stateOf({ venueId }: VenueWork): VenueOrderState | null {
    return venueId === null ? null : this.#context.books.stateOf(venueId);
  }
}
