import { InputError, type JsonValue } from "../core/mod.ts";
import { driveBroker, type DrivenEngine, Engine, type EngineState } from "../engine/mod.ts";
import {
  barOfRow,
  type BrokerReport,
  type Command,
  type EngineEvent,
  type Fill,
  type JournaledBar,
  journaledEvent,
  type JournalEntry,
  type JournalFact,
  toTicks,
  usdToMicros,
} from "../trading/mod.ts";
import { tickValueMicros } from "../market/mod.ts";
import type { Control } from "./controls.ts";
import { CutOff, within } from "./cut_off.ts";
import type { SessionBar } from "./session_feed.ts";
import type { SessionOptions, SessionOutcome, SessionView } from "./session_options.ts";
import { type MarkedBar, SlotRunner } from "./session_slot.ts";

/** What a session needs to go on from one of its moments. */
export interface SavedSession {
  readonly engine: EngineState;
  readonly deciders: readonly JsonValue[];
  /** The newest bar of each slot; null before the first. */
  readonly newest: readonly (JournaledBar | null)[];
  /** Bars that each slot had warmed up on; absent where it was begun before this was kept. */
  readonly warmedUp?: readonly number[];
}

/** Longest stretch of bars that a restart goes through again. */
const BARS_BETWEEN_STATES = 500;

const CUT_OFF_MS = 5_000;

/** Facts that nothing depends on wait for one another: each sync of the disk costs as much as they do. */
const MOST_UNKEPT = 256;

/**
 * One account that trades: bars, forecasts, reports and what people want go into the engine, each
 * written to the journal; its commands go to the broker once they are written, exits at once.
 *
 * A bar has the steps of a backtest, in its order: what it fills, its close, the close of a
 * session, margin, the decision. Nobody waits for a decider longer than the cut-off: from then on
 * nothing is entered any more.
 */
export class TradingSession {
  readonly #options: SessionOptions;
  readonly #engine: Engine;
  readonly #driven: DrivenEngine;
  readonly #runners: readonly SlotRunner[];
  readonly #fills: (Fill & { readonly symbol: string })[] = [];
  #sessionTime: number | null = null;
  #barsSinceState = 0;
  #ending: SessionOutcome["reason"] | null = null;
  #end: () => void = () => {};
  /** Settles when it has to end. */
  readonly ended: Promise<void> = new Promise((resolve) => this.#end = resolve);
  #hasState: boolean;
  #unkept: JournalEntry[] = [];

  /**
   * @param engine as it is now; it has been told everything that the journal knows
   * @param runners one for each slot, as they are now
   */
  constructor(options: SessionOptions, engine: Engine, runners: readonly SlotRunner[]) {
    const { broker, controls, slots } = options;
    this.#options = options;
    this.#engine = engine;
    this.#runners = runners;
    this.#hasState = runners.some(({ newest }) => newest !== null);
    this.#driven = driveBroker(engine, broker, slots.map(({ instrument }) => instrument.symbol), {
      onCommand: (command) => this.#keep(command),
      onReport: (slot, report) => this.#heard(slot, report),
      onStranger: (symbol, report) => this.#write({ kind: "stranger", symbol, report }),
    });
    controls.onControl((control) => this.#obey(control));
  }

  /** Why it ends; null while it goes on. */
  get ending(): SessionOutcome["reason"] | null {
    return this.#ending;
  }

  /** Tells the engine something that did not come from a bar, for example what was missed. */
  tell(event: EngineEvent, fact: JournalFact = journaledEvent(event)): void {
    this.#write(fact);
    this.#driven.take(event);
  }

  /** Writes something down; nothing waits for it. */
  note(fact: JournalFact): void {
    this.#write(fact);
  }

