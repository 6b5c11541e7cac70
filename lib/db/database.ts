import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { migrate } from "./migrations.ts";
import { explainStorageError } from "./storage_error.ts";

/** How long a process waits for another one's write; a write takes milliseconds. */
const BUSY_TIMEOUT_MS = 30_000;

/** Values of named parameters, without their colon. */
export type Parameters = Readonly<Record<string, SQLInputValue>>;

/**
 * An open SQLite database. Each method throws {@link InputError} or {@link CorruptArtifactError}
 * in one line when the file or the disk is at fault.
 */
export interface Database extends Disposable {
  /** The file, or `:memory:`. */
  readonly path: string;
  /** All rows of a query; the caller names their shape, which `STRICT` tables guarantee. */
  all<Row>(sql: string, parameters?: Parameters): readonly Row[];
  /** Runs one statement that returns no rows; the rowid of the last insert. */
  run(sql: string, parameters?: Parameters): number;
  /** Runs statements without parameters. */
  script(sql: string): void;
  /**
   * Runs `work` between `BEGIN IMMEDIATE` and `COMMIT`; rolls back when it throws. Only one
   * process at a time is inside, so `work` may also touch files that the lock protects. `work`
   * has to be synchronous: it holds the lock.
   */
  transaction<T>(work: () => T): T;
}

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
 * import { assertEquals } from "../utils/assert.ts";
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
  const database = createDatabase(path, connection);
  try {
    // EXTRA also syncs the folder after the journal is removed: a commit survives a power cut.
    if (!readOnly) database.script("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA");
    migrate(database, options.migrations, readOnly);
    return database;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function createDatabase(path: string, connection: DatabaseSync): Database {
  const script = (sql: string): void => explained(path, () => connection.exec(sql));
  return {
    path,
    script,
    all: <Row>(sql: string, parameters: Parameters = {}) =>
      explained(path, () => connection.prepare(sql).all(parameters) as Row[]),
    run: (sql, parameters = {}) =>
      explained(path, () => Number(connection.prepare(sql).run(parameters).lastInsertRowid)),
    transaction: (work) => {
      script("BEGIN IMMEDIATE");
      try {
        const result = work();
        script("COMMIT");
        return result;
      } catch (error) {
        // SQLite has rolled back by itself after some faults, a full disk for one.
        if (connection.isTransaction) connection.exec("ROLLBACK");
        throw error;
      }
    },
    [Symbol.dispose]: () => {
      if (connection.isOpen) connection.close();
    },
  };
}

function explained<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explainStorageError(error, path);
  }
}
