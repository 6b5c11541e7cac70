import type { DialectWords } from "./dialect.ts";

/** What a statement's `$1`, `$2` … stand for. */
export type SqlValue = string | number | null;

/** Runs single statements, each of them whole or not at all. */
export interface SqlConnection {
  /** What its dialect calls things. */
  readonly words: DialectWords;
  /**
   * Rows of a statement; none for one that returns nothing. Parameters are written `$1`, `$2` …
   * in both dialects. Times come back as text, counts as numbers.
   */
  query<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
}

/** How a transaction is committed. */
export interface TransactionOptions {
  /** Waits until the disk has it, and all that was committed before. @default {false} */
  readonly synced?: boolean;
}

/**
 * A database that a study lies in. Its methods throw {@link InputError} in one line when the
 * file, the disk or the server is at fault.
 */
export interface SqlDatabase extends SqlConnection {
  /** File or server for messages, never with a password. */
  readonly place: string;
  /**
   * Runs `work` in one transaction that has the right to write from its first statement on; takes
   * all back when it throws. A PostgreSQL transaction that lost a deadlock is run again.
   *
   * What is committed outlives a killed process. A power cut may take what was committed since the
   * last transaction that was synced.
   */
  transaction<T>(
    work: (connection: SqlConnection) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /** Ends the connections; the database is not usable afterwards. */
  close(): Promise<void>;
}
