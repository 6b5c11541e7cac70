import { toTicks } from "../../trading/mod.ts";
import type { BrokerContext } from "./broker_context.ts";
import { contractsOf } from "./market_contracts.ts";
import type { OrderSender } from "./order_sender.ts";
import { termsOf } from "./order_terms.ts";
import { type OwnOrder, sideOf, type VenueWork } from "./own_orders.ts";
import {
  type GuardAction,
  isProtected,
  mayTrade,
  nextAttempt,
  protectBracket,
} from "./protect_bracket.ts";
import { tradedLots } from "./traded_lots.ts";
import type { ContractKey, VenueOrderState } from "./venue_books.ts";
import type { VenueLots } from "./venue_lots.ts";
import type { VenueWatch } from "./venue_watch.ts";
import { unheardLots } from "./work_end.ts";

/** What a bracket looked like last, and since when. */
interface Seen {
  print: string;
  since: number;
  lookedAt: number;
  isLooking: boolean;
}

/** A position on the wrong side is closed again no sooner, and looked at: calls are few. */
const OVERRUN_PAUSE_MS = 5_000, OVERRUN_LOOK_MS = 1_000;

/** Keeps the exits of all brackets in line with what is held. */
export class BracketGuard {
  readonly #context: BrokerContext;
  readonly #sender: OrderSender;
  readonly #watch: VenueWatch;
  readonly #lots: VenueLots;
  readonly #seen = new Map<number, Seen>();
  /** A position on the wrong side is left alone until then. */
  #leaveUntil = -Infinity;
  #isClosingOverrun = false;

  /** Guards nothing yet. */
  constructor(context: BrokerContext, sender: OrderSender, watch: VenueWatch, lots: VenueLots) {
    this.#context = context;
    this.#sender = sender;
    this.#watch = watch;
    this.#lots = lots;
  }

  /** Does what brackets need now. @returns whether one is not as it should be yet */
  guard(entries: readonly OwnOrder[]): boolean {
    const { clock, markets } = this.#context;
    let isBusy = false;
    for (const market of markets.values()) {
      const { instrument } = market;
      const all = contractsOf(market).flatMap(({ contractId }) => this.shares(contractId, entries));
      for (const { entry, heldLots } of all) {
        const seen = this.#look(entry, heldLots);
        const bracket = {
          ...{ entry, heldLots, now: clock.now() },
          stateOf: (work: VenueWork) => this.#stateOf(work),
          termsOf: (work: VenueWork) =>
            termsOf(this.#stateOf(work)?.version ?? null, work.terms, instrument),
          anchorTicks: this.anchorTicks(entry, instrument.tickSize),
          quietMs: clock.now() - seen.since,
          isLookedAt: seen.lookedAt >= seen.since,
        };
        const actions = protectBracket(bracket);
        for (const action of actions) this.#do(entry, seen, action);
        isBusy ||= actions.length > 0 || bracket.quietMs < 2_000 || !isProtected(bracket);
      }
    }
    return this.#closeOverrun() || isBusy;
  }

  /** Which part of what is ours of a contract is whose, signed lots. */
  shares(
    contractId: ContractKey,
    entries: readonly OwnOrder[],
  ): readonly { readonly entry: OwnOrder; readonly heldLots: number }[] {
    return entries.filter((entry) => entry.contractId === contractId)
      .map((entry) => ({ entry, heldLots: this.#heldLots(entry) }));
  }

  /** Whether another stop may take the place of those of an exit that have ended. */
  mayComeBack(exit: OwnOrder): boolean {
    if (exit.exit === null || exit.exit.kind === "take-profit" || exit.isWithdrawn) return false;
    return this.#heldLots(this.#context.orders.get(exit.entryId!)!) !== 0;
  }

  /** Forgets a bracket that is over. */
  forget(entry: OwnOrder): void {
    this.#seen.delete(entry.id);
  }

  #do(entry: OwnOrder, seen: Seen, action: GuardAction): void {
    const { onTrouble } = this.#context;
    switch (action.kind) {
      case "look":
        if (seen.isLooking) return;
        seen.isLooking = true;
        return void this.#lookAt(entry, seen);
      case "cancel":
        return void this.#sender.cancel(action.work);
      case "change": {
        const { lots, order, terms, work } = action;
        return void this.#sender.change(order, work, lots, terms);
      }
      case "place": {
        const { lots, order } = action;
        onTrouble(
          `a stop of ${lots} lots takes the place of exit ${order.id}, which does not work`,
        );
        const terms = this.#stopTerms(entry, order);
        return void this.#sender.place(order, terms, lots);
      }
      case "flatten": {
        const { lots, order } = action;
        onTrouble(`${lots} lots are closed at the market as no stop ${order.id} is taken`);
        return void this.#sender.place(order, { kind: "market" }, lots);
      }
    }
  }

  async #lookAt(entry: OwnOrder, seen: Seen): Promise<void> {
    const { since } = seen;
    const works = [entry, ...entry.exits].flatMap((order) =>
      order.works.filter((work) => work.venueId !== null).map((work) => [order, work] as const)
    );
    // What may still trade before what is long over.
    const live = works.filter(([, work]) => mayTrade(work, this.#stateOf(work)));
    const isTold = await this.#watch.look([
      ...live,
      ...works.filter((each) => !live.includes(each)),
    ]);
    seen.isLooking = false;
    if (isTold) seen.lookedAt = Math.max(since, seen.lookedAt);
    for (const [, work] of works) {
      if (work.change === null || this.#context.clock.now() - work.change.at < 2_000) continue;
      work.change = null;
      work.failedChanges++;
    }
    this.#context.changed();
  }

  #stopTerms(entry: OwnOrder, { exit, terms }: OwnOrder) {
    const market = this.#context.markets.get(entry.symbol)!;
    const anchor = this.anchorTicks(entry, market.instrument.tickSize);
    if (anchor === null) return terms;
    return { kind: "stop", stopTicks: anchor - sideOf(entry) * exit!.distanceTicks } as const;
  }

  #look(entry: OwnOrder, held: number): Seen {
    const now = this.#context.clock.now();
    const parts = [entry, ...entry.exits].map(({ isWithdrawn, works }) =>
      [
        isWithdrawn,
        ...works.map((work) => {
          const state = this.#stateOf(work);
          return [work.state, state?.phase, state?.filled, state?.version?.id].join();
        }),
      ].join(";")
    );
    const print = [held, ...parts].join("|");
    let seen = this.#seen.get(entry.id);
    if (seen === undefined) {
      seen = { print, since: now, lookedAt: -Infinity, isLooking: false };
      this.#seen.set(entry.id, seen);
    } else if (seen.print !== print) [seen.print, seen.since] = [print, now];
    return seen;
  }

  #stateOf({ venueId }: VenueWork): VenueOrderState | null {
    return venueId === null ? null : this.#context.books.stateOf(venueId);
  }