  /** Takes in what closes at one moment, and trades it. */
  async onMoment(group: readonly SessionBar[]): Promise<void> {
    const traded: { readonly runner: SlotRunner; readonly marked: MarkedBar; isOver: boolean }[] =
      [];
    for (const sent of group) {
      const runner = this.#runners[sent.slot]!;
      const bar = barOfRow(sent.bars, sent.row);
      // What an earlier part of this session has taken in already.
      if (runner.newest !== null && bar.time <= runner.newest.time) continue;
      const isTraded = runner.trades(bar, sent.origin);
      if (isTraded) this.#requireWarm(runner);
      if (isTraded && !this.#hasState) await this.saveState();
      runner.decider.take(bar);
      const marked = runner.take(bar, sent.origin);
      if (!isTraded) {
        this.#engine.warm(sent.slot, marked.bars, marked.row, marked.row + 1);
        continue;
      }
      await this.#trade(runner, sent, bar, marked);
      // What happened while nobody was there is not decided on any more.
      traded.push({ runner, marked, isOver: sent.origin === "history" });
    }
    if (traded.length === 0) return;
    this.tell({ kind: "clock", time: this.#sessionTime! });
    await this.#driven.settled();
    for (const { isOver, marked, runner } of traded) await this.#decide(runner, marked, isOver);
    await this.#settle();
    // What came in its own time cannot be asked for again.
    if (group.some(({ receivedAt }) => receivedAt !== null)) this.#keepAll();
    this.#barsSinceState += traded.length;
    const isLast = traded.some(({ marked }) => marked.endsSession);
    if (isLast || this.#barsSinceState >= BARS_BETWEEN_STATES) await this.saveState();
    if (this.#engine.ruinedAt !== null && this.#runners.every(({ isOpen }) => !isOpen)) {
      this.#endFor("ruined");
    }
    this.#options.onMoment?.(this.view());
  }

  /** Keeps in the journal what a restart goes on from. Nothing may be on its way. */
  async saveState(): Promise<void> {
    const deciders: JsonValue[] = [];
    for (const { decider } of this.#runners) {
      const saved = await within(this.#options.clock, this.#cutOffMs, decider.save());
      if (saved instanceof CutOff) return this.#hang();
      deciders.push(saved);
    }
    const state: SavedSession = {
      engine: this.#engine.save(),
      deciders,
      newest: this.#runners.map(({ newest }) => newest),
      warmedUp: this.#runners.map(({ warmedUp }) => warmedUp),
    };
    this.#barsSinceState = 0;
    this.#hasState = true;
    await this.#append({ kind: "state", state: state as unknown as JsonValue });
  }

  /** How things stand. */
  view(): SessionView {
    const { slots } = this.#options;
    return {
      time: this.#sessionTime,
      bars: this.#runners.reduce((sum, { bars }) => sum + bars, 0),
      equityMicros: this.#engine.equityMicros,
      cashMicros: this.#engine.cashMicros,
      halted: this.#engine.halted,
      slots: this.#runners.map(({ newest, view }, index) => ({
        symbol: slots[index]!.instrument.symbol,
        positionLots: view.positionLots,
        openOrders: view.orders.all().length,
        close: newest?.close ?? null,
      })),
    };
  }

  /** Ends it: nothing is sent any more, and positions stay as they are. */
  async end(reason: SessionOutcome["reason"], isRestart: boolean): Promise<SessionOutcome> {
    await this.#settle();
    const positions = this.#runners.some(({ isOpen }) => isOpen) ? "held" : "flat";
    const session = this.#options.name;
    if (reason !== "decider hangs") await this.saveState();
    await this.#append({ kind: "session-stopped", session, reason, positions });
    return {
      ...this.view(),
      session,
      reason: this.#ending ?? reason,
      positions,
      orders: this.#runners.reduce((sum, { view }) => sum + view.orderCount, 0),
      fills: this.#fills,
      isRestart,
    };
  }

  get #cutOffMs(): number {
    return this.#options.cutOffMs ?? CUT_OFF_MS;
  }

  /** @throws {InputError} when a feed had less history than a system looks back on */
  #requireWarm({ isWarm, options: { deployment, warmupBars }, warmedUp }: SlotRunner): void {
    if (isWarm) return;
    throw new InputError(
      `Cannot warm ${deployment.system} up: it looks back on ${warmupBars} bars before the first ` +
        `and the feed had ${warmedUp}`,
      {
        where: this.#options.feed.name,
        remedy: "give a feed that begins earlier, or begin later with --from",
      },
    );
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
    this.#sessionTime = bar.time + bars.intervalMs;
    const { orders } = runner.view;
    if (runner.missedClose(marked)) {
      this.tell({ kind: "close", slot, reason: "session-close", atClose: false });
      await this.#driven.settled();
    }
    if (!orders.isEmpty && runner.view.isPaidInFull) {
      this.tell({ kind: "mark", slot, priceTicks: toTicks(bar.open, instrument.tickSize) });
      await this.#driven.settled();
    }
    await this.#options.broker.onBar(instrument.symbol, bars, row);
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
    const slot = this.#runners.indexOf(runner);
    const { clock } = this.#options;
    const acts = !isOver && this.#engine.ruinedAt === null && !runner.mustFlatten(marked);
    const { system: by } = runner.options.deployment;
    if (this.#ending === "decider hangs") return;
    const asked = clock.now();
    const decision = await within(clock, this.#cutOffMs, runner.decider.decide(runner.held(acts)));
    if (decision instanceof CutOff) {
      this.#write({ kind: "no-forecast", slot, by, reason: "no answer before the cut-off" });
      return this.#hang();
    }
    if (!acts) {
      return this.#write({ kind: "no-forecast", slot, by, reason: "nothing is decided here" });
    }
    const { forecast, why } = decision;
    const latencyMs = clock.now() - asked;
    this.tell(
      { kind: "forecast", slot, forecast },
      { kind: "forecast", slot, forecast, by, why, latencyMs },
    );
  }

  /** A decider that does not answer may spin for ever, and cannot be ended: the process has to. */
  #hang(): void {
    this.tell({ kind: "halt", reason: "what decides does not answer" });
    this.#flatten();
    this.#endFor("decider hangs");
    this.#keepAll();
  }

  /** Closes everything as soon as it can trade. */
  #flatten(): void {
    for (const slot of this.#runners.keys()) {
      this.tell({ kind: "close", slot, reason: "session-close", atClose: false });
    }
  }

