import { join } from "node:path";
import { InputError, parseJson } from "../../core/mod.ts";
import { type Database, explainStorageError, lockFile, openDatabase } from "../../db/mod.ts";
import type { BrokerFill, Fill } from "../../trading/mod.ts";
import type { SavedPaperBook } from "./paper_book.ts";
import type { PaperReport } from "./paper_messages.ts";

/** Scripts that build a store, one a version of it. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE book (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    account TEXT    NOT NULL,
    session TEXT    NOT NULL,
    request INTEGER NOT NULL,
    state   TEXT    NOT NULL
  ) STRICT;

  CREATE TABLE execution (
    id           INTEGER PRIMARY KEY,
    execution_id TEXT NOT NULL,
    symbol       TEXT NOT NULL,
    fill         TEXT NOT NULL
  ) STRICT;
  `,
];

/** Freed when the disk is full: room for the orders that end a session. */
const BALLAST_BYTES = 4 * 1024 * 1024;

/** Reports of a request. */
export type PaperReply = readonly [request: number, reports: readonly PaperReport[]];

/** What a store keeps beside executions. */
export interface StoredBook {
  /** Whose books they are. */
  readonly session: string;
  /** Number of the newest request that has been carried out. */
  readonly request: number;
  /** The books. */
  readonly book: SavedPaperBook;
  /** What was answered and may not have been heard, oldest first. */
  readonly replies: readonly PaperReply[];
}

/**
 * The books of one paper account in a file. A commit holds a request with all that came of it and is
 * on the disk when it returns, so that whatever kills the process, a request was carried out with
 * its executions and its answer, or was not.
 */
export class PaperStore implements Disposable {
  readonly #database: Database;
  readonly #lock: Disposable;
  readonly #ballast: string;
  readonly #account: string;
  #stored: StoredBook | null = null;
  /** Whether the disk does not have what is stored. */
  #isBehind = false;

  /**
   * Opens or makes the store of an account. It is this process's alone until it is closed.
   *
   * @param sessions folder of all accounts
   * @throws {InputError} when another process has it, or it is another account's
   */
  constructor(sessions: string, account: string) {
    const folder = join(sessions, account);
    const path = join(folder, "paper.sqlite");
    try {
      Deno.mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw explainStorageError(error, folder);
    }
    this.#account = account;
    this.#ballast = join(folder, "paper-ballast.bin");
    this.#lock = lockFile(join(folder, "paper.lock"), {
      owner: "another session",
      refusal: `Cannot trade paper account ${account}`,
      remedy: "stop that one first, or trade another account",
    });
    try {
      this.#database = openDatabase(path, { migrations: MIGRATIONS, log: "write-ahead" });
    } catch (error) {
      this.#lock[Symbol.dispose]();
      throw error;
    }
    try {
      // Nobody else may hold a commit up, which no session can wait for.
      this.#database.script("PRAGMA locking_mode = EXCLUSIVE");
      this.#stored = this.#read(path);
      takeRoom(this.#ballast);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** What it holds; null before anything was kept. */
  get stored(): StoredBook | null {
    return this.#stored;
  }

  /** Executions since the books began, oldest first. */
  executions(): BrokerFill[] {
    const rows = this.#database.all<{ execution_id: string; symbol: string; fill: string }>(
      "SELECT execution_id, symbol, fill FROM execution ORDER BY id",
    );
    return rows.map(({ execution_id: executionId, fill, symbol }) => ({
      ...{ executionId, symbol },
      fill: JSON.parse(fill) as Fill,
    }));
  }

  /** Keeps books that begin: what was there before is gone. */
  begin(stored: StoredBook): void {
    this.#commit(stored, [], true);
  }

  /**
   * Keeps what a request has made of the books.
   *
   * @throws {InputError} when the disk takes nothing more: the books are as they were
   */
  keep(stored: StoredBook, executions: readonly BrokerFill[]): void {
    this.#commit(stored, executions, false);
  }

  /** Holds what nothing has come of in memory alone, until something else is kept. */
  hold(stored: StoredBook): void {
    this.#stored = stored;
    this.#isBehind = true;
  }

  /** Keeps what is held. */
  flush(): void {
    if (this.#isBehind) this.keep(this.#stored!, []);
  }

  /** Closes the file and lets others have it. */
  [Symbol.dispose](): void {
    using _lock = this.#lock;
    using _database = this.#database;
    this.flush();
  }

  #commit(stored: StoredBook, executions: readonly BrokerFill[], isNew: boolean): void {
    const write = () => this.#database.transaction(() => this.#write(stored, executions, isNew));
    try {
      write();
    } catch (error) {
      // A full disk must not keep anybody from ending a position.
      if (!freeRoom(this.#ballast)) throw error;
      write();
    }
    this.#stored = stored;
    this.#isBehind = false;
  }

  #write(
    { book, replies, request, session }: StoredBook,
    executions: readonly BrokerFill[],
    isNew: boolean,
  ): void {
    if (isNew) this.#database.run("DELETE FROM execution");
    const state = JSON.stringify({ book, replies });
    this.#database.run(
      "INSERT OR REPLACE INTO book VALUES (1, :account, :session, :request, :state)",
      { account: this.#account, session, request, state },
    );
    for (const { executionId, fill, symbol } of executions) {
      this.#database.run(
        "INSERT INTO execution (execution_id, symbol, fill) VALUES (:executionId, :symbol, :fill)",
        { executionId, symbol, fill: JSON.stringify(fill) },
      );
    }
  }

  #read(path: string): StoredBook | null {
    const [row] = this.#database.all<
      { account: string; session: string; request: number; state: string }
    >("SELECT account, session, request, state FROM book");
    if (row === undefined) return null;
    const { account, request, session, state } = row;
    if (account !== this.#account) {
      throw new InputError(
        `Cannot trade account ${this.#account} with the books of account ${account}`,
        { where: path, remedy: "give each account its own folder, or move the file away" },
      );
    }
    const { book, replies } = parseJson(state) as unknown as Pick<StoredBook, "book" | "replies">;
    return { session, request, book, replies };
  }
}

function takeRoom(path: string): void {
  try {
    Deno.writeFileSync(path, new Uint8Array(BALLAST_BYTES), { createNew: true });
  } catch (error) {
    // Less room is less of a reserve; a part of it would only take what is left.
    if (!(error instanceof Deno.errors.AlreadyExists)) freeRoom(path);
  }
}

function freeRoom(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch {
    return false;
  }
}
