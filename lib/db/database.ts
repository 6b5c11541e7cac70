import { DatabaseSync } from "node:sqlite";
import { type Database, explained, wrapConnection } from "./connection.ts";
import { migrate, schemaVersion } from "./migrations.ts";

export type { Database };

/** How long a process waits for another one's write; a write takes milliseconds. */
const BUSY_TIMEOUT_MS = 30_000;

/** How to open a database. */
export interface DatabaseOptions {
  /** Scripts that build the schema, oldest first; the count is the schema's version. */
  readonly migrations: readonly string[];
  /** Opens without any write, on a read-only disk too. @default {false} */
  readonly readOnly?: boolean;
  /** What a user runs to bring an older one up to date, said where it may only be read. */
  readonly upgrade?: string;
  /** What makes a commit whole. @default {"rollback"} */
  readonly log?: CommitLog;
  /** How long a write waits, and all else with it, for another process's. @default {30_000} */
  readonly busyTimeoutMs?: number;
}

/**
 * `rollback` needs nothing beside the file once it is closed, so it can be read where nothing may be
 * written: a write-ahead log's reader must itself write (`-shm`), which fails on a read-only disk and
 * goes behind the back of a read-only permission set.
 *
 * `write-ahead` is for a file that is written all day while others read: neither waits for the other,
 * and a commit is one sync of one file instead of several. Every commit still waits for the disk, the
 * log is folded in every 100 pages, and the last to close leaves a file of the first kind, if it may.
 */
export type CommitLog = "rollback" | "write-ahead";

const SET_UP: Readonly<Record<CommitLog, string>> = {
  // EXTRA also syncs the folder after the journal is removed: a commit survives a power cut.
  rollback: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA",
  // NORMAL would lose what a power cut finds in the log; 100 pages keep the log at 400 kB.
  "write-ahead":
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 100",
};

/**
 * Opens or creates a database and brings its schema up to date.
 *
 * @param path the file; `:memory:` needs no permission
 * @throws {InputError} when the database is newer than this program, or cannot be opened
 * @throws {CorruptArtifactError} when the file is no SQLite database
 * @example
 * ```ts
 * import { openDatabase } from "./database.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * using database = openDatabase(":memory:", {
 *   migrations: ["CREATE TABLE note (text TEXT NOT NULL) STRICT"],
 * });
 * database.run("INSERT INTO note VALUES (:text)", { text: "hello" });
 * assertEquals(database.all<{ text: string }>("SELECT text FROM note")[0]?.text, "hello");
 * ```
 */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  const { busyTimeoutMs = BUSY_TIMEOUT_MS, log = "rollback", readOnly = false } = options;
  const connection = explained(path, () =>
    new DatabaseSync(path, {
      readOnly,
      timeout: busyTimeoutMs,
      enableForeignKeyConstraints: true,
    }));
  const hasLog = log === "write-ahead" && !readOnly;
  const database = wrapConnection(path, connection, readOnly, hasLog);
  try {
    if (!readOnly) database.script(SET_UP[log]);
    migrate(database, options.migrations, readOnly, options.upgrade);
    if (!readOnly) requireWritable(database);
    return database;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * SQLite opens a file that may not be written for reading, without a word, and its
 * `BEGIN IMMEDIATE` then locks nothing. A write that is taken back brings that to light.
 */
function requireWritable(database: Database): void {
  const version = schemaVersion(database);
  database.script(`BEGIN IMMEDIATE; PRAGMA user_version = ${version}; ROLLBACK`);
}
