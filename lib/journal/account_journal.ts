import { InputError, type TimerClock } from "../core/mod.ts";
import { type Database, explainStorageError, lockFile } from "../db/mod.ts";
import type { Journal, JournalEntry, Kept, KeptEntry } from "../trading/mod.ts";
import { checkEntries, type JournalCheck, requireTail } from "./check_journal.ts";
import { linkHash, type PreparedEntry, prepareEntry, rootHash } from "./entry_row.ts";
import type { JournalAccount } from "./journal_account.ts";
import { claimFor, type JournalFiles, journalFiles, openToWrite } from "./journal_files.ts";
import { endOf, entriesAfter, lastMilestone, type MilestoneKind } from "./journal_rows.ts";
import { type Anchor, readAnchor, SpareSegment } from "./spare_segment.ts";

/** How to open a journal to write. */
export interface JournalSettings {
  /** Folder of all accounts; the journal lies in one of its own in it. */
  readonly sessions: string;
  /** Whose it is. */
  readonly account: JournalAccount;
  /** Who writes, for example the name of the session; said to whoever comes second. */
  readonly owner: string;
  /** When to try again while it cannot be written. */
  readonly clock: Pick<TimerClock, "after">;
  /** Room for what cannot wait, in bytes; an exit takes about 300. @default {1_048_576} */
  readonly spareBytes?: number;
  /** Told why it cannot be written, and null once it can be again. */
  readonly onTrouble?: (reason: string | null) => void;
}

/** What was found when a journal was opened. */
export interface OpenedJournal {
  /** Entries, those included that came in just now. */
  readonly entries: number;
  /** How many had gone first when the journal could not be written, and came in just now. */
  readonly takenIn: number;
}

const SECOND_WRITER = {
  refusal: "Cannot trade this account",
  remedy: "stop that one first, or trade another account",
};

interface Unplaced {
  readonly entry: PreparedEntry;
  readonly note: number | null;
}

interface Waiting {
  readonly entry: PreparedEntry;
  readonly resolve: (sequence: number) => void;
  readonly reject: (reason: unknown) => void;
}

const SPARE_BYTES = 1_048_576;
const RETRY_MS = 50;
/** A longer transaction would hold the event loop up for longer than a bar may wait. */
const MOST_AT_ONCE = 1_000;

const INSERT = "INSERT INTO entry (sequence, at, session_time, kind, note, body, hash) " +
  "VALUES (:sequence, :at, :sessionTime, :kind, :note, :body, :hash)";

/**
 * The journal of one account, open to write: everything that is appended in one turn of the event
 * loop becomes one transaction that has reached the disk when the promises settle.
 */
export class AccountJournal implements Journal, Disposable {
  /** What was found when it was opened. */
  readonly opened: OpenedJournal;
  readonly #settings: JournalSettings;
  readonly #resources = new DisposableStack();
  readonly #files: JournalFiles;
  readonly #database: Database;
  readonly #spare: SpareSegment;
  #head: Anchor;
  /** Notes that the journal has not taken in yet. */
  #notes: Unplaced[];
  #noteCount: number;
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #isRetrying = false;
  #stopRetrying = (): void => {};
  #trouble: string | null = null;
  #ended: unknown = null;

