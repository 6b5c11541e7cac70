import type { AccountState, JournaledSlot, OpenOrder, TradingMode } from "../trading/mod.ts";

/** What an account holds, owes and waits for, by its journal alone. Plain data. */
export interface JournalBooks {
  /** Number of the last entry in it; 0 for none. */
  readonly sequence: number;
  /** The session that runs, or ran last; null before the first. */
  readonly session: BookedSession | null;
  /** Why nothing is entered any more; null while entries are allowed. */
  readonly halted: string | null;
  /** Epoch milliseconds at which equity was used up; null when it never was. */
  readonly ruinedAt: number | null;
  /** Orders and exits numbered so far. */
  readonly orderCount: number;
  /** Cash that the books began with. */
  readonly initialMicros: number;
  /** Cash, futures settled at each session's end. */
  readonly cashMicros: number;
  /** Cash and open profit at the last marks. */
  readonly equityMicros: number;
  /** What was earned since the books began, fees paid: `equityMicros - initialMicros`. */
  readonly profitMicros: number;
  /** One for each instrument of the session. */
  readonly slots: readonly SlotBooks[];
  /** Executions that were booked, by the broker's own numbers. */
  readonly executionIds: readonly string[];
}

/** A session as far as it has come. */
export interface BookedSession {
  /** Its name. */
  readonly name: string;
  /** What money was at stake. */
  readonly mode: TradingMode;
  /** Whether it has not said that it stopped: it runs, or was killed. */
  readonly isOpen: boolean;
}

/** One instrument of the books. */
export interface SlotBooks extends JournaledSlot {
  /** Position and cash, entry by entry. */
  readonly account: AccountState;
  /** Signed lots held, those of somebody else in the same account left out. */
  readonly positionLots: number;
  /** Signed lots that somebody else has traded in the account; absent without any. */
  readonly strangerLots?: number;
  /** Its own cash; of a slot among several, what it has earned. */
  readonly cashMicros: number;
  /** Its own cash and open profit at the last mark. */
  readonly equityMicros: number;
  /** Orders that may still trade. */
  readonly orders: readonly OpenOrder[];
  /** Orders sent, exits of brackets included. */
  readonly orderCount: number;
  /** Price that the position is valued at, whole ticks. */
  readonly markTicks: number;
  /** Epoch milliseconds of the last close; null before the first. */
  readonly closedAt: number | null;
}
