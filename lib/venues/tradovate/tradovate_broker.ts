import { UnavailableError } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import {
  type BarBroker,
  type BrokerCapabilities,
  type BrokerOrder,
  type BrokerReport,
  type BrokerSnapshot,
  type Order,
  TIMES_IN_FORCE,
  toTicks,
  usdToMicros,
} from "../../trading/mod.ts";
import { BracketGuard } from "./bracket_guard.ts";
import type { BrokerContext, VenueMarket } from "./broker_context.ts";
import { OrderReporter } from "./order_reporter.ts";
import { OrderSender } from "./order_sender.ts";
import { sentOrders, termsOf, TRADOVATE_ORDER_KINDS, whyNotSent } from "./order_tickets.ts";
import { type OwnOrder, sideOf, type VenueWork } from "./own_orders.ts";
import { mayTrade } from "./protect_bracket.ts";
import { StrangeOrders } from "./strange_orders.ts";
import type { VenueOrderState } from "./tradovate_books.ts";
import { VenueLots } from "./venue_lots.ts";
import { VenueWatch } from "./venue_watch.ts";

/** How patient a broker is, milliseconds. */
export interface BrokerPatience {
  /** Between two looks for what changed without a word. */
  readonly pollMs: number;
  /** For an entry to be let through and for the stream of changes to be there. */
  readonly entryMs: number;
  /** For a first word of an order that the venue has taken. */
  readonly wordMs: number;
  /** For everything to be known before a snapshot. */
  readonly snapshotMs: number;
}

/** Six calls a minute while nothing happens. */
export const BROKER_PATIENCE: BrokerPatience = {
  ...{ pollMs: 15_000, entryMs: 30_000, wordMs: 2_000, snapshotMs: 60_000 },
};

/** What was there when a session began. */
export interface BrokerBeginning {
  readonly lastFillId: number;
  readonly positions: ReadonlyMap<number, number>;
}

const CAPABILITIES: BrokerCapabilities = {
  orderKinds: TRADOVATE_ORDER_KINDS,
  timesInForce: TIMES_IN_FORCE,
  ...{ brackets: true, groups: false, modifies: true },
};

const TICK_MS = 250;
/** An order that is not heard of by then is asked for, then again after each of these. */
const FIRST_LOOK_MS = 700;
const LOOK_PAUSES_MS = [800, 1_000, 1_500, 4_000, 8_000, 15_000, 60_000];
/** An answer that takes longer is looked for in another way. */
const SLOW_MS = 800;
/** Lots that do not agree with the venue's are looked at this long apart, and told after so many times. */
const DRIFT_MS = 3_000, MOST_DRIFTS = 3;

/** A broker whose account is at Tradovate; see `openTradovateBroker`. */
export class TradovateBroker implements BarBroker {
  readonly name = "tradovate";
  readonly capabilities = CAPABILITIES;
  readonly #context: BrokerContext;
  readonly #patience: BrokerPatience;
  readonly #onHalt: (reason: string) => void;
  readonly #sender: OrderSender;
  readonly #reporter: OrderReporter;
  readonly #watch: VenueWatch;
  readonly #guard: BracketGuard;
  readonly #lots: VenueLots;
  readonly #strangers: StrangeOrders;
  #listener: (symbol: string, report: BrokerReport) => void = () => {};
  #isFollowing = false;
  #isHeard = false;
  #isSettling = false;
  #mustSettle = false;
  #stopTick: (() => void) | null = null;
  #stopPoll: (() => void) | null = null;
  #waiters: (() => boolean)[] = [];
  readonly #drifts = new Map<
    number,
    { lookedAt: number; looks: number; toldLots: number | null }
  >();
  #isClosed = false;
  /** Ends what the broker was opened with. */
  onClose: () => void = () => {};

