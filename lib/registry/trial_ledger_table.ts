import type { SqlConnection, SqlDatabase, SqlDialect } from "../db/mod.ts";

/** Beside the tables of Optuna, which leaves it alone. */
export const LEDGER_TABLE = "trading_trial_ledger";

/** Same key in every process: only one makes the table. */
const CREATION_LOCK = 0x6c656467;

/** Columns beside the id. Numbers that a table cannot hold exactly are in the text of the entry. */
const COLUMNS = "study TEXT NOT NULL, trial INTEGER NOT NULL, kind TEXT NOT NULL, " +
  "data_sha256 TEXT NOT NULL, entry TEXT NOT NULL, sha256 TEXT NOT NULL";

/** The table, and what keeps its rows as they are. */
const STATEMENTS: Readonly<Record<SqlDialect, readonly string[]>> = {
  sqlite: [
    `CREATE TABLE ${LEDGER_TABLE} (id INTEGER PRIMARY KEY AUTOINCREMENT, ${COLUMNS}) STRICT`,
    ...["UPDATE", "DELETE"].map((change) =>
      `CREATE TRIGGER ${LEDGER_TABLE}_${change.toLowerCase()} BEFORE ${change} ON ${LEDGER_TABLE}
       BEGIN SELECT RAISE(ABORT, 'the trial ledger only grows'); END`
    ),
  ],
  postgresql: [
    `CREATE TABLE ${LEDGER_TABLE} (id SERIAL PRIMARY KEY, ${COLUMNS})`,
    `CREATE FUNCTION ${LEDGER_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION 'the trial ledger only grows'; END $$`,
    `CREATE TRIGGER ${LEDGER_TABLE}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON ${LEDGER_TABLE}
     FOR EACH STATEMENT EXECUTE FUNCTION ${LEDGER_TABLE}_refuse()`,
  ],
};

const FIND_TABLE: Readonly<Record<SqlDialect, string>> = {
  sqlite: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1",
  postgresql: "SELECT 1 FROM pg_class WHERE relkind = 'r' AND relname = $1 " +
    "AND pg_table_is_visible(oid)",
};

/** Makes the table when it is missing; several processes may do so at once. */
export async function createLedgerTable(database: SqlDatabase): Promise<void> {
  const { dialect } = database.words;
  const exists = async ({ query }: SqlConnection): Promise<boolean> =>
    (await query(FIND_TABLE[dialect], [LEDGER_TABLE])).length > 0;
  if (await exists(database)) return;
  await database.transaction(async (connection) => {
    if (dialect === "postgresql") {
      await connection.query("SELECT pg_advisory_xact_lock($1)", [CREATION_LOCK]);
    }
    // Asked again under the lock: another process may have made it meanwhile.
    if (await exists(connection)) return;
    for (const statement of STATEMENTS[dialect]) await connection.query(statement);
  }, { synced: true });
}
