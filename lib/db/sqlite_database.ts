import { DatabaseSync, type StatementSync } from "node:sqlite";
import { explained } from "./connection.ts";
import { DIALECT_WORDS } from "./dialect.ts";
import type { SqlConnection, SqlDatabase, SqlValue } from "./sql_database.ts";

/** How long a process waits for another one's write; a write takes milliseconds. */
const BUSY_TIMEOUT_MS = 30_000;

/**
 * Opens or creates a SQLite file. A file made here gets a write-ahead log: readers and the writer
 * then do not wait for each other, and only commits that ask for it wait for the disk. The log is
 * folded into the file when the last process closes it. A file of somebody else keeps its journal
 * mode, and every commit waits.
 *
 * @param path the file; `:memory:` for none
 * @param timeoutMs how long to wait for another process's write
 * @throws {InputError} when the file cannot be opened or written
 * @throws {CorruptArtifactError} when it is no SQLite database
 * @example
 * ```ts
 * import { openSqliteDatabase } from "./sqlite_database.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const database = openSqliteDatabase(":memory:");
 * const rows = await database.query<{ sum: number }>("SELECT $1 + 1 AS sum", [2]);
 * assertEquals(rows[0]?.sum, 3);
 * await database.close();
 * ```
 */
export function openSqliteDatabase(path: string, timeoutMs = BUSY_TIMEOUT_MS): SqlDatabase {
  const connection = explained(path, () => new DatabaseSync(path, { timeout: timeoutMs }));
  let hasLog: boolean;
  try {
    hasLog = explained(path, () => prepareFile(connection));
  } catch (error) {
    connection.close();
    throw error;
  }
  const inside = { words: DIALECT_WORDS.sqlite, query: cachedQuery(path, connection) };
  const inTurn = createQueue();
  return {
    words: inside.words,
    place: path,
    query: (sql, values) => inTurn(() => inside.query(sql, values)),
    transaction: (work, { synced = false } = {}) =>
      inTurn(async () => {
        using _level = synced && hasLog ? waitForDisk(connection) : null;
        return await runTransaction(path, connection, () => work(inside));
      }),
    close: () => inTurn(() => Promise.resolve(connection.close())),
  };
}

/** True when the file has a write-ahead log. */
function prepareFile(connection: DatabaseSync): boolean {
  const pages = connection.prepare("PRAGMA page_count").get() as { page_count: number };
  if (pages.page_count === 0) connection.exec("PRAGMA journal_mode = WAL");
  const mode = connection.prepare("PRAGMA journal_mode").get() as { journal_mode: string };
  const hasLog = mode.journal_mode === "wal";
  connection.exec(`PRAGMA synchronous = ${hasLog ? "NORMAL" : "FULL"}; PRAGMA foreign_keys = ON`);
  return hasLog;
}

/** A commit that waits for the disk writes all of the log, earlier commits included. */
function waitForDisk(connection: DatabaseSync): Disposable {
  connection.exec("PRAGMA synchronous = FULL");
  return { [Symbol.dispose]: () => connection.exec("PRAGMA synchronous = NORMAL") };
}

/** Compiles each statement once. */
function cachedQuery(path: string, connection: DatabaseSync): SqlConnection["query"] {
  const statements = new Map<string, StatementSync>();
  return <Row>(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> => {
    const named = Object.fromEntries(values.map((value, index) => [String(index + 1), value]));
    return Promise.resolve(explained(path, () => {
      const statement = statements.get(sql) ?? connection.prepare(sql);
      statements.set(sql, statement);
      return statement.all(named) as Row[];
    }));
  };
}

async function runTransaction<T>(
  path: string,
  connection: DatabaseSync,
  work: () => Promise<T>,
): Promise<T> {
  explained(path, () => connection.exec("BEGIN IMMEDIATE"));
  try {
    const result = await work();
    explained(path, () => connection.exec("COMMIT"));
    return result;
  } catch (error) {
    // SQLite has rolled back by itself after some faults, a full disk for one.
    if (connection.isTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

/** Runs asynchronous actions one after the other: the one connection is in one transaction. */
function createQueue(): <T>(action: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(action: () => Promise<T>): Promise<T> => {
    const result = last.then(action);
    last = result.catch(() => undefined);
    return result;
  };
}
