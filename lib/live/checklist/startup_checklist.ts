import type { JournalCheck } from "../../journal/mod.ts";
import type { BrokerSnapshot, ChecklistLine, TradingMode } from "../../trading/mod.ts";
import type { SessionSlot } from "../session_options.ts";
import { journalLine, marginLine, reconcileLine } from "./account_lines.ts";
import { calendarLine } from "./calendar_line.ts";
import { type CheckedFeed, clockLine, freshLine } from "./feed_lines.ts";
import { type CheckedSystem, hashLines, leakLine } from "./system_lines.ts";

/** Everything that is looked at before the first order. */
export interface CheckedStart {
  /** What money is at stake. */
  readonly mode: TradingMode;
  /** Where bars come from. */
  readonly feed: CheckedFeed;
  /** What came of looking at the whole journal. */
  readonly journal: JournalCheck;
  /** Whether the session goes on where it had stopped. */
  readonly isRestart: boolean;
  /** What decides. */
  readonly systems: readonly CheckedSystem[];
  /** Of the code that runs. */
  readonly codeSha256: string;
  /** What trades. */
  readonly slots: readonly SessionSlot[];
  /** The broker's books. */
  readonly books: BrokerSnapshot;
  /** Epoch milliseconds at which the session begins, by its own time. */
  readonly begins: number;
}

/** The checklist of a session, one line for each thing that was looked at. */
export function startupChecklist(start: CheckedStart): readonly ChecklistLine[] {
  const { begins, books, codeSha256, feed, isRestart, journal, mode, slots, systems } = start;
  const instruments = new Map(slots.map(({ instrument }) => [instrument.symbol, instrument]));
  return [
    clockLine(mode, feed),
    journalLine(journal),
    ...hashLines(systems, codeSha256),
    ...systems.map((system) => leakLine(mode, system, codeSha256)),
    ...[...instruments.values()].map((instrument) => calendarLine(mode, instrument, begins)),
    freshLine(mode, feed),
    marginLine(mode, slots, books.cashMicros / 1e6),
    reconcileLine(mode, books, isRestart),
  ];
}
