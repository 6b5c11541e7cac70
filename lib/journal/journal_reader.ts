import { InputError } from "../core/mod.ts";
import { type Database, isLocked, openDatabase } from "../db/mod.ts";
import type { KeptEntry } from "../trading/mod.ts";
import { checkEntries, type JournalCheck } from "./check_journal.ts";
import { type JournalAccount, parseAccount } from "./journal_account.ts";
import { type JournalFiles, journalFiles, openToRead, storedIdentity } from "./journal_files.ts";
import { entriesAfter, lastMilestone, type MilestoneKind, milestones } from "./journal_rows.ts";
import { JOURNAL_MIGRATIONS } from "./migrations.ts";
import { readAnchor } from "./spare_segment.ts";

/**
 * The journal of one account, open to read: also while somebody writes it, who does not wait for
 * that. Nothing of it can be changed from here.
 */
export class JournalReader implements Disposable {
  /** Whose it is. */
  readonly account: JournalAccount;
  readonly #files: JournalFiles;
  readonly #database: Database;

  /** Opens it; see `openJournalReader`. */
  constructor(sessions: string, account: string) {
    this.#files = journalFiles(sessions, account);
    using opening = new DisposableStack();
    this.#database = opening.use(openToRead(this.#files));
    this.account = parseAccount(storedIdentity(this.#database), this.#database.path);
    opening.move();
  }

  /** Whether somebody writes it now: its session runs. */
  get isBeingWritten(): boolean {
    return isLocked(this.#files.lock);
  }

  /** Entries behind a number, oldest first. */
  entries(after = 0): AsyncGenerator<KeptEntry> {
    return entriesAfter(this.#database, after);
  }

  /** Entries of a kind that there are few of, oldest first. */
  milestones<Kind extends MilestoneKind>(
    kind: Kind,
  ): readonly (KeptEntry & { readonly kind: Kind })[] {
    return milestones(this.#database, kind);
  }

  /** The newest entry of a kind that there are few of; null when there is none. */
  last<Kind extends MilestoneKind>(kind: Kind): (KeptEntry & { readonly kind: Kind }) | null {
    return lastMilestone(this.#database, kind);
  }

  /** Hashes every entry again. */
  check(): JournalCheck {
    // Read first: what is written meanwhile only makes the journal longer than it says.
    const anchor = readAnchor(this.#files.spare);
    return checkEntries(this.#database, anchor);
  }

  /**
   * Copies the journal into a file of its own, whoever writes it meanwhile, and checks the copy.
   *
   * @throws {InputError} when the file is there already or cannot be written
   */
  async backup(path: string): Promise<JournalCheck> {
    requireNew(path);
    const anchor = readAnchor(this.#files.spare);
    await this.#database.backup(path);
    // Opened once to write: the copy then needs no log beside it.
    using copy = openDatabase(path, { migrations: JOURNAL_MIGRATIONS });
    return checkEntries(copy, anchor);
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }
}

/**
 * Opens the journal of an account to read, whether or not somebody writes it.
 *
 * @param sessions folder of all accounts
 * @param account its name
 * @throws {InputError} when there is none
 * @throws {CorruptArtifactError} when it is no journal
 * @example
 * ```ts
 * import { VirtualClock } from "../core/virtual_clock.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 * import { openJournal } from "./account_journal.ts";
 * import { openJournalReader } from "./journal_reader.ts";
 *
 * const sessions = Deno.makeTempDirSync();
 * {
 *   const account = { name: "paper-1", broker: "paper", number: "1", mode: "paper" } as const;
 *   using journal = openJournal({ sessions, account, owner: "1", clock: new VirtualClock() });
 *   await journal.append({ kind: "halt", reason: "by hand", at: 1_000, sessionTime: null });
 *
 *   using reader = openJournalReader(sessions, "paper-1");
 *   const kinds = (await Array.fromAsync(reader.entries())).map(({ kind }) => kind);
 *   assertEquals([reader.account.mode, kinds], ["paper", ["halt"]]);
 * }
 * Deno.removeSync(sessions, { recursive: true });
 * ```
 */
export function openJournalReader(sessions: string, account: string): JournalReader {
  return new JournalReader(sessions, account);
}

function requireNew(path: string): void {
  try {
    Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new InputError("Cannot copy a journal over a file that is there", {
    where: path,
    remedy: "name a new file",
  });
}
