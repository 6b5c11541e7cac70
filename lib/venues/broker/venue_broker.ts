import { UnavailableError } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import {
  type BarBroker,
  type BrokerCapabilities,
  type BrokerPosition,
  type BrokerReport,
  type BrokerSnapshot,
  type Order,
  toTicks,
  usdToMicros,
} from "../../trading/mod.ts";
import { adoptOrders } from "./adopt_orders.ts";
import { BracketGuard } from "./bracket_guard.ts";
import type { BrokerContext } from "./broker_context.ts";
import { ContractRoll } from "./contract_roll.ts";
import { DayOrders } from "./day_orders.ts";
import { LotsCheck } from "./lots_check.ts";
import { leaveVenue } from "./leave_venue.ts";
import { contractsOf, marketOf } from "./market_contracts.ts";
import { OrderChanges } from "./order_changes.ts";
import { OrderIntake } from "./order_intake.ts";
import { OrderQuestions } from "./order_questions.ts";
import { OrderReporter } from "./order_reporter.ts";
import { OrderSender } from "./order_sender.ts";
import { type OwnOrder, sideOf, type VenueWork } from "./own_orders.ts";
import { PairGuard } from "./pair_guard.ts";
import { mayTrade } from "./protect_bracket.ts";
import { StrangeOrders } from "./strange_orders.ts";
import type { ContractKey, VenueOrderState } from "./venue_books.ts";
import { VenueLots } from "./venue_lots.ts";
import { VenueWatch } from "./venue_watch.ts";
import { Waiters } from "./waiters.ts";
import { ownWorkingOrders } from "./working_orders.ts";

/** How patient a broker is, milliseconds. */
export interface BrokerPatience {
  /** Between two looks for what changed without a word. */
  readonly pollMs: number;
  /** For an entry to be let through and for the stream of changes to be there. */
  readonly entryMs: number;
  /** For a first word of an order that the venue has taken. */
  readonly wordMs: number;
  /** For everything to be known before a snapshot, and before a session leaves. */
  readonly snapshotMs: number;
}

/**
 * Six calls a minute while nothing happens. Books are waited for longer than the minute over which
 * calls are counted: whoever starts again may have to wait for all of it, and would else never be
 * done, however often it is started.
 */
export const BROKER_PATIENCE: BrokerPatience = {
  ...{ pollMs: 15_000, entryMs: 30_000, wordMs: 2_000, snapshotMs: 90_000 },
};

/** What was there when a session began. */
export interface BrokerBeginning {
  readonly lastFillId: number;
  readonly positions: ReadonlyMap<ContractKey, number>;
}

const TICK_MS = 250;
/** So long a session waits for a roll; then it goes on, and the instrument waits alone. */
const ROLL_MS = 60_000;
const LONGEST_POLL_MS = 120_000;