  /**
   * Signed lots of an entry that are held still. An order that says it has filled has, also while
   * nobody has heard of the execution: its exits stay, and none stands in for those that filled.
   */
  #heldLots(entry: OwnOrder): number {
    const side = sideOf(entry), share = this.#lots.of(entry.contractId).shares.get(entry.id) ?? 0;
    const unheard = [entry, ...entry.exits].flatMap(({ works }) => works).reduce((sum, work) => {
      const state = this.#stateOf(work);
      return sum + (state === null ? 0 : work.side * unheardLots(work, state));
    }, 0);
    const open = this.#openLots(entry) + unheard;
    return side * Math.max(0, Math.min(side * (share + unheard), side * open));
  }

  /** Signed lots of an entry that its exits have not closed. */
  #openLots(entry: OwnOrder): number {
    const { books } = this.#context;
    return entry.exits.reduce(
      (sum, exit) => sum + tradedLots(books, exit),
      tradedLots(books, entry),
    );
  }

  /** Price of an entry's first fill in whole ticks; null while nothing has filled. */
  anchorTicks(entry: OwnOrder, tickSize: number): number | null {
    const [first] = entry.works.flatMap(({ venueId }) =>
      venueId === null ? [] : this.#context.books.fillsOf(venueId)
    );
    return first === undefined ? null : toTicks(first.price, tickSize);
  }

  /** What was only to close has opened the other side: that is closed again. */
  #closeOverrun(): boolean {
    const { clock, markets } = this.#context;
    for (const { contractId } of [...markets.values()].flatMap(contractsOf)) {
      const { overrun, overrunBy } = this.#lots.of(contractId);
      if (overrun === 0 || overrunBy === null) continue;
      const dueAt = nextAttempt(this.#ownerOf(overrunBy), (work) => this.#stateOf(work));
      const isDue = !this.#isClosingOverrun && clock.now() >= Math.max(this.#leaveUntil, dueAt);
      if (isDue && this.#missingLots(contractId) > 0) {
        this.#isClosingOverrun = true;
        void this.#closeNow(contractId).finally(() => this.#isClosingOverrun = false);
      }
      return true;
    }
    return false;
  }

  async #closeNow(contractId: ContractKey): Promise<void> {
    const { books, clock, onTrouble } = this.#context;
    this.#leaveUntil = clock.now() + OVERRUN_LOOK_MS;
    // An execution that was not heard of may explain it.
    if (await this.#watch.everything("exit") !== "") return;
    const { lots: held, overrun, overrunBy } = this.#lots.of(contractId);
    const said = books.positions.get(contractId) ?? 0;
    if (overrun === 0 || overrunBy === null || said !== held) return;
    const lots = this.#missingLots(contractId);
    if (lots <= 0) return;
    this.#leaveUntil = clock.now() + OVERRUN_PAUSE_MS;
    onTrouble(
      `order ${overrunBy.id} has opened ${Math.sign(overrun) * lots} lots, which are closed again`,
    );
    await this.#sender.placeBack(this.#ownerOf(overrunBy), -Math.sign(overrun) * lots);
  }

  /** Whose it is to put right what an order has opened: of an exit its entry's. */
  #ownerOf(order: OwnOrder): OwnOrder {
    return order.entryId === null ? order : this.#context.orders.get(order.entryId)!;
  }

  /** Lots on the wrong side that nothing is on its way for: what closes them may trade in parts. */
  #missingLots(contractId: ContractKey): number {
    const { overrun } = this.#lots.of(contractId);
    return [...this.#context.orders.open()].filter((order) => order.contractId === contractId)
      .flatMap(({ works }) => works).reduce((lots, work) => {
        const state = this.#stateOf(work);
        const isComing = work.side === -Math.sign(overrun) && work.terms.kind === "market" &&
          mayTrade(work, state);
        return isComing ? lots - Math.max(0, work.lots - (state?.filled ?? 0)) : lots;
      }, Math.abs(overrun));
  }
}