  /** Follows from `start` on. */
  constructor(
    context: Omit<BrokerContext, "changed">,
    { lastFillId, positions }: BrokerBeginning,
    patience: BrokerPatience,
    onHalt: (reason: string) => void,
  ) {
    this.#context = { ...context, changed: () => this.changed() };
    this.#patience = patience;
    this.#onHalt = onHalt;
    this.#sender = new OrderSender(this.#context, patience.entryMs);
    this.#watch = new VenueWatch(this.#context);
    this.#lots = new VenueLots(this.#context, lastFillId, positions);
    this.#guard = new BracketGuard(this.#context, this.#sender, this.#watch, this.#lots);
    this.#strangers = new StrangeOrders(this.#context, this.#watch);
    this.#reporter = new OrderReporter(
      this.#context,
      lastFillId,
      (symbol, report) => this.#listener(symbol, report),
    );
  }

  /** Begins to look for what changed without a word. */
  start(): void {
    this.#strangers.begin();
    this.#planPoll();
    this.#settle();
  }

  /** The stream of changes follows, or does not. */
  follow(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    if (isFollowing) void this.#watch.everything("watch").then(() => this.#lookUp());
    this.#settle();
  }

  /** Something was heard of the venue's books; what comes with it is taken in first. */
  changed(): void {
    if (this.#isHeard) return;
    this.#isHeard = true;
    void Promise.resolve().then(() => {
      this.#isHeard = false;
      this.#settle();
    });
  }

  onReport(listener: (symbol: string, report: BrokerReport) => void): void {
    this.#listener = listener;
  }

  onBar(symbol: string, bars: Bars, row: number): void {
    const market = this.#context.markets.get(symbol);
    if (market === undefined) return;
    market.lastTicks = toTicks(bars.close[row]!, market.instrument.tickSize);
    market.lastRow = row;
  }

  async submit(symbol: string, order: Order): Promise<void> {
    const { markets, orders } = this.#context;
    if (orders.get(order.id) !== undefined) return;
    const market = markets.get(symbol);
    const why = market === undefined
      ? `${symbol} is not traded here`
      : whyNotSent(order, market.lastTicks);
    if (market === undefined || why !== null) {
      return this.#listener(symbol, { kind: "rejected", orderId: order.id, reason: why! });
    }
    const [sent, exits] = sentOrders(symbol, market.contractId, order, market.lastTicks);
    const own = orders.add(sent, exits);
    const closes = this.#closes(own, market);
    if (!closes && !await this.#awaitStream(own)) return;
    const answered = this.#sender.submit(own, closes ? "exit" : "entry");
    this.#plan(SLOW_MS);
    await answered;
    await this.#until(() => hasWord(own), this.#patience.wordMs);
  }

  async modify(orderId: number, lots: number): Promise<void> {
    const { orders } = this.#context;
    const order = orders.get(orderId);
    if (order === undefined || order.ended !== null || order.entryId !== null) return;
    if (lots === 0) return await this.cancel(orderId);
    orders.change(order, order.filledLots + lots);
    this.#settle();
    await this.#until(() => order.ended !== null || order.toldLots === lots, this.#patience.wordMs);
  }

  async cancel(orderId: number): Promise<void> {
    const order = this.#context.orders.get(orderId);
    if (order === undefined || order.ended !== null) return;
    order.isWithdrawn = true;
    this.#settle();
    await this.#until(() => order.ended !== null, this.#patience.wordMs);
  }

  async snapshot(): Promise<BrokerSnapshot> {
    const { books, clock } = this.#context;
    const missing = await this.#watch.everything("watch");
    if (missing !== "") {
      throw new UnavailableError(`Cannot read the books of Tradovate: no answer for ${missing}`);
    }
    const isKnown = (): boolean =>
      ![...this.#context.orders.open()].some((order) => this.#isUncertain(order)) &&
      this.#reporter.waitingForFee.size === 0;
    if (!isKnown()) {
      this.#lookUp();
      await this.#until(isKnown, this.#patience.snapshotMs);
      if (!isKnown()) {
        throw new UnavailableError(
          "Cannot read the books of Tradovate: nobody can tell yet what became of an order",
        );
      }
    }
    return {
      time: clock.now(),
      orders: [...this.#ownOrders(), ...this.#strangers.orders()],
      fills: [...this.#reporter.told],
      positions: [...books.positions].flatMap(([contractId, lots]) =>
        lots === 0 ? [] : [{ symbol: this.#symbolOf(contractId), lots }]
      ),
      cashMicros: usdToMicros(books.cashUsd ?? 0),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTick?.();
    this.#stopPoll?.();
    this.onClose();
    await Promise.resolve();
  }

  /** Whatever follows from what is known by now: reports, cancels, protection, questions. */
  #settle(): void {
    if (this.#isClosed) return;
    if (this.#isSettling) return void (this.#mustSettle = true);
    this.#isSettling = true;
    try {
      do {
        this.#mustSettle = false;
        this.#settleOnce();
      } while (this.#mustSettle);
    } finally {
      this.#isSettling = false;
    }
    this.#waiters = this.#waiters.filter((isDone) => !isDone());
  }

  #settleOnce(): void {
    const { orders } = this.#context;
    this.#adopt();
    this.#strangers.look();
    const external = this.#reporter.tellFills((id) => this.#strangers.has(id));
    for (const { lots, orderId } of external) {
      this.#onHalt(`an order that is not this session's has traded ${lots} lots (${-orderId})`);
    }
    let isBusy = this.#reporter.waitingForFee.size > 0 || this.#strangers.isBusy;
    const open = [...orders.open()];
    for (const order of open) {
      this.#matchChanges(order);
      this.#reporter.review(order, this.#guard.mayComeBack(order));
      if (order.isWithdrawn) this.#withdraw(order);
      else this.#wantLots(order);
    }
    const entries = open.filter(({ exits }) => exits.length > 0);
    isBusy = this.#guard.guard(entries) || isBusy;
    isBusy = this.#lookAtOpen(open) || isBusy;
    isBusy = this.#checkLots() || isBusy;
    for (const order of open) this.#retire(order);
    if (isBusy) this.#plan(TICK_MS);
  }

  /** Finds orders that the venue has by what they carry, whatever its answer was. */
  #adopt(): void {
    const { books, onTrouble, orders } = this.#context;
    for (const order of orders.open()) {
      for (const work of order.works) {
        if (work.venueId !== null) continue;
        const venueId = books.orderWith(work.clOrdId);
        if (venueId === null) continue;
        const wasAbsent = work.state === "absent";
        orders.placed(order, work, venueId);
        if (!wasAbsent) continue;
        // It was told as rejected: nobody wants it any more.
        order.isWithdrawn = true;
        onTrouble(`order ${order.id} has come to the venue after all, and is taken back`);
      }
    }
  }

  #matchChanges(order: OwnOrder): void {
    const { clock } = this.#context;
    const { instrument } = this.#context.markets.get(order.symbol)!;
    for (const work of order.works) {
      const state = this.#stateOf(work);
      if (state?.phase === "ended" && work.endedAt === null) work.endedAt = clock.now();
      if (work.change === null || state === null) continue;
      const { lots, terms } = work.change;
      const { version } = state;
      if (version === null || version.orderQty !== lots) continue;
      if (JSON.stringify(termsOf(version, terms, instrument)) !== JSON.stringify(terms)) continue;
      [work.lots, work.terms, work.change, work.failedChanges] = [lots, terms, null, 0];
    }
  }

  #withdraw(order: OwnOrder): void {
    for (const work of order.works) {
      if (work.venueId !== null && !work.isCancelling && mayTrade(work, this.#stateOf(work))) {
        void this.#sender.cancel(work);
      }
    }
  }

  /** Other lots are wanted of an order than the venue works. */
  #wantLots(order: OwnOrder): void {
    if (order.wanted === order.lots || order.entryId !== null || order.ended !== null) return;
    const [work] = order.works;
    if (work === undefined || work.venueId === null || work.change !== null) return;
    if (work.isCancelling || work.failedChanges > 1 || !mayTrade(work, this.#stateOf(work))) return;
    const lots = Math.max(Math.abs(order.wanted), this.#stateOf(work)!.filled);
    const known = this.#stateOf(work)?.version?.orderQty ?? work.lots;
    if (known !== lots) void this.#sender.change(order, work, lots, work.terms);
  }

  /** Asks for orders that should have said something. @returns whether one is waited for */
  #lookAtOpen(open: readonly OwnOrder[]): boolean {
    const now = this.#context.clock.now();
    let isBusy = false, isLost = false;
    const due: (readonly [OwnOrder, VenueWork])[] = [];
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
        if (now < work.lookAt) continue;
        due.push([order, work]);
        work.lookAt = now + (LOOK_PAUSES_MS[work.looks++] ?? LOOK_PAUSES_MS.at(-1)!);
      }
    }
    if (due.length > 0) void this.#watch.look(withExits(due));
    if (isLost) this.#lookUp();
    for (const fillId of this.#reporter.waitingForFee) this.#askFee(fillId);
    return isBusy;
  }

  readonly #feesAsked = new Map<number, number>();

  /** Twice, while the fill waits. */
  #askFee(fillId: number): void {
    const now = this.#context.clock.now(), first = this.#feesAsked.get(fillId);
    if (first === undefined) this.#feesAsked.set(fillId, now + 500);
    else if (now >= first) {
      this.#feesAsked.set(fillId, now + 1_200);
      void this.#watch.fee(fillId);
    }
  }

  /** Whether an order at the venue should say more than it has said. */
  #isUnsettled(order: OwnOrder, work: VenueWork): boolean {
    const state = this.#stateOf(work);
    if (state === null) return false;
    if (work.isCancelling || work.change !== null) return state.phase !== "ended";
    const all = state.end === "filled" ? state.version?.orderQty ?? work.lots : state.saidFilled;
    if (state.filled < all) return true;
    if (state.phase === "ended") {
      return order.ended === null && state.end !== "filled" && state.end !== "rejected" &&
        !state.isCounted && work.lookedAt < (work.endedAt ?? Infinity);
    }
    if (state.phase === "none" || state.phase === "pending") return true;
    return state.phase === "working" && work.terms.kind === "market";
  }

  /** Holds what executions have made against what the venue says is held. */
  #checkLots(): boolean {
    const { books, clock, markets } = this.#context;
    const now = clock.now();
    let isBusy = false;
    for (const { contractId, instrument } of markets.values()) {
      const said = books.positions.get(contractId), { lots } = this.#lots.of(contractId);
      if (said === undefined || said === lots) {
        this.#drifts.delete(contractId);
        continue;
      }
      const drift = this.#drifts.get(contractId) ?? { lookedAt: now, looks: 0, toldLots: null };
      this.#drifts.set(contractId, drift);
      if (drift.looks < MOST_DRIFTS) isBusy = true;
      else if (drift.toldLots !== said - lots) {
        drift.toldLots = said - lots;
        this.#onHalt(
          `the venue holds ${said} lots of ${instrument.symbol}, executions explain ${lots}`,
        );
      }
      const isDue = now - drift.lookedAt >= (drift.looks === 0 ? 1_000 : DRIFT_MS);
      if (!isDue || drift.looks >= MOST_DRIFTS) continue;
      drift.lookedAt = now;
      drift.looks++;
      void this.#watch.everything("watch");
    }
    return isBusy;
  }

  /** Nothing will come of it any more. */
  #retire(order: OwnOrder): void {
    const { clock, orders } = this.#context;
    if (order.ended === null || order.entryId !== null) return;
    const group = [order, ...order.exits];
    const isOver = group.every(({ ended, works }) =>
      ended !== null &&
      works.every((work) =>
        !mayTrade(work, this.#stateOf(work)) && work.state !== "absent" &&
        clock.now() - (work.endedAt ?? work.sentAt) > 60_000
      )
    );
    if (!isOver) return;
    for (const each of group) orders.settle(each);
    this.#guard.forget(order);
  }

  #lookUp(): void {
    void this.#watch.lookUp();
  }

  /** Waits until changes are heard; an entry is not sent blindly. */
  async #awaitStream(order: OwnOrder): Promise<boolean> {
    if (this.#isFollowing) return true;
    await this.#until(() => this.#isFollowing || order.isWithdrawn, this.#patience.entryMs);
    if (this.#isFollowing && !order.isWithdrawn) return true;
    const { orders } = this.#context;
    const kind = order.isWithdrawn ? "cancelled" : "rejected";
    for (const each of [order, ...order.exits]) orders.end(each, kind, "it was not sent");
    this.#listener(order.symbol, {
      kind,
      orderId: order.id,
      ...{ reason: "not sent: no changes of orders are heard from the venue" },
    } as BrokerReport);
    return false;
  }

  /** Whether an order can only make a position smaller. */
  #closes({ lots, reason }: OwnOrder, { contractId }: VenueMarket): boolean {
    if (["session-close", "risk", "margin", "end-of-data"].includes(reason)) return true;
    const held = this.#lots.of(contractId).lots;
    return Math.sign(lots) === -Math.sign(held) && Math.abs(lots) <= Math.abs(held);
  }

  #isUncertain(order: OwnOrder): boolean {
    return order.works.some((work) =>
      work.state === "sending" || work.state === "unknown" ||
      (work.venueId !== null && this.#reporter.hasUntold(work.venueId)) ||
      (order.ended === null && work.venueId !== null &&
        this.#stateOf(work)!.phase !== "suspended" && this.#isUnsettled(order, work))
    );
  }

  #ownOrders(): BrokerOrder[] {
    return [...this.#context.orders.open()].flatMap((order) => {
      const { instrument } = this.#context.markets.get(order.symbol)!;
      const working = order.works.flatMap((work) => {
        const state = this.#stateOf(work);
        return state?.phase === "working" && work.side === sideOf(order) ? [{ work, state }] : [];
      });
      const left = working.reduce(
        (sum, { state, work }) =>
          sum + Math.max(0, (state.version?.orderQty ?? work.lots) - state.filled),
        0,
      );
      const last = working.at(-1);
      if (last === undefined || left === 0) return [];
      return [{
        ...{ id: order.id, symbol: order.symbol, lots: sideOf(order) * left },
        terms: termsOf(last.state.version, last.work.terms, instrument),
        isExit: order.entryId !== null,
      }];
    });
  }

  #symbolOf(contractId: number): string {
    for (const [symbol, market] of this.#context.markets) {
      if (market.contractId === contractId) return symbol;
    }
    return `contract ${contractId}`;
  }

  #stateOf({ venueId }: VenueWork): VenueOrderState | null {
    return venueId === null ? null : this.#context.books.stateOf(venueId);
  }

  /** Settles when something holds, or after so long. */
  #until(holds: () => boolean, milliseconds: number): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#context.clock.after(milliseconds, resolve);
      this.#waiters.push(() => {
        if (!holds()) return false;
        stop();
        resolve();
        return true;
      });
    });
  }

  #plan(milliseconds: number): void {
    this.#stopTick?.();
    this.#stopTick = this.#context.clock.after(milliseconds, () => this.#settle());
  }

  #planPoll(): void {
    this.#stopPoll = this.#context.clock.after(this.#patience.pollMs, () => {
      if (this.#isClosed) return;
      this.#planPoll();
      void this.#watch.poll();
    });
  }
}

function hasWord({ ended, isToldUnknown, toldLots }: OwnOrder): boolean {
  return ended !== null || isToldUnknown || toldLots !== null;
}

/** An entry is asked for together with its exits. */
function withExits(
  due: readonly (readonly [OwnOrder, VenueWork])[],
): readonly (readonly [OwnOrder, VenueWork])[] {
  const all = due.flatMap(([order, work]) => [
    [order, work] as const,
    ...order.exits.flatMap((exit) => exit.works.map((each) => [exit, each] as const)),
  ]);
  return all.filter(([, work], index) => all.findIndex(([, other]) => other === work) === index);
}
