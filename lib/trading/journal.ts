import { barOfRow } from "./bar_of_row.ts";
import type { EngineEvent } from "./events.ts";
import type { JournalFact } from "./journal_facts.ts";

/** When something was written down. */
export interface JournalMoment {
  /** Epoch milliseconds of the machine's clock. */
  readonly at: number;
  /** Epoch milliseconds of the session's own clock, which its feed moves; null before the first bar. */
  readonly sessionTime: number | null;
}

/** Something that happened, and when. */
export type JournalEntry = JournalMoment & JournalFact;

/** An entry as it is kept. */
export type KeptEntry = JournalEntry & {
  /** Rising from 1 without a hole. */
  readonly sequence: number;
  /** Its number among the entries that went first and came in later; null for all others. */
  readonly note: number | null;
};

/** Where an entry that could not wait was kept. */
export type Kept =
  /** In its place. */
  | "journal"
  /** Beside the journal, which could not be written; it comes in before whatever comes later. */
  | "spare";

/**
 * Keeps what happened, in order and for good. What makes a position larger waits until it is kept;
 * what makes it smaller must not be held back by a full disk, so it may go first.
 */
export interface Journal {
  /**
   * Adds an entry. It outlives a power cut when this settles. While the journal cannot be written,
   * it waits.
   *
   * @param signal gives up waiting: the entry is then kept nowhere
   * @returns its number
   * @throws {TypeError} when it is not of the shape that is read
   * @throws the signal's reason when that is aborted first; an error when the journal has ended
   */
  append(entry: JournalEntry, signal?: AbortSignal): Promise<number>;
  /**
   * Adds an entry now, after all that wait; where the journal cannot be written, beside it.
   *
   * @throws {TypeError} when it is not of the shape that is read
   * @throws when there is no room beside it either: what it says may be done all the same
   */
  note(entry: JournalEntry): Kept;
  /** Entries that are kept, oldest first. @param after number of the last one not wanted */
  entries(after?: number): AsyncIterable<KeptEntry>;
}

/** What is written down of an event that an engine is told. */
export function journaledEvent(event: EngineEvent): JournalFact {
  switch (event.kind) {
    case "bar": {
      const { bars, endsSession, row, slot, tradeDay } = event;
      return {
        kind: "bar",
        slot,
        bar: barOfRow(bars, row),
        tradeDay,
        endsSession,
        origin: "feed",
        receivedAt: null,
      };
    }
    case "forecast":
      return { ...event, by: null, why: null, latencyMs: null };
    case "report":
      return { ...event.report, slot: event.slot };
    default:
      return event;
  }
}
