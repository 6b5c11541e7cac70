import { join } from "node:path";
import { CorruptArtifactError } from "../lib/core/mod.ts";
import {
  BookKeeper,
  type JournalAccount,
  type JournalBooks,
  type JournalCheck,
  type JournalFault,
  journalFiles,
  type JournalReader,
  openJournalReader,
  type SessionDay,
  sessionDays,
} from "../lib/journal/mod.ts";
import { type Control, readStanding, type SessionStanding, writeControl } from "../lib/live/mod.ts";
import type { KeptEntry } from "../lib/trading/mod.ts";

/** One account in `sessions list`. */
export interface SessionRow {
  readonly account: JournalAccount;
  /** What its journal comes to; null where it cannot be read. */
  readonly books: Omit<JournalBooks, "executionIds"> | null;
  /** How many orders were sent, a bracket with its exits as one. */
  readonly orders: number;
  /** Why it cannot be read; null where it can. */
  readonly fault: string | null;
  /** Whether somebody writes it now. */
  readonly isRunning: boolean;
  /** What is wrong with its entries; null where each is what was written, or none can be looked at. */
  readonly damage: JournalFault | null;
}

/** What `sessions list --json` prints. */
export interface SessionListDocument {
  readonly sessions: readonly SessionRow[];
}

/** What `sessions show --json` prints. */
export interface SessionDocument {
  readonly account: JournalAccount;
  readonly books: Omit<JournalBooks, "executionIds">;
  /** Whether somebody writes it now. */
  readonly isRunning: boolean;
  /** Whether every entry is what was written. */
  readonly journal: JournalCheck;
  /** Entries by kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** How far its rules are from their breach; null before it traded. */
  readonly standing: SessionStanding | null;
  /** The newest entries that are no bars, oldest first. */
  readonly newest: readonly KeptEntry[];
}

/** Accounts in which a session has begun, in alphabetical order. */
export async function listSessions(folder: string): Promise<SessionListDocument> {
  const sessions: SessionRow[] = [];
  for (const name of accountsIn(folder)) {
    let damage: JournalFault | null = null;
    try {
      using reader = openJournalReader(folder, name);
      damage = reader.check().fault;
      const { isBeingWritten: isRunning } = reader;
      // A start that was refused leaves a journal in which nothing has happened.
      if (damage === null && !isRunning && reader.last("session-started") === null) continue;
      const keeper = new BookKeeper();
      let orders = 0;
      for await (const entry of reader.entries()) {
        keeper.take(entry);
        if (entry.kind === "submit") orders++;
      }
      const books = withoutIds(keeper.books());
      sessions.push({ account: reader.account, books, orders, fault: null, isRunning, damage });
    } catch (error) {
      sessions.push({
        account: { name, broker: "", number: "", mode: "paper" },
        books: null,
        orders: 0,
        fault: (error as Error).message,
        isRunning: false,
        damage,
      });
    }
  }
  return { sessions };
}

/**
 * One account: its books, rebuilt from the journal alone, and what happened last.
 *
 * @param newest entries to show
 * @throws {InputError} when there is no such account
 * @throws {CorruptArtifactError} when its journal is damaged and comes to no books
 */
export async function showSession(
  folder: string,
  name: string,
  newest: number,
): Promise<SessionDocument> {
  using reader = openJournalReader(folder, name);
  const journal = reader.check();
  try {
    return await documentOf(reader, journal, newest);
  } catch (error) {
    if (journal.fault === null) throw error;
    throw new CorruptArtifactError(
      `The journal of ${name} is DAMAGED: ${journal.fault.text}. ${(error as Error).message}`,
      { cause: error },
    );
  }
}

async function documentOf(
  reader: JournalReader,
  journal: JournalCheck,
  newest: number,
): Promise<SessionDocument> {
  const counts: Record<string, number> = {};
  const keeper = new BookKeeper(), tail: KeptEntry[] = [];
  for await (const entry of reader.entries()) {
    counts[entry.kind] = (counts[entry.kind] ?? 0) + 1;
    keeper.take(entry);
    if (entry.kind === "bar" || entry.kind === "clock" || entry.kind === "state") continue;
    tail.push(entry);
    if (tail.length > newest) tail.shift();
  }
  return {
    account: reader.account,
    books: withoutIds(keeper.books()),
    isRunning: reader.isBeingWritten,
    journal,
    counts,
    standing: await readStanding(reader.entries(), reader.last("state")),
    newest: tail,
  };
}

/** What `sessions days --json` prints. */
export interface SessionDaysDocument {
  readonly account: JournalAccount;
  /** Oldest first. */
  readonly days: readonly SessionDay[];
  /** Whether every entry is what was written. */
  readonly journal: JournalCheck;
}

/**
 * What an account did day by day, from its journal alone.
 *
 * @throws {InputError} when there is no such account
 */
export async function daysOfSession(folder: string, name: string): Promise<SessionDaysDocument> {
  using reader = openJournalReader(folder, name);
  const journal = reader.check();
  return { account: reader.account, days: await sessionDays(reader.entries()), journal };
}

/**
 * Tells a session something; it hears of it at once, or when it begins again.
 *
 * @returns whether it runs
 */
export function tellSession(
  folder: string,
  name: string,
  control: Omit<Control, "via">,
): boolean {
  using reader = openJournalReader(folder, name);
  const isRunning = reader.isBeingWritten;
  writeControl(join(journalFiles(folder, reader.account.name).folder, "control"), control);
  return isRunning;
}

/** Copies the journal of a session, which may run, and checks the copy. */
export async function backupSession(
  folder: string,
  name: string,
  path: string,
): Promise<JournalCheck> {
  using reader = openJournalReader(folder, name);
  return await reader.backup(path);
}

function accountsIn(folder: string): readonly string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory)
      .map(({ name }) => name).toSorted();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function withoutIds(
  { executionIds: _, ...books }: JournalBooks,
): Omit<JournalBooks, "executionIds"> {
  return books;
}
