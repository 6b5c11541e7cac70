/**
 * The journal of an account: append, read, check, rebuild.
 *
 * @module
 */
export {
  type AccountJournal,
  type JournalSettings,
  type OpenedJournal,
  openJournal,
} from "./account_journal.ts";
export { type BookableEntry, BookKeeper, rebuildBooks } from "./book_keeper.ts";
export type { BookedSession, JournalBooks, SlotBooks } from "./books.ts";
export type { JournalCheck, JournalFault } from "./check_journal.ts";
export { JOURNAL_KINDS } from "./fact_schemas.ts";
export { ACCOUNT_NAME, describeAccount, type JournalAccount } from "./journal_account.ts";
export { type JournalFiles, journalFiles } from "./journal_files.ts";
export { type JournalReader, openJournalReader } from "./journal_reader.ts";
export type { MilestoneKind } from "./journal_rows.ts";
export { type SessionDay, sessionDays } from "./session_days.ts";
