import type { BrokerContext } from "./broker_context.ts";
import type { OrderReporter } from "./order_reporter.ts";
import type { OwnOrder, VenueWork } from "./own_orders.ts";
import type { VenueOrderState } from "./venue_books.ts";
import type { SentWork } from "./venue_ports.ts";
import type { VenueWatch } from "./venue_watch.ts";
import { hasEnded, isAllKnown } from "./work_end.ts";

/** An order that is not heard of by then is asked for, then again after each of these. */
const FIRST_LOOK_MS = 500;
const LOOK_PAUSES_MS = [800, 1_000, 1_500, 4_000, 8_000, 15_000, 60_000];
/** So many questions about an order are open at once: where a venue is slow they do not queue up. */
const MOST_AWAITED = 3;
/** An answer that takes longer is looked for in another way. */
const SLOW_MS = 800;
/** When the fee of an execution is asked for, and again after. */
const FEE_MS = 500, FEE_AGAIN_MS = 1_200;

/** Knows which orders should say more than they have said, and asks for those. */
export class OrderQuestions {
  readonly #context: BrokerContext;
  readonly #watch: VenueWatch;
  readonly #reporter: OrderReporter;
  readonly #fees = new Map<number, number>();
  /** How many answers about an order are waited for. */
  readonly #awaited = new Map<VenueWork, number>();

  /** Asks for nothing yet. */
  constructor(context: BrokerContext, watch: VenueWatch, reporter: OrderReporter) {
    this.#context = context;
    this.#watch = watch;
    this.#reporter = reporter;
  }

  /** Asks for what is due. @returns whether something is waited for */
  ask(open: readonly OwnOrder[]): boolean {
    const now = this.#context.clock.now();
    let isBusy = this.#reporter.waitingForFee.size > 0, isLost = false;
    const due: SentWork[] = [];
    for (const order of open) {
      for (const work of order.works) {
        if (work.state === "sending" || work.state === "unknown") {
          isBusy = true;
          isLost ||= work.state === "unknown" || now - work.sentAt >= SLOW_MS;
          continue;
        }
        if (!this.#isUnsettled(order, work)) {
          [work.lookAt, work.looks] = [null, 0];
          continue;
        }
        isBusy = true;
        work.lookAt ??= now + FIRST_LOOK_MS;
        if (now < work.lookAt || (this.#awaited.get(work) ?? 0) >= MOST_AWAITED) continue;
        due.push([order, work]);
        work.lookAt = now + (LOOK_PAUSES_MS[work.looks++] ?? LOOK_PAUSES_MS.at(-1)!);
      }
    }
    if (due.length > 0) void this.#look(due);
    if (isLost) void this.#watch.lookUp();
    for (const fillId of this.#reporter.waitingForFee) this.#askFee(fillId, now);
    return isBusy;
  }

  async #look(due: readonly SentWork[]): Promise<void> {
    const wait = (more: number): void => {
      for (const [, work] of due) this.#awaited.set(work, (this.#awaited.get(work) ?? 0) + more);
    };
    wait(1);
    await this.#watch.look(withExits(due));
    wait(-1);
    for (const [, work] of due) if (this.#awaited.get(work) === 0) this.#awaited.delete(work);
  }

  /** Whether nobody can say yet what became of an order. */
  isUncertain(order: OwnOrder): boolean {
    return order.works.some((work) => {
      if (work.state === "sending" || work.state === "unknown") return true;
      if (work.venueId === null) return false;
      if (this.#reporter.hasUntold(work.venueId)) return true;
      // One for the market that works is no doubt, only slow.
      const { heardFilled, phase, saidFilled } = this.#stateOf(work)!;
      const works = phase === "working" && !work.isCancelling && work.change === null &&
        heardFilled >= saidFilled;
      return order.ended === null && !works && this.#isUnsettled(order, work);
    });
  }

  /** Whether an order at the venue should say more than it has said. */
  #isUnsettled(order: OwnOrder, work: VenueWork): boolean {
    const state = this.#stateOf(work);
    if (state === null) return false;
    if (work.isCancelling || work.change !== null) return state.phase !== "ended";
    if (state.phase === "ended" && !hasEnded(order)) return !isAllKnown(work, state);
    if (state.heardFilled < state.saidFilled) return true;
    if (state.phase === "ended") return false;
    if (state.phase === "none" || state.phase === "pending") return order.ended === null;
    return state.phase === "working" && work.terms.kind === "market";
  }

  /** Twice, while the fill waits. */
  #askFee(fillId: number, now: number): void {
    const at = this.#fees.get(fillId);
    if (at === undefined) return void this.#fees.set(fillId, now + FEE_MS);
    if (now < at) return;
    this.#fees.set(fillId, now + FEE_AGAIN_MS);
    void this.#watch.fee(fillId);
  }

  #stateOf({ venueId }: VenueWork): VenueOrderState | null {
    return venueId === null ? null : this.#context.books.stateOf(venueId);
  }
}

/** An entry is asked for together with its exits. */
function withExits(due: readonly SentWork[]): readonly SentWork[] {
  const all = due.flatMap(([order, work]) => [
    [order, work] as const,
    ...order.exits.flatMap((exit) => exit.works.map((each) => [exit, each] as const)),
  ]);
  return all.filter(([, work], index) => all.findIndex(([, other]) => other === work) === index);
}