  #endFor(reason: SessionOutcome["reason"]): void {
    this.#ending ??= reason;
    this.#end();
  }

  #obey(control: Control): void {
    this.#carryOut(control);
    this.#keepAll();
  }

  #carryOut({ kind, reason, via }: Control): void {
    this.#write({ kind: "user-command", command: kind, via, detail: reason });
    const text = reason === "" ? `${kind} by ${via}` : `${reason} (${kind} by ${via})`;
    switch (kind) {
      case "halt":
        return this.tell({ kind: "halt", reason: text });
      case "resume":
        return this.tell({ kind: "resume", reason: text });
      case "flatten":
        this.tell({ kind: "halt", reason: text });
        return this.#flatten();
      case "stop":
        this.#endFor("stopped");
    }
  }

  /** Everything that is on its way has arrived, or it is too late for it. */
  async #settle(): Promise<void> {
    await within(this.#options.clock, this.#cutOffMs, this.#driven.settled());
  }

  #heard(slot: number, report: BrokerReport): void {
    this.#write({ ...report, slot });
    this.#keepAll();
    if (report.kind !== "filled") return;
    const { symbol } = this.#options.slots[slot]!.instrument;
    this.#fills.push({ ...report.fill, symbol });
  }

  /** What makes a position smaller does not wait for the journal. */
  #keep(command: Command): Promise<unknown> | void {
    if (!this.#isExit(command)) return this.#append(command);
    this.#keepAll();
    try {
      this.#options.journal.note(this.#entry(command));
    } catch {
      // There is no room for a note either: an exit goes all the same, and the broker knows of it.
    }
  }

  #isExit(command: Command): boolean {
    if (command.kind !== "submit") return command.kind === "cancel";
    const held = this.#engine.slot(command.slot).positionLots, { lots } = command.order;
    return Math.sign(lots) === -Math.sign(held) && Math.abs(lots) <= Math.abs(held);
  }

  /** Remembers what happened until something depends on it, or enough has come together. */
  #write(fact: JournalFact): void {
    this.#unkept.push(this.#entry(fact));
    if (this.#unkept.length >= MOST_UNKEPT) this.#keepAll();
  }

  /** Gives the journal what was remembered, in its order. */
  #keepAll(): void {
    for (const entry of this.#unkept) {
      // Where it cannot be written for good, whatever waits for it next says so.
      this.#options.journal.append(entry).catch(() => {});
    }
    this.#unkept = [];
  }

  /** Writes something down with all before it; settles when it is kept. */
  #append(fact: JournalFact): Promise<number> {
    this.#keepAll();
    return this.#options.journal.append(this.#entry(fact));
  }

  #entry(fact: JournalFact): JournalEntry {
    return { ...fact, at: this.#options.clock.now(), sessionTime: this.#sessionTime };
  }
}

/** What the journal says of a session's instruments. */
export function journaledSlots({ slots }: Pick<SessionOptions, "slots">) {
  return slots.map(({ instrument, intervalMs }) => ({
    symbol: instrument.symbol,
    intervalMs,
    tickSize: instrument.tickSize,
    tickValueMicros: tickValueMicros(instrument),
    settles: instrument.kind === "future",
  }));
}

/** Cash before the first session, micro-dollars. */
export function initialMicros({ initialCashUsd }: Pick<SessionOptions, "initialCashUsd">): number {
  return usdToMicros(initialCashUsd);
}
