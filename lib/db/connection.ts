import { backup, type DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { InputError } from "../core/mod.ts";
import { explainStorageError } from "./storage_error.ts";

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
  /**
   * Copies all of it into another file, whoever else writes meanwhile: what was committed when this
   * was called is there.
   *
   * @throws {InputError} when the other file cannot be written
   */
  backup(path: string): Promise<void>;
}

/** All of it in one step: a copy in parts begins anew whenever another process has written. */
const PAGES_AT_ONCE = 0x7fff_ffff;

/**
 * Puts one-line errors and transactions around a connection of `node:sqlite`, which it owns.
 *
 * @param hasLog whether it writes ahead to a log of its own
 */
export function wrapConnection(
  path: string,
  connection: DatabaseSync,
  readOnly: boolean,
  hasLog = false,
): Database {
  const script = (sql: string): void => explained(path, () => connection.exec(sql));
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    path,
    script,
    all: <Row>(sql: string, parameters: Parameters = {}) =>
      explained(path, () => prepared(sql).all(parameters) as Row[]),
    run: (sql, parameters = {}) =>
      explained(path, () => Number(prepared(sql).run(parameters).lastInsertRowid)),
    transaction: (work) => {
      if (readOnly) throw openedForReading(path);
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
    async backup(to) {
      try {
        await backup(connection, to, { rate: PAGES_AT_ONCE });
      } catch (error) {
        throw explainStorageError(error, to);
      }
    },
    [Symbol.dispose]: () => {
      if (!connection.isOpen) return;
      if (hasLog) foldLogIn(connection);
      connection.close();
    },
  };
}

/** The last of all leaves one file that needs nothing beside it; a reader's log stays as it is. */
function foldLogIn(connection: DatabaseSync): void {
  try {
    connection.exec("PRAGMA journal_mode = DELETE");
  } catch {
    // Whoever still reads needs the log, and a full disk has no room to fold it in.
  }
}

/** Without this, `BEGIN IMMEDIATE` would succeed and lock nothing. */
function openedForReading(path: string): InputError {
  return new InputError("Cannot write as it may only be read", {
    where: path,
    remedy: "open it for writing",
  });
}

/** Runs an action on the file; its failure comes out in one line that says what to do. */
export function explained<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explainStorageError(error, path);
  }
}
