import { oneLine } from "../core/mod.ts";
import { driveBroker, type DrivenEngine, type Engine, NotSent } from "../engine/mod.ts";
import {
  barOfRow,
  type BrokerReport,
  type Command,
  type EngineEvent,
  type Fill,
  type JournaledBar,
  journaledEvent,
  type JournalFact,
  type MarketFact,
  toTicks,
} from "../trading/mod.ts";
import { askDecider } from "./ask_decider.ts";
import { requireRollable } from "./require_rollable.ts";
import type { SessionRules } from "./session_rules.ts";
import type { BegunSession } from "./begun_session.ts";
import type { Control } from "./controls.ts";
import { within } from "./cut_off.ts";
import { Flatness } from "./flatness.ts";
import type { HeardExecutions } from "./heard_executions.ts";
import { obeyPerson } from "./obey_person.ts";
import { OwnPositions } from "./own_positions.ts";
import { RuleKeeper } from "./rule_keeper.ts";
import { RuleWatch } from "./rule_watch.ts";
import { isOverdue, type SessionBar } from "./session_feed.ts";
import type { SessionOptions, SessionOutcome, SessionView } from "./session_options.ts";
import { bookOf } from "./slot_books.ts";
import { viewOf } from "./session_view.ts";
import type { MarkedBar, SlotRunner } from "./session_slot.ts";
import { SessionStates } from "./session_states.ts";
import { SessionSystems } from "./session_systems.ts";
import { SessionWriter } from "./session_writer.ts";

const CUT_OFF_MS = 5_000;

/** What warms up may take longer than a forecast: nothing is held yet. */
const WARM_UP_MS = 120_000;

/**
 * One account that trades: bars, forecasts, reports and what people want go into the engine, each
 * written to the journal; its commands go to the broker once they are written, exits at once.
 *
 * A bar has the steps of a backtest, in its order: what it fills, its close, the close of a
 * session, margin, the rules of the account, the decision. Nobody waits for a decider longer than
 * the cut-off: from then on nothing is entered any more.
 */
