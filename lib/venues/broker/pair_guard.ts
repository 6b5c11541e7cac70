import type { BrokerContext } from "./broker_context.ts";
import type { OrderSender } from "./order_sender.ts";
import { type OwnOrder, sideOf, type VenueWork } from "./own_orders.ts";
import { mayTrade, nextAttempt } from "./protect_bracket.ts";
import type { VenueWatch } from "./venue_watch.ts";

/** So long the venue has to take back what the other of a pair has made needless. */
const GRACE_MS = 600;
/** What two of a pair have traded too much is put back no sooner than this after the last time. */
const PAUSE_MS = 5_000;

/**
 * Keeps two orders that cancel one another from trading more than one of them: the venue sees to that
 * itself, late at times or not at all.
 */
export class PairGuard {
  readonly #context: BrokerContext;
  readonly #sender: OrderSender;
  readonly #watch: VenueWatch;
  /** When an order of a pair was first seen to have traded so much, by number of the order. */
  readonly #seen = new Map<number, { readonly lots: number; readonly at: number }>();
  #putBackAt = -Infinity;
  #isPuttingBack = false;

  /** Guards nothing yet. */
  constructor(context: BrokerContext, sender: OrderSender, watch: VenueWatch) {
    this.#context = context;
    this.#sender = sender;
    this.#watch = watch;
  }

  /** Does what pairs need now. @returns whether one is not as it should be yet */
  guard(open: readonly OwnOrder[]): boolean {
    let isBusy = false;
    for (const order of open) {
      const other = otherOf(order, open);
      if (other === null) continue;
      if (this.#mustComeBack(order, other)) {
        void this.#sender.place(order, order.terms, Math.abs(order.wanted));
        isBusy = true;
      }
      const traded = this.#traded(order);
      if (traded === 0) continue;
      const { clock } = this.#context;
      const seen = this.#seen.get(order.id);
      if (seen?.lots !== traded) this.#seen.set(order.id, { lots: traded, at: clock.now() });
      const since = this.#seen.get(order.id)!.at;
      const left = Math.max(0, wantedOf(order, other) - traded);
      const tooMuch = traded + this.#traded(other) - wantedOf(order, other);
      if (tooMuch > 0) {
        // Each of the two would do it: the later one is put back.
        if (order.id > other.id) this.#putBack(order, tooMuch);
        isBusy = true;
      } else if (this.#cut(other, left, clock.now() - since >= GRACE_MS)) isBusy = true;
    }
    return isBusy;
  }

  /** Whether the other of its pair has traded, so that the venue may have made it smaller. */
  isReduced(order: OwnOrder, open: readonly OwnOrder[]): boolean {
    const other = otherOf(order, open);
    return other !== null && this.#traded(other) > 0;
  }

  /** Whether another order may take the place of one that the venue took back with the other. */
  mayComeBack(order: OwnOrder, open: readonly OwnOrder[]): boolean {
    const other = otherOf(order, open);
    return other !== null && this.#isWantedAlone(order, other);
  }

  /** Whether nothing will come of the other of its pair either. */
  isOver(order: OwnOrder, open: readonly OwnOrder[]): boolean {
    const other = otherOf(order, open);
    return other === null ||
      (other.ended !== null && other.works.every((work) => !mayTrade(work, this.#stateOf(work))));
  }

  /** Forgets an order that is over. */
  forget(order: OwnOrder): void {
    this.#seen.delete(order.id);
  }

  /** Whoever sent a pair wants one of the two back, and nothing of it has traded. */
  #isWantedAlone(order: OwnOrder, other: OwnOrder): boolean {
    const [work, ...further] = order.works;
    return other.isWithdrawn && !order.isWithdrawn && order.ended === null &&
      further.length === 0 && work !== undefined && work.venueId !== null &&
      this.#traded(order) + this.#traded(other) === 0;
  }

  /** The venue has taken both back, though only one of them was to be. */
  #mustComeBack(order: OwnOrder, other: OwnOrder): boolean {
    return this.#isWantedAlone(order, other) &&
      this.#stateOf(order.works[0]!)?.end === "canceled" &&
      other.works.every((work) => !mayTrade(work, this.#stateOf(work)));
  }

  /** No more lots are left of an order than these. @returns whether there are, for now */
  #cut(order: OwnOrder, left: number, mayAct: boolean): boolean {
    let isBusy = false;
    for (const work of order.works) {
      if (work.venueId === null || work.side !== sideOf(order)) continue;
      const state = this.#context.books.stateOf(work.venueId);
      if (!mayTrade(work, state)) continue;
      const open = (state.version?.orderQty ?? work.lots) - state.filled;
      if (open <= left) continue;
      isBusy = true;
      if (!mayAct) continue;
      if (left === 0 || work.failedChanges > 1) void this.#sender.cancel(work);
      else void this.#sender.change(order, work, state.filled + left, work.terms);
    }
    return isBusy;
  }

  #putBack(order: OwnOrder, lots: number): void {
    const { clock } = this.#context;
    if (this.#isPuttingBack || clock.now() - this.#putBackAt < PAUSE_MS) return;
    // What is on its way already may be just that.
    const isUnderWay = order.works.some((work) =>
      work.side !== sideOf(order) && mayTrade(work, this.#stateOf(work))
    );
    if (isUnderWay || clock.now() < nextAttempt(order, (work) => this.#stateOf(work))) return;
    this.#isPuttingBack = true;
    this.#putBackAt = clock.now();
    void this.#putBackNow(order, lots).finally(() => this.#isPuttingBack = false);
  }

  async #putBackNow(order: OwnOrder, lots: number): Promise<void> {
    const { onTrouble, orders } = this.#context;
    // An execution that was taken back may not have been heard of.
    if (await this.#watch.everything("exit") !== "") return;
    const other = otherOf(order, [...orders.all()]);
    if (other === null) return;
    if (this.#traded(order) + this.#traded(other) - wantedOf(order, other) !== lots) return;
    onTrouble(
      `orders ${other.id} and ${order.id}, which cancel one another, have both traded: ${lots} lots ` +
        "are put back",
    );
    await this.#sender.placeBack(order, -sideOf(order) * lots);
  }

  /** Lots of an order that stand, without a sign. */
  #traded(order: OwnOrder): number {
    const lots = order.works.reduce(
      (sum, work) => sum + work.side * (this.#stateOf(work)?.filled ?? 0),
      0,
    );
    return Math.max(0, sideOf(order) * lots);
  }

  #stateOf({ venueId }: VenueWork) {
    return venueId === null ? null : this.#context.books.stateOf(venueId);
  }
}

/** The other of two that cancel one another; null for an order alone. */
function otherOf({ group, id }: OwnOrder, all: readonly OwnOrder[]): OwnOrder | null {
  if (group === undefined) return null;
  return all.find((other) => other.group === group && other.id !== id) ?? null;
}

function wantedOf(order: OwnOrder, other: OwnOrder): number {
  return Math.max(Math.abs(order.wanted), Math.abs(other.wanted));
}
