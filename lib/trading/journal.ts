import type { Command, EngineEvent } from "./events.ts";

/** A bar as it is written down. */
export interface JournaledBar {
  /** Epoch milliseconds of its open. */
  readonly time: number;
  /** First price. */
  readonly open: number;
  /** Highest price. */
  readonly high: number;
  /** Lowest price. */
  readonly low: number;
  /** Last price. */
  readonly close: number;
  /** Contracts or shares. */
  readonly volume: number;
}

/** One thing that happened, as plain data. */
export type JournalEntry =
  /** The engine was told something. */
  | {
    readonly kind: "event";
    /** Epoch milliseconds at which it was told. */
    readonly at: number;
    readonly event: Exclude<EngineEvent, { readonly kind: "bar" }> | JournaledClose;
  }
  /** The engine wants something done; written before it is done. */
  | { readonly kind: "command"; readonly at: number; readonly command: Command };

/** The event of a closed bar, with the bar instead of the columns that it lies in. */
export interface JournaledClose {
  /** As in the event. */
  readonly kind: "bar";
  /** Number of the instrument in the account. */
  readonly slot: number;
  /** The bar. */
  readonly bar: JournaledBar;
  /** Days since 1970-01-01 of the trade day that it belongs to. */
  readonly tradeDay: number;
  /** Whether it is the last of its session. */
  readonly endsSession: boolean;
}

/** Keeps what happened, in order and for good. */
export interface Journal {
  /** Adds an entry; it outlives a power cut when this settles. @throws when it cannot be kept */
  append(entry: JournalEntry): Promise<void>;
  /** All entries, oldest first. */
  entries(): AsyncIterable<JournalEntry>;
}