export class TradingSession {
  readonly #options: SessionOptions;
  readonly #engine: Engine;
  readonly #driven: DrivenEngine;
  readonly #runners: readonly SlotRunner[];
  /** The broker's book of each. */
  readonly #books: readonly string[];
  readonly #rules: SessionRules;
  readonly #keeper: RuleKeeper;
  readonly #watch: RuleWatch;
  readonly #flatness: Flatness;
  readonly #writer: SessionWriter;
  readonly #systems: SessionSystems;
  readonly #heard: HeardExecutions;
  readonly #fills: (Fill & { readonly symbol: string })[] = [];
  readonly #positions: OwnPositions;
  readonly #cutOffMs: number;
  readonly #states: SessionStates;
  /** Orders that earlier parts of this session sent. */
  readonly #ordersBefore: number;
  #ending: SessionOutcome["reason"] | null = null;
  #end: () => void = () => {};
  #stopWaiting: (() => void) | null = null;
  /** Settles when it has to end. */
  readonly ended: Promise<void> = new Promise((resolve) => this.#end = resolve);

  /** @param begun as it is now; it has been told everything that the journal knows */
  constructor(options: SessionOptions, { engine, heard, rules, runners }: BegunSession) {
    const { broker, clock, journal, slots } = options;
    this.#options = options;
    this.#cutOffMs = options.cutOffMs ?? CUT_OFF_MS;
    this.#engine = engine;
    this.#runners = runners;
    this.#books = slots.map(bookOf);
    this.#rules = rules;
    this.#heard = heard;
    this.#writer = new SessionWriter(journal, clock);
    this.#keeper = new RuleKeeper(rules, engine, slots.length, {
      ...{ tell: (event) => this.tell(event), write: (fact) => this.#writer.write(fact) },
      isClosing: (slot) => this.#positions.isClosing(slot),
    });
    this.#watch = new RuleWatch(clock, (time, untilNextMs) => {
      this.#keeper.closeDue(time, untilNextMs);
      this.#flatness.look();
      this.#writer.keepAll();
    });
    this.#systems = new SessionSystems(options, { engine, rules, runners }, {
      cutOffMs: this.#cutOffMs,
      write: (fact) => this.#writer.write(fact),
      saveState: (fact) => this.saveState(fact),
    });
    this.#ordersBefore = this.#orderCount;
    this.#states = new SessionStates({ engine, rules, runners }, this.#writer, clock);
    this.#positions = new OwnPositions({
      ...{ engine, runners, books: this.#books },
      write: (fact) => this.#writer.write(fact),
    });
    this.#flatness = new Flatness({
      ...{ clock, rules, runners },
      tell: (event) => this.tell(event),
      write: (fact) => this.#writer.write(fact),
    });
    this.#driven = driveBroker(engine, broker, this.#books, {
      onCommand: (command) => this.#keep(command),
      onReport: (slot, report) => this.#take(slot, report),
      onStranger: (symbol, report) => this.#writer.write({ kind: "stranger", symbol, report }),
    });
  }

  /** Obeys people from now on: what they want is done to what the broker has, not to what was believed. */
  hearPeople(): void {
    this.#options.controls.onControl((control) => this.#obey(control));
  }

  /** Takes in what a broker's books say of an order. */
  hear(slot: number, report: BrokerReport): void {
    if (this.#take(slot, report)) this.#driven.take({ kind: "report", slot, report });
  }

  /**
   * The broker holds what nothing explains: while it is halted, nothing is decided of these
   * instruments, and nothing is sent that could make larger what the broker has.
   */
  distrust(unexplainedLots: Readonly<Record<string, number>>): void {
    this.#positions.distrust(unexplainedLots);
  }

  /** It has to end: what cannot be written within the cut-off is not waited for. */
  waitNoLonger(): void {
    this.#stopWaiting ??= this.#options.clock.after(
      this.#cutOffMs,
      () => this.#writer.release(),
    );
  }

  /** Why it ends; null while it goes on. */
  get ending(): SessionOutcome["reason"] | null {
    return this.#ending;
  }

  /** Tells the engine something that did not come from a bar, for example what was missed. */
  tell(event: EngineEvent, fact: JournalFact = journaledEvent(event)): void {
    this.#writer.write(fact);
    if (event.kind === "close") {
      this.#positions.leaveAlone(this.#options.slots[event.slot]!.instrument.symbol);
    }
    this.#driven.take(event);
  }

  /** Writes something down; nothing waits for it. */
  note(fact: JournalFact): void {
    this.#writer.write(fact);
  }

  /** Acts on the rules of the account by the moment that was taken in last. */
  keepRules(): void {
    this.#flatness.look();
    const { sessionTime } = this.#writer;
    if (sessionTime !== null) this.#keeper.keep(sessionTime);
  }

  /** Writes down what a feed says beside bars; how it does is kept at once, as no bar may follow. */
  hearFeed(fact: MarketFact): void {
    // A feed that begins again tells the holes of its history again.
    if (fact.kind === "gap" && fact.to <= (this.#runners[fact.slot]!.newest?.time ?? NaN)) return;
    this.#writer.write(fact);
    if (fact.kind === "feed" || fact.kind === "clock-offset") this.#writer.keepAll();
  }

  /** Takes in what closes at one moment, and trades it. */
  async onMoment(group: readonly SessionBar[]): Promise<void> {
    await this.#keepBeginnings(group);
    const traded: { readonly runner: SlotRunner; readonly marked: MarkedBar; isOver: boolean }[] =
      [];
    for (const sent of group) {
      const runner = this.#runners[sent.slot]!;
      const bar = barOfRow(sent.bars, sent.row);
      // What an earlier part of this session has taken in already.
      if (runner.newest !== null && bar.time <= runner.newest.time) {
        runner.remember(bar);
        continue;
      }
      if (bar.contract !== undefined) requireRollable(this.#options, sent.slot);
      const isTraded = runner.trades(bar, sent.origin);
      if (isTraded) runner.requireWarm(this.#options.feed.name);
      runner.decider.take(bar);
      this.#systems.take(sent.slot, bar);
      const marked = runner.take(bar, sent.origin);
      if (!isTraded) {
        this.#engine.warm(sent.slot, marked.bars, marked.row, marked.row + 1);
        continue;
      }
      await this.#trade(runner, sent, bar, marked);
      traded.push({ runner, marked, isOver: isOverdue(sent) });
    }
    if (traded.length === 0) return;
    const time = this.#writer.sessionTime!;
    this.#rules.look(time);
    this.tell({ kind: "clock", time });
    await this.#driven.settled();
    this.#keeper.keep(time);
    this.#flatness.look();
    for (const { isOver, marked, runner } of traded) await this.#decide(runner, marked, isOver);
    await this.#settle();
    // What came in its own time cannot be asked for again.
    if (group.some(({ receivedAt }) => receivedAt !== null)) {
      this.#writer.keepAll();
      this.#watch.start();
    }
    const slots = traded.map(({ runner }) => this.#runners.indexOf(runner));
    for (const slot of slots) await this.#systems.askShadow(slot, time);
    const isDue = this.#states.count(traded.length);
    if (isDue || traded.some(({ marked }) => marked.endsSession)) await this.saveState();
    for (const slot of slots) {
      if (this.#ending === null) await this.#systems.takeUp(slot, time);
    }
    if (this.#engine.ruinedAt !== null && this.#runners.every(({ isOpen }) => !isOpen)) {
      this.#endFor("ruined");
    }
    this.#options.onMoment?.(this.view());
  }

  /**
   * Keeps in the journal what a restart goes on from. Nothing may be on its way.
   *
   * @param fact written down with it, as one
   * @param limitMs longest wait for what decides
   */
  async saveState(fact?: JournalFact, limitMs: number = this.#cutOffMs): Promise<void> {
    if (!await this.#states.save(limitMs, fact)) this.#hang();
  }

  /** What a slot begins with is kept before the first moment at which it is traded. */
  async #keepBeginnings(group: readonly SessionBar[]): Promise<void> {
    const begins = this.#states.beginsIn(group);
    if (begins.length === 0) return;
    for (const slot of begins) this.#runners[slot]!.requireWarm(this.#options.feed.name);
    await this.saveState(undefined, WARM_UP_MS);
    this.#states.begin(begins);
  }

  /** How things stand. */
  view(): SessionView {
    return viewOf(
      { engine: this.#engine, rules: this.#rules, runners: this.#runners },
      this.#writer.sessionTime,
    );
  }

  /** Ends it: nothing is sent any more, and positions stay as they are. */
  async end(reason: SessionOutcome["reason"], isRestart: boolean): Promise<SessionOutcome> {
    await this.#settle();
    await this.#options.broker.leave?.();
    this.#stopWatching();
    const positions = this.#runners.some(({ isOpen }) => isOpen) ? "held" : "flat";
    const session = this.#options.name;
    if (reason !== "decider hangs") await this.saveState();
    this.#positions.leaveAlone();
    await this.#writer.append({ kind: "session-stopped", session, reason, positions });
    this.#stopWaiting?.();
    return {
      ...this.view(),
      session,
      reason: this.#ending ?? reason,
      positions,
      orders: this.#orderCount - this.#ordersBefore,
      fills: this.#fills,
      isRestart,
    };
  }

  /** Writes down that it cannot go on; what it holds stays as it is. */
  async fail(error: unknown): Promise<void> {
    const { clock, name: session } = this.#options;
    this.#stopWatching();
    const positions = this.#runners.some(({ isOpen }) => isOpen) ? "held" : "flat";
    const reason = `fault: ${error instanceof Error ? oneLine(error.message) : String(error)}`;
    const kept = this.#writer.append({ kind: "session-stopped", session, reason, positions });
    // A journal that cannot be written must not keep the fault from being said.
    await within(clock, this.#cutOffMs, kept.catch(() => {}));
    this.#stopWaiting?.();
  }

  #stopWatching(): void {
    this.#systems[Symbol.dispose]();
    this.#watch[Symbol.dispose]();
  }

  get #orderCount(): number {
    return this.#runners.reduce((sum, { view }) => sum + view.orderCount, 0);
  }

  /** The fills of a bar, its close, what has to be closed with its session. */
  async #trade(
    runner: SlotRunner,
    { isRepaired, origin, receivedAt, slot }: SessionBar,
    bar: JournaledBar,
    marked: MarkedBar,
  ): Promise<void> {
    const { bars, endsSession, row, tradeDay } = marked;
    const { instrument } = runner.options;
    this.#writer.sessionTime = bar.time + bars.intervalMs;
    const { orders } = runner.view;
    if (runner.missedClose(marked)) {
      this.tell({ kind: "close", slot, reason: "session-close", atClose: false });
      await this.#driven.settled();
    }
    if (!orders.isEmpty && runner.view.isPaidInFull) {
      this.tell({ kind: "mark", slot, priceTicks: toTicks(bar.open, instrument.tickSize) });
      await this.#driven.settled();
    }
    await this.#options.broker.onBar(this.#books[slot]!, bars, row);
    await this.#driven.settled();
    const event: EngineEvent = { kind: "bar", slot, bars, row, tradeDay, endsSession };
    const marks = {
      ...{ origin: origin === "history" ? "backfill" : origin, receivedAt },
      ...(isRepaired ? { isRepaired } : {}),
    };
    this.tell(event, { ...journaledEvent(event), ...marks } as JournalFact);
    if (runner.mustFlatten(marked)) {
      if (runner.isOpen) {
        this.tell({ kind: "close", slot, reason: "session-close", atClose: true });
      }
      await this.#driven.settled();
    }
  }

  /** Asks what to hold, and does it. */
  async #decide(runner: SlotRunner, marked: MarkedBar, isOver: boolean): Promise<void> {
    if (this.#ending === "decider hangs") return;
    const slot = this.#runners.indexOf(runner);
    const silence = this.#silenceOf(slot, marked, isOver);
    const { fact, forecast, isLate } = await askDecider(slot, runner, silence, {
      ...{ clock: this.#options.clock, cutOffMs: this.#cutOffMs },
    });
    if (forecast !== null) {
      this.#keeper.permit(slot, this.#writer.sessionTime!);
      return this.tell({ kind: "forecast", slot, forecast }, fact);
    }
    this.#writer.write(fact);
    if (isLate) this.#hang();
  }

  /** Why nothing is decided at a close; null where something is. */
  #silenceOf(slot: number, marked: MarkedBar, isOver: boolean): string | null {
    if (isOver) return "the bar came when the next one was over";
    if (this.#positions.adriftLots(slot) !== 0) return "the broker holds what nothing explains";
    const isDone = this.#engine.ruinedAt !== null || this.#runners[slot]!.mustFlatten(marked);
    return isDone ? "nothing is decided here" : null;
  }

  /** A decider that does not answer may spin for ever, and cannot be ended: the process has to. */
  #hang(): void {
    this.tell({ kind: "halt", reason: "what decides does not answer" });
    this.#flatten();
    this.#endFor("decider hangs");
    this.#writer.keepAll();
  }

  /** Closes everything of its own at once: nobody knows when the next bar comes. */
  #flatten(): void {
    for (const slot of this.#positions.toClose()) {
      this.tell({ kind: "close", slot, reason: "risk", atClose: true });
    }
  }

  #endFor(reason: SessionOutcome["reason"]): void {
    this.#ending ??= reason;
    this.waitNoLonger();
    this.#end();
  }

  #obey(control: Control): void {
    obeyPerson(control, {
      rules: this.#rules,
      write: (fact) => this.#writer.write(fact),
      tell: (event) => this.tell(event),
      flatten: () => this.#flatten(),
      stop: () => this.#endFor("stopped"),
    });
    this.keepRules();
    this.#writer.keepAll();
  }

  /** Everything that is on its way has arrived, or it is too late for it. */
  async #settle(): Promise<void> {
    await within(this.#options.clock, this.#cutOffMs, this.#driven.settled());
  }

  /** Every report comes in here. @returns false for an execution that was heard of before */
  #take(slot: number, report: BrokerReport): boolean {
    if (!this.#heard.isNews(report)) return false;
    this.#writer.write({ ...report, slot });
    this.#writer.keepAll();
    this.#flatness.hear(slot, report);
    if (report.kind !== "filled") return true;
    this.#rules.fill(slot, report.fill);
    this.#fills.push({ ...report.fill, symbol: this.#options.slots[slot]!.instrument.symbol });
    return true;
  }

  #keep(command: Command): Promise<unknown> | void {
    if (command.kind === "submit") {
      const { order, slot } = command;
      this.#rules.order(this.#writer.sessionTime);
      this.#positions.sent(slot, order);
      if (this.#positions.couldGrow(slot, order.lots)) {
        this.#writer.write(command);
        const reason = "not sent: it could make larger what the broker holds and nothing explains";
        return Promise.reject(new NotSent(reason));
      }
    }
    return this.#writer.keep(command, this.#engine.slot(command.slot).positionLots);
  }
}
