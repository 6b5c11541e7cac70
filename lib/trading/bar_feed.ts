import type { Bars } from "../market/mod.ts";
import type { BAR_ORIGINS, JournaledBar } from "./journal_facts.ts";
import type { Feed } from "./ports.ts";

/**
 * How a bar came: as it closed; asked for after the feed had left it out; or, as `history`, from
 * before the session began, to warm up on: no engine takes it.
 */
export type BarOrigin = typeof BAR_ORIGINS[number] | "history";

/** What is known of a bar besides its prices. */
export interface BarMarks {
  /** How it came. */
  readonly origin: BarOrigin;
  /** Its venue corrected it before it was handed on. */
  readonly isRepaired: boolean;
  /** Epoch milliseconds of the machine's clock; null where bars come at any speed. */
  readonly receivedAt: number | null;
  /** Milliseconds from its end to its coming, by the venue's clock; null where bars come at any speed. */
  readonly lateMs: number | null;
}

/** How a feed does. */
export interface FeedStatus {
  /**
   * `connecting` until the first bars can come; `live`; `silent` when nothing comes though something
   * should; `reconnecting` after the line was lost or given up; `ended` for good.
   */
  readonly state: "connecting" | "live" | "silent" | "reconnecting" | "ended";
  /** Epoch milliseconds of the feed's clock since when. */
  readonly since: number;
  /** Why, in words; empty where there is nothing to say. */
  readonly detail: string;
}

/** How far the machine's clock is ahead of the venue's, between two bounds. */
export interface ClockOffset {
  /** Milliseconds; negative when the machine's clock is behind. */
  readonly lowMs: number;
  /** Milliseconds. */
  readonly highMs: number;
}

/** A machine's clock may be so far off before somebody should see to it, milliseconds. */
export const CLOCK_TOLERANCE_MS = 2_000;

/** What a feed has to say besides bars. */
export type FeedNews =
  | { readonly kind: "status"; readonly status: FeedStatus }
  /** Bars were missing between two that came. Told just before the first bar after them. */
  | {
    readonly kind: "gap";
    /** Epoch milliseconds of the first missing open. */
    readonly from: number;
    /** Epoch milliseconds of the first open that came again. */
    readonly to: number;
    /** How many were missing, by the calendar. */
    readonly missing: number;
    /** How many of them were asked for afterwards and are handed on with their mark. */
    readonly found: number;
  }
  /** The venue has corrected a bar that was handed on already: the decision on it stands. */
  | { readonly kind: "revision"; readonly was: JournaledBar; readonly now: JournaledBar }
  /** Something came that is no bar of this feed. */
  | {
    readonly kind: "refused";
    /** What, in one line. */
    readonly reason: string;
    /** How many there have been; not each of a flood is told. */
    readonly count: number;
  }
  | ClockOffset & { readonly kind: "clock-offset" };

/**
 * Where bars come from while a session runs. It hands on closed bars only: none before its end by
 * the stamps or the clock of its venue. Their times rise, and what is missing between two is told.
 */
export interface BarFeed extends Feed {
  /** As it was asked for, for example `replay:bars.csv`. */
  readonly name: string;
  /**
   * The newest bar and those of the look-back before it: a window of its own numbering, in memory
   * that does not grow. Read it anew after each call of `next`.
   */
  readonly bars: Bars;
  /** What is known of the newest bar. */
  readonly marks: BarMarks;
  /** How it does now. */
  readonly status: FeedStatus;
  /** What the venue's stamps tell of the machine's clock; null where there is no venue. */
  readonly clockOffset: ClockOffset | null;
  /**
   * Waits for the next bar: its row in `bars`, the last one. Null when there are no more, also
   * after the feed was cancelled.
   */
  next(): number | null | Promise<number | null>;
}
