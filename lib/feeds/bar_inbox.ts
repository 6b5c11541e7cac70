import type { Clock } from "../core/mod.ts";
import type { OpenSpans } from "../data/mod.ts";
import { type Bars, countablePrice } from "../market/mod.ts";
import type {
  BarFeed,
  BarMarks,
  ClockOffset,
  FeedNews,
  FeedStatus,
  JournaledBar,
} from "../trading/mod.ts";
import { barFault } from "./bar_fault.ts";
import { BarWindow } from "./bar_window.ts";
import { stepGap } from "./step_gap.ts";

/** What an inbox is made for. */
export interface InboxOptions {
  /** As the feed was asked for. */
  readonly name: string;
  /** What the bars are of. */
  readonly market: Pick<Bars, "instrument" | "intervalMs">;
  /** Bars that stay visible before the newest one. */
  readonly lookBack: number;
  /** When bars may open. */
  readonly openSpans: OpenSpans;
  /** Stamps what is told. */
  readonly clock: Clock;
  /** Told of gaps, corrections, refusals and the state. */
  readonly onNews?: ((news: FeedNews) => void) | undefined;
  /** Ends the feed. */
  readonly signal?: AbortSignal | undefined;
}

interface Waiting {
  bar: JournaledBar;
  marks: BarMarks;
  /** Told before the bar is handed on. */
  readonly gap: FeedNews | null;
}

/** Refusals that are each told; of more, every doubling is. */
const TOLD_REFUSALS = 20;
const NOTHING: BarMarks = { origin: "history", isRepaired: false, receivedAt: null, lateMs: null };

/**
 * Where a source lays down closed bars as they come and a session takes them out in order. Whatever
 * the source does, times rise, no bar comes twice, and each hole is told before the bar behind it.
 */
export class BarInbox implements BarFeed {
  readonly name: string;
  readonly #options: InboxOptions;
  readonly #window: BarWindow;
  readonly #mostPrice: number;
  #waiting: Waiting[] = [];
  #taken = 0;
  #lastTime = -Infinity;
  /** What lacks before this time has been told. */
  #toldUntil = -Infinity;
  #marks = NOTHING;
  #status: FeedStatus;
  #clockOffset: ClockOffset | null = null;
  #refused = 0;
  #isClosed = false;
  #error: unknown = null;
  #wake: (() => void) | null = null;

  /** Empty, and connecting. */
  constructor(options: InboxOptions) {
    this.name = options.name;
    this.#options = options;
    this.#window = new BarWindow(options.market, options.lookBack);
    this.#mostPrice = countablePrice(options.market.instrument, 1);
    this.#status = { state: "connecting", since: options.clock.now(), detail: "" };
    const { signal } = options;
    const cancel = (): void => {
      this.#waiting = [];
      this.#taken = 0;
      this.end("cancelled");
    };
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener("abort", cancel, { once: true });
  }

  /** The newest bar that was taken out, and those before it. */
  get bars(): Bars {
    return this.#window.bars;
  }

  /** Of the bar that was taken out last. */
  get marks(): BarMarks {
    return this.#marks;
  }

  /** How the feed does. */
  get status(): FeedStatus {
    return this.#status;
  }

  /** What was set last. */
  get clockOffset(): ClockOffset | null {
    return this.#clockOffset;
  }

  /** Open of the newest bar that was laid down; null before the first. */
  get lastTime(): number | null {
    return this.#lastTime === -Infinity ? null : this.#lastTime;
  }

