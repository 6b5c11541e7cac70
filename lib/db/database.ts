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
}

/**
 * Opens or creates a database and brings its schema up to date.
 *
 * The journal is SQLite's rollback journal, not WAL: a WAL reader must itself write (`-shm`),
 * which fails on a read-only disk and goes behind the back of a read-only permission set.
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
  const readOnly = options.readOnly ?? false;
  const connection = explained(path, () =>
    new DatabaseSync(path, {
      readOnly,
      timeout: BUSY_TIMEOUT_MS,
      enableForeignKeyConstraints: true,
    }));
  const database = wrapConnection(path, connection, readOnly);
  try {
    // EXTRA also syncs the folder after the journal is removed: a commit survives a power cut.
    if (!readOnly) database.script("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA");
    migrate(database, options.migrations, readOnly);
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