/** A broker whose account is at a venue: what nobody knows stays unknown. */
export class VenueBroker implements BarBroker {
  readonly name: string;
  readonly capabilities: BrokerCapabilities;
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
  readonly #changes: OrderChanges;
  readonly #days: DayOrders;
  readonly #waiters: Waiters;
  readonly #intake: OrderIntake;
  readonly #pairs: PairGuard;
  readonly #questions: OrderQuestions;
  readonly #lotsCheck: LotsCheck;
  readonly #roll: ContractRoll;
  #failedPolls = 0;
  #isClosed = false;
  #isProtected = true;
  /** Whether something is on its way, in doubt, or not as it should be. */
  #isBusy = false;
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
    this.name = context.venue.toLowerCase();
    const { dayEnd: _, endsDayOrders: __, oneOfEach: ___, ...able } = context.rules;
    this.capabilities = { ...able, groups: context.calls.placePair !== undefined };
    this.#patience = patience;
    this.#onHalt = onHalt;
    this.#lots = new VenueLots(this.#context, lastFillId, positions);
    this.#sender = new OrderSender(this.#context, this.#lots, patience.entryMs);
    this.#days = new DayOrders(this.#context);
    this.#changes = new OrderChanges(this.#context, this.#sender);
    this.#watch = new VenueWatch(this.#context, this.#lots);
    this.#guard = new BracketGuard(this.#context, this.#sender, this.#watch, this.#lots);
    this.#strangers = new StrangeOrders(this.#context, this.#watch);
    this.#reporter = new OrderReporter(
      this.#context,
      this.#lots,
      lastFillId,
      (symbol, report) => this.#listener(symbol, report),
      (order) => this.#days.isOver(order),
    );
    this.#waiters = new Waiters(context.clock);
    this.#pairs = new PairGuard(this.#context, this.#sender, this.#watch);
    this.#roll = new ContractRoll({
      ...{ context: this.#context, sender: this.#sender, guard: this.#guard, lots: this.#lots },
      ...{ reporter: this.#reporter, onHalt },
      tell: (symbol, report) => this.#listener(symbol, report),
    });
    this.#intake = new OrderIntake({
      ...{ context: this.#context, sender: this.#sender, lots: this.#lots, waiters: this.#waiters },
      ...{ entryMs: patience.entryMs, wordMs: patience.wordMs },
      tell: (symbol, report) => this.#listener(symbol, report),
      isFollowing: () => this.#isFollowing,
      isHeldUp: (symbol, closes) => this.#roll.holdsUp(symbol, closes),
      shortRoll: (symbol) => this.#roll.shortRoll(symbol),
      onSent: () => this.#plan(TICK_MS),
    });
    this.#questions = new OrderQuestions(this.#context, this.#watch, this.#reporter);
    this.#lotsCheck = new LotsCheck(this.#context, this.#lots, this.#watch, onHalt);
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
    if (isFollowing) void this.#watch.everything("watch").then(() => this.#watch.lookUp());
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

  /** A bar of a contract that was not traded yet rolls what is held into it. */
  async onBar(symbol: string, bars: Bars, row: number): Promise<void> {
    const market = this.#context.markets.get(symbol);
    if (market === undefined) return;
    const { instrument } = market;
    market.lastTicks = toTicks(bars.close[row]!, instrument.tickSize);
    market.lastRow = row;
    const contract = bars.continuous?.contracts[bars.continuous.contract[row]!];
    const isNew = contract !== undefined &&
      contractsOf(market).every((known) => known.contract !== contract);
    if (isNew) {
      this.#roll.begin(symbol, contract, toTicks(bars.open[row]!, instrument.tickSize));
      this.#settle();
    }
    await this.#waiters.until(() => !this.#roll.owns(symbol), ROLL_MS);
  }

  submit(symbol: string, order: Order): Promise<void> {
    return this.#intake.submit(symbol, order);
  }

  async modify(orderId: number, lots: number): Promise<void> {
    const { orders, rules } = this.#context;
    const order = orders.known(orderId);
    if (order === undefined || order.ended !== null || order.entryId !== null) return;
    if (lots === 0) return await this.cancel(orderId);
    if (!rules.modifies) return;
    if (!Number.isSafeInteger(lots) || Math.sign(lots) !== sideOf(order)) return;
    orders.change(order, order.filledLots + lots);
    this.#settle();
    await this.#waiters.until(
      () => order.ended !== null || order.toldLots === lots,
      this.#patience.wordMs,
    );
  }

  async cancel(orderId: number): Promise<void> {
    if (this.#intake.withdraw(orderId)) return;
    const order = this.#context.orders.known(orderId);
    if (order === undefined || order.ended !== null) return;
    this.#context.orders.withdraw(order);
    this.#settle();
    await this.#waiters.until(() => order.ended !== null, this.#patience.wordMs);
  }

  async snapshot(): Promise<BrokerSnapshot> {
    const { books, clock } = this.#context;
    const missing = await this.#watch.everything("watch");
    let open = missing === "" ? this.#openQuestion() : `no answer for ${missing}`;
    if (missing === "" && open !== null) {
      void this.#watch.lookUp();
      await this.#waiters.until(() => this.#openQuestion() === null, this.#patience.snapshotMs);
      open = this.#openQuestion();
    }
    if (open !== null) {
      throw new UnavailableError(`Cannot read the books of ${this.#context.venue}: ${open}`);
    }
    return {
      time: clock.now(),
      orders: [...ownWorkingOrders(this.#context), ...this.#strangers.orders()],
      fills: [...this.#reporter.told],
      positions: this.#positions(),
      cashMicros: usdToMicros(books.cashUsd ?? 0),
    };
  }

  async leave(): Promise<void> {
    const { clock, onTrouble } = this.#context;
    const isLeft = await leaveVenue({
      ...{ clock, waiters: this.#waiters, longestMs: this.#patience.snapshotMs },
      isAtRest: () => !this.#isBusy && !this.#intake.isHolding,
      ask: async () => {
        const missing = await this.#watch.everything("watch");
        this.#settle();
        return missing === "";
      },
    });
    if (isLeft) return;
    const what = this.#isProtected ? "not all is known of its orders" : "exits do not protect it";
    onTrouble(`it is left while ${what}: look at the venue`);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#intake.close();
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
    this.#waiters.look();
  }

  #settleOnce(): void {
    const { orders } = this.#context;
    this.#roll.adopt();
    adoptOrders(this.#context);
    this.#strangers.look();
    const external = this.#reporter.tellFills(
      ({ id, orderId }) => this.#strangers.has(orderId) || this.#lots.isOwn(id),
      ({ orderId }) => this.#strangers.isUndecided(orderId),
      (order) => this.#roll.holdsBack(order),
    );
    for (const { lots, orderId } of external) {
      this.#onHalt(
        `${lots} lots were traded by ${
          orderId === 0 ? "the venue itself" : `order ${-orderId}, which is not this session's`
        }`,
      );
    }
    let isBusy = this.#strangers.isBusy;
    const open = [...orders.open()];
    for (const order of open) {
      this.#changes.match(order);
      const mayComeBack = this.#guard.mayComeBack(order) ||
        this.#pairs.mayComeBack(order, open);
      this.#reporter.review(order, mayComeBack);
      if (order.isWithdrawn || this.#days.mustEnd(order)) this.#changes.withdraw(order);
      else if (!this.#pairs.isReduced(order, open)) this.#changes.wantLots(order);
    }
    const entries = open.filter(({ exits }) => exits.length > 0);
    const isGuarding = [this.#guard.guard(entries), this.#pairs.guard(open)].includes(true);
    isBusy = isGuarding || isBusy;
    isBusy = this.#questions.ask(open) || isBusy;
    isBusy = this.#lotsCheck.look() || isBusy;
    for (const order of open) if (this.#pairs.isOver(order, open)) this.#retire(order);
    const rolls = this.#roll.count;
    this.#roll.look();
    // Both sides are told before anybody hears that it is over.
    this.#mustSettle ||= this.#roll.count < rolls;
    isBusy ||= this.#roll.count > 0;
    this.#isProtected = !isGuarding && this.#roll.count === 0;
    this.#isBusy = isBusy;
    if (isBusy) this.#plan(TICK_MS);
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
    this.#pairs.forget(order);
  }

  /** What nobody can tell yet of the books, in words; null where all is known. */
  #openQuestion(): string | null {
    const open = [...this.#context.orders.open()]
      .filter((order) => this.#questions.isUncertain(order)).map(({ id }) => id);
    // An execution of an order that may be anybody's is not in the books yet.
    const isUndecided = this.#strangers.undecided.some((id) => this.#reporter.hasUntold(id));
    const [what] = [
      this.#roll.isInMiddle ? "what became of a roll" : [],
      open.length > 0 ? `what became of order ${open.join(", ")}` : [],
      this.#intake.isHolding ? "whether an order goes that waits for a roll" : [],
      this.#lotsCheck.isOpen ? "which executions have made what is held" : [],
      isUndecided ? "whose an order is" : [],
      this.#reporter.waitingForFee.size > 0 ? "what an execution cost" : [],
    ].flat();
    return what === undefined
      ? null
      : `nobody can tell yet ${what} (look it up at the venue; another session begins without it)`;
  }

  /** What is held of each instrument, whatever its contracts. */
  #positions(): BrokerPosition[] {
    const { books, markets } = this.#context;
    const held = new Map<string, number>();
    for (const [contractId, lots] of books.positions) {
      const symbol = marketOf(markets, contractId)?.instrument.symbol ?? `contract ${contractId}`;
      held.set(symbol, (held.get(symbol) ?? 0) + lots);
    }
    return [...held].flatMap(([symbol, lots]) => lots === 0 ? [] : [{ symbol, lots }]);
  }

  #stateOf({ venueId }: VenueWork): VenueOrderState | null {
    return venueId === null ? null : this.#context.books.stateOf(venueId);
  }

  #plan(milliseconds: number): void {
    this.#stopTick?.();
    this.#stopTick = this.#context.clock.after(milliseconds, () => this.#settle());
  }

  #planPoll(): void {
    const { pollMs } = this.#patience;
    // Without a stream of changes it is all that is heard; a venue that is down is left alone.
    const everyMs = this.#isFollowing ? pollMs : pollMs / 3;
    const waitMs = Math.min(everyMs * 2 ** this.#failedPolls, Math.max(pollMs, LONGEST_POLL_MS));
    this.#stopPoll = this.#context.clock.after(waitMs, async () => {
      const isTold = await this.#watch.poll();
      if (this.#isClosed) return;
      this.#failedPolls = isTold ? 0 : this.#failedPolls + 1;
      this.#planPoll();
    });
  }
}
