/** The two databases that Optuna's schema is kept in. */
export type SqlDialect = "sqlite" | "postgresql";

/** The few places where the two dialects need different words. */
export interface DialectWords {
  /** Its name. */
  readonly dialect: SqlDialect;
  /** Ends a SELECT whose rows nobody else may change until the transaction ends. */
  readonly forUpdate: string;
  /** Ends a SELECT whose rows may not change state until the transaction ends. */
  readonly forShare: string;
  /** As `forUpdate`, passing over rows that another transaction holds. */
  readonly skipLocked: string;
  /** The database's own time, which Optuna's heartbeats are in: no worker's clock counts. */
  readonly now: string;
  /** Seconds since a heartbeat `h`. */
  readonly secondsSinceHeartbeat: string;
  /** Numbers out of a parameter that `toIdList` made. */
  readonly idsOf: (parameter: string) => string;
  /** Writes numbers so that one parameter holds all. */
  readonly toIdList: (ids: Iterable<number>) => string;
}

/** Words of each dialect. SQLite locks the whole file, so it needs none for rows. */
export const DIALECT_WORDS: Readonly<Record<SqlDialect, DialectWords>> = {
  sqlite: {
    dialect: "sqlite",
    forUpdate: "",
    forShare: "",
    skipLocked: "",
    now: "CURRENT_TIMESTAMP",
    secondsSinceHeartbeat: "unixepoch(CURRENT_TIMESTAMP) - unixepoch(h.heartbeat)",
    idsOf: (parameter) => `SELECT value FROM json_each(${parameter})`,
    toIdList: (ids) => `[${[...ids].join(",")}]`,
  },
  postgresql: {
    dialect: "postgresql",
    forUpdate: "FOR UPDATE",
    forShare: "FOR SHARE",
    skipLocked: "FOR UPDATE SKIP LOCKED",
    // Optuna stores and compares the session's local time; the time zone is left as it is.
    now: "LOCALTIMESTAMP",
    secondsSinceHeartbeat: "EXTRACT(EPOCH FROM LOCALTIMESTAMP - h.heartbeat)",
    idsOf: (parameter) => `SELECT unnest(CAST(${parameter} AS integer[]))`,
    toIdList: (ids) => `{${[...ids].join(",")}}`,
  },
};
