import type { DatabaseSync, SQLInputValue } from "node:sqlite";
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
}

/** Puts one-line errors and transactions around a connection of `node:sqlite`, which it owns. */
export function wrapConnection(
  path: string,
  connection: DatabaseSync,
  readOnly: boolean,
): Database {
  const script = (sql: string): void => explained(path, () => connection.exec(sql));
  return {
    path,
    script,
    all: <Row>(sql: string, parameters: Parameters = {}) =>
      explained(path, () => connection.prepare(sql).all(parameters) as Row[]),
    run: (sql, parameters = {}) =>
      explained(path, () => Number(connection.prepare(sql).run(parameters).lastInsertRowid)),
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
    [Symbol.dispose]: () => {
      if (connection.isOpen) connection.close();
    },
  };
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