  /** Whether nothing is taken any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes the next bar out. @throws what the source failed with, once */
  next(): number | null | Promise<number | null> {
    if (this.#taken < this.#waiting.length) return this.#handOn();
    if (this.#isClosed) return this.#atEnd();
    return new Promise((resolve, reject) => {
      this.#wake = () => {
        this.#wake = null;
        try {
          resolve(this.#taken < this.#waiting.length ? this.#handOn() : this.#atEnd());
        } catch (error) {
          reject(error);
        }
      };
    });
  }

  /** Lays a closed bar down; one that was there already is compared and not taken again. */
  take(bar: JournaledBar, marks: BarMarks): void {
    if (this.#isClosed || !this.#isGood(bar)) return;
    if (bar.time <= this.#lastTime) return this.#again(bar);
    this.#layDown(bar, marks, this.#gapBefore(bar.time, 0));
  }

  /**
   * Lays down bars that were left out, as they were found, and the gap that they fill in part or in
   * whole; the bar behind them comes next, by `take`.
   *
   * @param until open of the bar behind them
   */
  fill(
    found: readonly JournaledBar[],
    marksOf: (bar: JournaledBar) => BarMarks,
    until: number,
  ): void {
    if (this.#isClosed) return;
    const first = this.#lastTime;
    const bars = found.filter((bar) => bar.time > first && bar.time < until && this.#isGood(bar));
    let gap = bars.length === 0 ? null : this.#gapBefore(until, bars.length);
    for (const bar of bars) {
      if (bar.time <= this.#lastTime) continue;
      this.#layDown(bar, marksOf(bar), gap);
      gap = null;
      this.#toldUntil = until;
    }
  }

  /** Says that something came that is no bar of this feed. */
  refuse(reason: string): void {
    if (this.#isClosed) return;
    const count = ++this.#refused;
    const isTold = count <= TOLD_REFUSALS || (count & (count - 1)) === 0;
    if (isTold) this.#tell({ kind: "refused", reason, count });
  }

  /** Says how the feed does; the same again is not told. */
  setStatus(state: FeedStatus["state"], detail = ""): void {
    if (this.#isClosed || (this.#status.state === state && this.#status.detail === detail)) return;
    this.#status = { state, since: this.#options.clock.now(), detail };
    this.#tell({ kind: "status", status: this.#status });
  }

  /** Says how far the machine's clock is ahead. @param isNews whether it is worth telling */
  setClockOffset(offset: ClockOffset, isNews: boolean): void {
    this.#clockOffset = offset;
    if (isNews && !this.#isClosed) this.#tell({ kind: "clock-offset", ...offset });
  }

  /** Takes nothing any more; what waits is still handed on. */
  end(detail: string): void {
    if (this.#isClosed) return;
    this.setStatus("ended", detail);
    this.#isClosed = true;
    this.#wake?.();
  }

  /** Ends with an error, which whoever takes bars out gets after the last of them. */
  fail(error: unknown): void {
    if (this.#isClosed) return;
    this.#error = error;
    this.end((error as Error).message);
  }

  #layDown(bar: JournaledBar, marks: BarMarks, gap: FeedNews | null): void {
    this.#waiting.push({ bar, marks, gap });
    this.#lastTime = bar.time;
    this.#wake?.();
  }

  #handOn(): number {
    const { bar, gap, marks } = this.#waiting[this.#taken]!;
    if (++this.#taken === this.#waiting.length) {
      this.#waiting = [];
      this.#taken = 0;
    }
    if (gap !== null) this.#tell(gap);
    this.#window.push(bar);
    this.#marks = marks;
    return this.#window.bars.length - 1;
  }

  #atEnd(): null {
    const error = this.#error;
    this.#error = null;
    if (error !== null) throw error;
    return null;
  }

  #gapBefore(time: number, found: number): FeedNews | null {
    if (this.#lastTime === -Infinity || time <= this.#toldUntil) return null;
    const { market: { intervalMs }, openSpans } = this.#options;
    const gap = stepGap(this.#lastTime, time, intervalMs, openSpans);
    return gap === null ? null : { kind: "gap", ...gap, found };
  }

  #isGood(bar: JournaledBar): boolean {
    const fault = barFault(bar, this.#mostPrice);
    if (fault !== null) this.refuse(fault);
    return fault === null;
  }

  /** A bar whose time has passed: the same again, or a correction. */
  #again(bar: JournaledBar): void {
    for (let i = this.#taken; i < this.#waiting.length; i++) {
      const waiting = this.#waiting[i]!;
      if (waiting.bar.time !== bar.time) continue;
      if (sameBar(waiting.bar, bar)) return;
      waiting.bar = bar;
      waiting.marks = { ...waiting.marks, isRepaired: true };
      return;
    }
    const was = this.#window.at(bar.time);
    if (was === null) {
      return this.refuse(`a bar of ${isoTime(bar.time)} came after ${isoTime(this.#lastTime)}`);
    }
    if (!sameBar(was, bar)) this.#tell({ kind: "revision", was, now: bar });
  }

  #tell(news: FeedNews): void {
    this.#options.onNews?.(news);
  }
}

/** Whether two bars say the same. */
export function sameBar(a: JournaledBar, b: JournaledBar): boolean {
  return a.time === b.time && a.open === b.open && a.high === b.high && a.low === b.low &&
    a.close === b.close && a.volume === b.volume;
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
