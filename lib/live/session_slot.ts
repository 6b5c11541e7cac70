import { InputError } from "../core/mod.ts";
import type { SlotView } from "../engine/mod.ts";
import {
  type Bars,
  createCalendar,
  DAILY_INTERVAL_MS,
  type SessionCalendar,
  sessionMark,
} from "../market/mod.ts";
import { BarWindow } from "../feeds/mod.ts";
import { tradesUntil } from "../risk/mod.ts";
import type { BarOrigin, JournaledBar } from "../trading/mod.ts";
import type { Decider, Held } from "./decider.ts";
import { type LeavingTime, leavingTime } from "./leaving_time.ts";
import type { SessionSlot } from "./session_options.ts";

/** Bars before the newest one that engine and broker read. */
const LOOK_BACK = 1;

/** Bars that are kept for systems that come later, at least. */
const KEPT_BARS = 1_000;

/** A bar with what the calendar says of it. */
export interface MarkedBar {
  readonly bars: Bars;
  readonly row: number;
  /** Days since 1970-01-01. */
  readonly tradeDay: number;
  readonly endsSession: boolean;
}

/** What a session keeps of one of its instruments: the newest bars, and who decides. */
export class SlotRunner {
  /** What is traded, and by what. */
  options: SessionSlot;
  /** What the engine knows of it. */
  view: SlotView;
  /** Who decides. */
  decider: Decider;
  /** Bars that were traded. */
  bars = 0;
  /** The newest bar, those that only warm up included; null before the first. */
  newest: JournaledBar | null = null;
  /** Bars that came before the first one that was traded. */
  warmedUp = 0;
  readonly #window: BarWindow;
  readonly #calendar: SessionCalendar;
  #history: JournaledBar[] = [];
  #tradeDay: number | null = null;
  #goesOn = false;

  constructor(options: SessionSlot, view: SlotView, decider: Decider) {
    const { instrument, intervalMs } = options;
    this.options = options;
    this.view = view;
    this.decider = decider;
    this.#window = new BarWindow({ instrument, intervalMs }, LOOK_BACK);
    this.#calendar = createCalendar(instrument);
  }

  /** The newest bars, oldest first: what another system warms up with. */
  get history(): readonly JournaledBar[] {
    return this.#history;
  }

  /** Is traded by another system from the next bar on; what it has warmed up with is enough. */
  redeploy(options: SessionSlot, view: SlotView, decider: Decider): void {
    this.options = { ...options, from: this.options.from };
    this.view = view;
    this.decider = decider;
    this.warmedUp = Math.max(this.warmedUp, options.warmupBars);
  }

  /** Keeps a bar for those who warm up later, also one that was taken in before. */
  remember(bar: JournaledBar): void {
    if (bar.time <= (this.#history.at(-1)?.time ?? -Infinity)) return;
    this.#history.push(bar);
    const most = Math.max(KEPT_BARS, this.options.warmupBars);
    // Now and then, not with every bar.
    if (this.#history.length > 2 * most) this.#history = this.#history.slice(-most);
  }

  get #flattens(): boolean {
    const { flattenAtSessionEnd, intervalMs } = this.options;
    return flattenAtSessionEnd && intervalMs < DAILY_INTERVAL_MS;
  }

  /**
   * Goes on behind a bar that was taken in before.
   *
   * @param warmedUp bars that had come before the first one that was traded
   */
  goOnAfter(newest: JournaledBar, warmedUp: number): void {
    this.newest = newest;
    this.warmedUp = warmedUp;
    this.#goesOn = this.isWarm;
    this.#window.push(newest);
    if (!this.trades(newest)) return;
    this.#tradeDay = sessionMark(newest.time, this.options.intervalMs, this.#calendar).tradeDay;
  }

  /** Trade day of the newest bar that was traded, days since 1970-01-01; null before the first. */
  get tradeDay(): number | null {
    return this.#tradeDay;
  }

  /** When its contract has to be left; of contracts that are rolled that of the newest bar. */
  get leaving(): LeavingTime | null {
    const { instrument, leaving = null, rolls } = this.options;
    const contract = this.newest?.contract?.name;
    if (rolls !== true || contract === undefined) return leaving;
    if (this.#leaving?.contract !== contract) {
      this.#leaving = leavingTime(contract, this.newest!.time, instrument);
    }
    return this.#leaving;
  }

  #leaving: LeavingTime | null = null;

  /** Until when the session trades that is open just before a moment; null when none is. */
  closesAt(time: number): number | null {
    const session = this.#calendar.sessionAt(time - 1);
    return session === null ? null : tradesUntil(session, time);
  }

  /**
   * Whether a bar is traded, not only taken in. History warms up; where a session goes on it is what
   * happened meanwhile, and orders may have traded in it.
   */
  trades(bar: JournaledBar, origin: BarOrigin = "feed"): boolean {
    return bar.time >= this.options.from && (origin !== "history" || this.#goesOn);
  }

  /** Whether as many bars have come as the system looks back on. */
  get isWarm(): boolean {
    return this.warmedUp >= this.options.warmupBars;
  }

  /** @throws {InputError} when a feed had less history than the system looks back on */
  requireWarm(feed: string): void {
    const { isWarm, options: { deployment, warmupBars }, warmedUp } = this;
    if (isWarm) return;
    throw new InputError(
      `Cannot warm ${deployment.system} up: it looks back on ${warmupBars} bars before the first ` +
        `and the feed had ${warmedUp}`,
      {
        where: feed,
        remedy:
          "give a feed that begins earlier (a double: start it with more --history), or begin " +
          "later with --from",
      },
    );
  }

  /** Takes a bar in; the decider is told by whoever calls. */
  take(bar: JournaledBar, origin?: BarOrigin): MarkedBar {
    this.#window.push(bar);
    this.remember(bar);
    const { bars } = this.#window;
    const { isLast, tradeDay } = sessionMark(bar.time, bars.intervalMs, this.#calendar);
    this.newest = bar;
    if (this.trades(bar, origin)) this.bars++;
    else this.warmedUp++;
    return { bars, row: bars.length - 1, tradeDay, endsSession: isLast };
  }

  /** Whether the session before this bar ended without its last bar, with something left open. */
  missedClose({ tradeDay }: MarkedBar): boolean {
    const isNewDay = this.#tradeDay !== null && this.#tradeDay !== tradeDay;
    this.#tradeDay = tradeDay;
    return this.#flattens && isNewDay && this.isOpen;
  }

  /** Whether everything has to be closed at the close of a bar. */
  mustFlatten({ endsSession }: MarkedBar): boolean {
    return this.#flattens && endsSession;
  }

  /** Whether a position is held or an order may still trade. */
  get isOpen(): boolean {
    return this.view.positionLots !== 0 || !this.view.orders.isEmpty;
  }

  /** What a decision depends on. */
  held(acts: boolean): Held {
    const { exposure, positionLots } = this.view;
    return { exposure, positionLots, acts };
  }
}