  /** Opens it, or begins it; see `openJournal`. */
  constructor(settings: JournalSettings) {
    const { account, owner, sessions, spareBytes = SPARE_BYTES } = settings;
    this.#settings = settings;
    this.#files = journalFiles(sessions, account.name);
    using opening = new DisposableStack();
    makeFolder(this.#files.folder);
    opening.use(lockFile(this.#files.lock, { owner, ...SECOND_WRITER }));
    this.#database = opening.use(openToWrite(this.#files));
    const identity = claimFor(this.#database, account);
    requireTail(this.#database, readAnchor(this.#files.spare));
    this.#spare = opening.use(SpareSegment.open(this.#files.spare, spareBytes));
    const { last, note } = endOf(this.#database);
    this.#head = { sequence: last?.sequence ?? 0, hash: last?.hash ?? rootHash(identity) };
    this.#notes = this.#spare.notesAfter(note)
      .map(({ number, text }) => ({ entry: JSON.parse(text) as PreparedEntry, note: number }));
    this.#noteCount = note + this.#notes.length;
    const takenIn = this.#notes.length;
    this.#write([]);
    this.opened = { entries: this.#head.sequence, takenIn };
    this.#resources.use(opening.move());
  }

  /** Adds an entry; see the port. */
  append(entry: JournalEntry, signal?: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) throw this.#ended;
      signal?.throwIfAborted();
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal?.reason);
      };
      const settled = (): void => signal?.removeEventListener("abort", giveUp);
      const waiting: Waiting = {
        entry: prepareEntry(entry),
        resolve: (sequence) => (settled(), resolve(sequence)),
        reject: (reason) => (settled(), reject(reason)),
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(waiting);
      this.#schedule();
    });
  }

  /** Adds an entry now, here or beside the journal; see the port. */
  note(entry: JournalEntry): Kept {
    if (this.#resources.disposed) throw this.#ended;
    const prepared = prepareEntry(entry);
    // What failed a moment ago is not tried again for each of many exits: they must not wait for it.
    if (!this.#isRetrying && this.#flush(prepared)) return "journal";
    const note = this.#noteCount + 1;
    if (!this.#spare.write({ number: note, text: JSON.stringify(prepared) })) {
      throw new InputError("Cannot note this as neither the journal nor its spare has room left", {
        where: this.#files.spare,
        remedy: "free some space: the journal then takes in what was noted",
      });
    }
    this.#noteCount = note;
    this.#notes.push({ entry: prepared, note });
    return "spare";
  }

  /** Entries that are kept, oldest first; those that still wait are not. */
  entries(after = 0): AsyncGenerator<KeptEntry> {
    return entriesAfter(this.#database, after);
  }

  /** The newest entry of a kind that there are few of; null when there is none. */
  last<Kind extends MilestoneKind>(kind: Kind): (KeptEntry & { readonly kind: Kind }) | null {
    return lastMilestone(this.#database, kind);
  }

  /** Hashes every entry again. */
  check(): JournalCheck {
    return checkEntries(this.#database, readAnchor(this.#files.spare));
  }

  /** Why nothing can be written at the moment; null while all is well. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Writes what waits, if it can be, and closes the files; what could not be written is rejected. */
  [Symbol.dispose](): void {
    if (this.#resources.disposed) return;
    this.#flush();
    this.#stopRetrying();
    this.#end(
      new InputError("Cannot keep an entry as the journal was closed before it could be written", {
        where: this.#files.database,
      }),
    );
    this.#resources.dispose();
  }

  #schedule(): void {
    // In trouble the timer tries again: one attempt for everybody.
    if (this.#isScheduled || this.#trouble !== null) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  /**
   * Writes what waits.
   *
   * @param last an entry to be written behind it
   * @returns false when it could not be written
   */
  #flush(last?: PreparedEntry): boolean {
    if (this.#ended !== null) return false;
    try {
      while (this.#waiting.length > MOST_AT_ONCE) this.#writeWaiting(MOST_AT_ONCE);
      this.#writeWaiting(this.#waiting.length, last);
    } catch (error) {
      this.#suffer(error);
      return false;
    }
    // Last of all: whoever is told may have something to write itself.
    if (this.#trouble !== null) {
      this.#trouble = null;
      this.#settings.onTrouble?.(null);
    }
    return true;
  }

  #writeWaiting(count: number, last?: PreparedEntry): void {
    const batch = this.#waiting.slice(0, count);
    const entries = [...batch.map(({ entry }) => entry), ...(last === undefined ? [] : [last])];
    const first = this.#write(entries.map((entry) => ({ entry, note: null })));
    this.#waiting.splice(0, batch.length);
    batch.forEach(({ resolve }, i) => resolve(first + i));
  }

  /**
   * Puts entries behind all others in one transaction, those before them that went first.
   *
   * @returns the number of the first of them
   */
  #write(entries: readonly Unplaced[]): number {
    const all = [...this.#notes, ...entries];
    let { hash, sequence } = this.#head;
    const first = sequence + this.#notes.length + 1;
    if (all.length > 0) {
      this.#database.transaction(() => {
        for (const { entry, note } of all) {
          sequence++;
          hash = linkHash(hash, { ...entry, sequence, note });
          this.#database.run(INSERT, { ...entry, sequence, note, hash });
        }
      });
      this.#head = { sequence, hash };
    }
    this.#settle();
    return first;
  }

  /** The journal has everything: nothing beside it is needed any more. */
  #settle(): void {
    if (this.#notes.length > 0) {
      this.#notes = [];
      this.#spare.restart();
    }
    if (this.#head.sequence === 0) return;
    try {
      this.#spare.setAnchor(this.#head);
    } catch {
      // It may lag: what it is for does not need it to be the newest.
    }
  }

  /** What a user can mend is waited for; anything else ends the journal. */
  #suffer(error: unknown): void {
    if (!(error instanceof InputError)) this.#end(error);
    else if (!this.#isRetrying) {
      this.#isRetrying = true;
      this.#stopRetrying = this.#settings.clock.after(RETRY_MS, () => {
        this.#isRetrying = false;
        this.#flush();
      });
    }
    if (this.#trouble !== null) return;
    this.#trouble = (error as Error).message;
    this.#settings.onTrouble?.(this.#trouble);
  }

  #end(error: unknown): void {
    this.#ended ??= error;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}

/**
 * Opens the journal of an account to write, or begins it. What went first when it could not be written
 * comes in now.
 *
 * @throws {InputError} when somebody else writes it, it is another account's, or cannot be written
 * @throws {CorruptArtifactError} when its end is gone, or another one
 * @example
 * ```ts
 * import { VirtualClock } from "../core/virtual_clock.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 * import { openJournal } from "./account_journal.ts";
 *
 * const sessions = Deno.makeTempDirSync();
 * {
 *   using journal = openJournal({
 *     sessions,
 *     account: { name: "paper-1", broker: "paper", number: "1", mode: "paper" },
 *     owner: "session 1",
 *     clock: new VirtualClock(),
 *   });
 *   // Both are on the disk once both have settled, by one sync.
 *   const entry = { kind: "mark", slot: 0, at: 1_000, sessionTime: 900 } as const;
 *   const kept = [4_000, 4_001].map((priceTicks) => journal.append({ ...entry, priceTicks }));
 *   assertEquals(await Promise.all(kept), [1, 2]);
 *   assertEquals(journal.check().fault, null);
 * }
 * Deno.removeSync(sessions, { recursive: true });
 * ```
 */
export function openJournal(settings: JournalSettings): AccountJournal {
  return new AccountJournal(settings);
}

function makeFolder(folder: string): void {
  try {
    Deno.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw explainStorageError(error, folder);
  }
}
