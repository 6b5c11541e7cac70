import type { TimerClock } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { type BarFeed, type BarMarks, barOfRow, type FeedNews } from "../../trading/mod.ts";
import { BarWindow } from "../bar_window.ts";

/** The contract that the bars of a feed are of, and what joins its prices to those before. */
export interface JoinedContract {
  /** Its name, for example `MESZ6`. */
  readonly name: string;
  /** Added to its prices, it gives those of the first contract. */
  readonly adjustment: number;
}

/** How one contract after another is followed. */
export interface RolledFeedOptions {
  /** As it was asked for. */
  readonly name: string;
  /** What the bars are of. */
  readonly market: Pick<Bars, "instrument" | "intervalMs">;
  /** Bars that stay visible before the newest one. */
  readonly lookBack: number;
  /** The contract to begin with. */
  readonly first: JoinedContract;
  /**
   * Follows the bars of one contract.
   *
   * @param after open of the newest bar of the contract before, whose later bars are missing; null
   * for the one to begin with. Earlier bars show by how much prices differ
   */
  readonly open: (contract: string, after: number | null, resources: {
    readonly onNews: (news: FeedNews) => void;
    readonly signal: AbortSignal;
  }) => BarFeed;
  /** Name of the contract that is traded now. @throws while nobody can tell */
  readonly current: () => Promise<string>;
  readonly clock: TimerClock;
  /** Told of gaps, corrections, refusals and the state of whichever contract is followed. */
  readonly onNews?: ((news: FeedNews) => void) | undefined;
  /** Ends the feed. */
  readonly signal?: AbortSignal | undefined;
}

/** Which contract is traded is asked no more often. */
const ASK_EVERY_MS = 60_000;
/** Closes that are kept to see by how much prices of two contracts differ. */
const KEPT_CLOSES = 120;

/**
 * Bars of one contract after the other, each with the name of its contract: once another one is
 * traded, the next bar is one of that, its prices joined by their difference at the last moment at
 * which both have a bar.
 */
export function createRolledFeed(options: RolledFeedOptions): BarFeed {
  return new RolledFeed(options);
}

class RolledFeed implements BarFeed {
  readonly #options: RolledFeedOptions;
  readonly #window: BarWindow;
  #contract: JoinedContract;
  #source: BarFeed;
  #stop: AbortController;
  #marks: BarMarks;
  /** Open of the newest bar that was handed on. */
  #newest = -Infinity;
  /** Closes of the contract that is followed, by the opens of their bars. */
  #closes = new Map<number, number>();
  /** Closes of the contract before, while bars of both are compared; null while none are. */
  #closesBefore: ReadonlyMap<number, number> | null = null;
  #askedAt = -Infinity;
  /** Another contract that is traded by now; null for none. */
  #due: string | null = null;
  #wake: () => void = () => {};

  constructor(options: RolledFeedOptions) {
    const { first, lookBack, market } = options;
    this.#options = options;
    this.#window = new BarWindow(market, lookBack);
    this.#contract = first;
    [this.#source, this.#stop] = this.#open(first.name, null);
    this.#marks = this.#source.marks;
  }

  get name(): string {
    return this.#options.name;
  }

  get bars(): Bars {
    return this.#window.bars;
  }

  get marks(): BarMarks {
    return this.#marks;
  }

  get status(): BarFeed["status"] {
    return this.#source.status;
  }

  get clockOffset(): BarFeed["clockOffset"] {
    return this.#source.clockOffset;
  }

  async next(): Promise<number | null> {
    for (;;) {
      if (this.#due !== null) this.#roll(this.#due);
      const row = await this.#nextOrDue();
      if (row === "due") continue;
      if (row === null) return null;
      const bar = barOfRow(this.#source.bars, row);
      this.#keep(bar.time, bar.close);
      // Of a contract that is gone over to, the past is there to compare.
      if (bar.time <= this.#newest) continue;
      this.#join(bar.open);
      const { marks } = this.#source;
      const isMissed = marks.origin === "history" && this.#hasRolled;
      this.#marks = isMissed ? { ...marks, origin: "backfill" } : marks;
      this.#newest = bar.time;
      this.#window.push({ ...bar, contract: { ...this.#contract, method: "difference" } });
      void this.#ask();
      return this.#window.bars.length - 1;
    }
  }

  #hasRolled = false;

  /** Waits for a bar, or for another contract. */
  #nextOrDue(): Promise<number | "due" | null> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve("due");
      Promise.resolve(this.#source.next()).then(resolve, reject);
    });
  }

  #roll(contract: string): void {
    this.#due = null;
    this.#hasRolled = true;
    this.#stop.abort();
    this.#closesBefore ??= this.#closes;
    this.#closes = new Map();
    this.#contract = { ...this.#contract, name: contract };
    [this.#source, this.#stop] = this.#open(contract, this.#newest);
  }

  /** By how much the prices of two contracts differ is known at the first bar of the later one. */
  #join(open: number): void {
    const before = this.#closesBefore;
    if (before === null) return;
    this.#closesBefore = null;
    const both = [...before.keys()].filter((time) => this.#closes.has(time));
    const at = Math.max(...both);
    // Where they never traded together, what was paid last is what there is.
    const was = before.get(both.length > 0 ? at : Math.max(...before.keys())) ?? open;
    const gap = was - (this.#closes.get(at) ?? open);
    this.#contract = { ...this.#contract, adjustment: this.#contract.adjustment + gap };
  }

  #keep(time: number, close: number): void {
    this.#closes.set(time, close);
    const [oldest] = this.#closes.keys();
    if (this.#closes.size > KEPT_CLOSES) this.#closes.delete(oldest!);
  }

  async #ask(): Promise<void> {
    const { clock, current } = this.#options;
    if (clock.now() - this.#askedAt < ASK_EVERY_MS) return;
    this.#askedAt = clock.now();
    try {
      const contract = await current();
      if (contract === this.#contract.name) return;
      this.#due = contract;
      this.#wake();
    } catch {
      // It is asked again: the contract that is followed goes on for some days.
    }
  }

  #open(contract: string, after: number | null): readonly [BarFeed, AbortController] {
    const { onNews, open, signal } = this.#options;
    const stop = new AbortController();
    const ends = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    const source = open(contract, after, {
      signal: ends,
      // The end of a contract that was left is no news.
      onNews: (news) => stop.signal.aborted || onNews?.(news),
    });
    return [source, stop];
  }
}
