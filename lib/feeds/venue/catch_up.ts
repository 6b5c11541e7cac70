import { InputError, sleep, type TimerClock } from "../../core/mod.ts";
import type { OpenSpans } from "../../data/mod.ts";
import type { BarMarks, JournaledBar } from "../../trading/mod.ts";
import { type BarInbox, sameBar } from "../bar_inbox.ts";
import { stepGap } from "../step_gap.ts";
import { type BarVenue, VenueBusyError } from "./bar_venue.ts";
import type { ClockOffsetEstimate } from "./clock_offset.ts";
import { historyFrom } from "./history_from.ts";

/** What a catching-up is bound by. */
export interface CatchUpOptions {
  /** How long later bars wait for those that were missed. */
  readonly backfillMs: number;
  readonly clock: TimerClock;
  /** Bars to begin with. */
  readonly history: number;
  /** Bars that opened later come too; Infinity for none. */
  readonly since: number;
  readonly intervalMs: number;
  readonly openSpans: OpenSpans;
  readonly signal: AbortSignal | undefined;
}

interface Held {
  readonly bar: JournaledBar;
  readonly receivedAt: number;
}

const FIRST_PAUSE_MS = 1_000, LONGEST_PAUSE_MS = 30_000;

/**
 * Brings the bars of a stream and those that were asked for into one order: while missed ones are
 * asked for, later ones wait, but not for ever.
 */
export class CatchUp {
  readonly #venue: BarVenue;
  readonly #inbox: BarInbox;
  readonly #offset: ClockOffsetEstimate;
  readonly #options: CatchUpOptions;
  #held: Held[] = [];
  #running: Promise<void> | null = null;

  constructor(
    venue: BarVenue,
    inbox: BarInbox,
    offset: ClockOffsetEstimate,
    options: CatchUpOptions,
  ) {
    this.#venue = venue;
    this.#inbox = inbox;
    this.#offset = offset;
    this.#options = options;
  }

  /** Whether missed bars are being asked for. */
  get isBusy(): boolean {
    return this.#running !== null;
  }

  /** Takes a closed bar of the stream; asks for those before it where they are missing. */
  take(bar: JournaledBar, receivedAt: number): Promise<void> {
    const { lastTime } = this.#inbox;
    const isBehindHole = lastTime !== null && this.#lacks(lastTime, bar.time);
    if (!this.isBusy && !isBehindHole) {
      this.#inbox.take(bar, this.#marks("feed", bar, receivedAt));
      return Promise.resolve();
    }
    this.#held.push({ bar, receivedAt });
    return this.start();
  }

  /**
   * Asks for all that has closed since the last bar, or for the history. One at a time.
   *
   * @param before done first, while bars wait already
   */
  start(before?: () => Promise<void>): Promise<void> {
    return this.#running ??= this.#run(before).finally(() => this.#running = null);
  }

  async #run(before?: () => Promise<void>): Promise<void> {
    await before?.();
    const { backfillMs, clock, history, signal, since } = this.#options;
    const isFirst = this.#inbox.lastTime === null;
    const hasPast = history > 0 || since < Infinity;
    const giveUpAt = isFirst && hasPast ? Infinity : clock.now() + backfillMs;
    let found: readonly JournaledBar[] = [];
    let pauseMs = FIRST_PAUSE_MS;
    while ((!isFirst || hasPast) && !this.#inbox.isClosed) {
      let waitMs = FIRST_PAUSE_MS;
      try {
        found = await this.#fetch(isFirst);
        if (!this.#lacksBefore(found)) break;
      } catch (error) {
        if (error instanceof InputError || error instanceof Deno.errors.NotCapable) throw error;
        waitMs = error instanceof VenueBusyError ? error.waitMs : pauseMs;
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
        if (isFirst) this.#inbox.setStatus("connecting", (error as Error).message);
      }
      if (clock.now() + waitMs > giveUpAt) break;
      try {
        await sleep(clock, waitMs, signal);
      } catch {
        return;
      }
    }
    this.#deliver(found, isFirst);
  }

  /** Bars that are over by the venue's own clock, oldest first. */
  async #fetch(isFirst: boolean): Promise<JournaledBar[]> {
    const { clock, history, intervalMs, openSpans, signal, since } = this.#options;
    const now = clock.now() - this.#offset.middleMs;
    const from = isFirst
      ? Math.min(historyFrom(now, history, intervalMs, openSpans), since + intervalMs)
      : this.#inbox.lastTime! + intervalMs;
    const { bars, venueTime } = await this.#venue.fetchBars(from, now + intervalMs, signal);
    const over = bars.filter(({ time }) => time >= from && time + intervalMs <= venueTime);
    const sorted = over.toSorted((a, b) => a.time - b.time);
    const first = Math.max(0, sorted.length - history);
    return isFirst ? sorted.filter(({ time }, i) => i >= first || time > since) : sorted;
  }

  /** Whether bars that came after the missed ones still have a hole before them. */
  #lacksBefore(found: readonly JournaledBar[]): boolean {
    const last = found.at(-1)?.time ?? this.#inbox.lastTime;
    if (last === null) return false;
    const next = Math.min(...this.#held.map(({ bar }) => bar.time).filter((time) => time > last));
    return next < Infinity && this.#lacks(last, next);
  }

  #lacks(before: number, next: number): boolean {
    const { intervalMs, openSpans } = this.#options;
    return stepGap(before, next, intervalMs, openSpans) !== null;
  }

  #deliver(found: readonly JournaledBar[], isFirst: boolean): void {
    const inbox = this.#inbox, now = this.#options.clock.now();
    const held = this.#held.toSorted((a, b) => a.bar.time - b.bar.time);
    this.#held = [];
    if (isFirst) {
      for (const bar of found) inbox.take(bar, this.#marks("history", bar, now));
    } else this.#merge(found, held, now);
    // Those that were found as well are compared and not taken again.
    for (const { bar, receivedAt } of held) inbox.take(bar, this.#marks("feed", bar, receivedAt));
  }

  /** A bar that was found and came too is the stream's, with the values that were found later. */
  #merge(found: readonly JournaledBar[], held: Held[], now: number): void {
    const last = this.#inbox.lastTime!;
    let run: JournaledBar[] = [];
    const fill = (until: number): void => {
      this.#inbox.fill(run, this.#backfilled(now), until);
      run = [];
    };
    for (const bar of found) {
      if (bar.time <= last) continue;
      const index = held.findIndex((each) => each.bar.time === bar.time);
      if (index < 0) {
        run.push(bar);
        continue;
      }
      const twin = held[index]!;
      held.splice(index, 1);
      fill(bar.time);
      const isRepaired = !sameBar(twin.bar, bar);
      this.#inbox.take(bar, { ...this.#marks("feed", bar, twin.receivedAt), isRepaired });
    }
    const newest = run.at(-1)?.time;
    if (newest === undefined) return;
    const behind = held.find(({ bar }) => bar.time > newest)?.bar.time;
    fill(behind ?? newest + this.#options.intervalMs);
  }

  #marks(origin: BarMarks["origin"], bar: JournaledBar, receivedAt: number): BarMarks {
    const end = bar.time + this.#options.intervalMs;
    const lateMs = origin === "history" ? null : receivedAt - this.#offset.middleMs - end;
    return { origin, isRepaired: false, receivedAt, lateMs };
  }

  #backfilled(now: number): (bar: JournaledBar) => BarMarks {
    return (bar) => this.#marks("backfill", bar, now);
  }
}
