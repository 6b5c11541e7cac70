import { InputError } from "../../core/mod.ts";
import {
  SCHEMA_REVISION,
  schemaStatements,
  SQLITE_CLAIM_GUARD,
  VERSION_INFO,
} from "./optuna_schema.ts";
import type { SqlConnection, SqlDatabase } from "../../db/mod.ts";

/** Optuna's revisions before {@link SCHEMA_REVISION}: its own command brings them up to date. */
const OLDER_REVISIONS: readonly string[] = [
  ...["v0.9.0.a", "v1.2.0.a", "v1.3.0.a", "v2.4.0.a", "v2.6.0.a"],
  ...["v3.0.0.a", "v3.0.0.b", "v3.0.0.c", "v3.0.0.d"],
];

/** Same key in every process: only one makes the tables. */
const CREATION_LOCK = 0x6f707475;

/** Where each dialect lists the tables that a plain name reaches. */
const TABLE_NAMES = {
  sqlite: "SELECT name FROM sqlite_schema WHERE type = 'table'",
  postgresql: "SELECT relname::text AS name FROM pg_class " +
    "WHERE relkind = 'r' AND pg_table_is_visible(oid) AND relnamespace <> 'pg_catalog'::regnamespace",
} as const;

/**
 * Makes Optuna's tables in an empty database; in one that has them, checks that they are of the
 * revision that this program reads and writes. Several processes may do so at once.
 *
 * @throws {InputError} when the tables are newer or older, or are those of another program
 */
export async function openSchema(database: SqlDatabase): Promise<void> {
  if (await isCurrent(database, database)) return await guardClaims(database);
  await database.transaction(async (connection) => {
    if (database.words.dialect === "postgresql") {
      await connection.query("SELECT pg_advisory_xact_lock($1)", [CREATION_LOCK]);
    }
    // Asked again under the lock: another process may have made the tables meanwhile.
    if (await isCurrent(database, connection)) return;
    for (const statement of schemaStatements(database.words.dialect)) {
      await connection.query(statement);
    }
    await connection.query("INSERT INTO version_info VALUES (1, $1, $2)", [
      VERSION_INFO.schemaVersion,
      VERSION_INFO.libraryVersion,
    ]);
    await connection.query("INSERT INTO alembic_version VALUES ($1)", [SCHEMA_REVISION]);
  });
}

/** A SQLite file made by Python gets the trigger that keeps two workers from one waiting trial. */
async function guardClaims(database: SqlDatabase): Promise<void> {
  if (database.words.dialect !== "sqlite") return;
  const found = await database.query(
    "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = $1",
    [SQLITE_CLAIM_GUARD.name],
  );
  if (found.length === 0) await database.query(SQLITE_CLAIM_GUARD.statement);
}

/** False when the tables have to be made. */
async function isCurrent(database: SqlDatabase, connection: SqlConnection): Promise<boolean> {
  const rows = await connection.query<{ name: string }>(TABLE_NAMES[database.words.dialect]);
  const tables = new Set(rows.map((row) => row.name));
  if (!tables.has("studies")) {
    if (database.words.dialect === "sqlite" && tables.size > 0) throw notOptuna(database.place);
    return false;
  }
  if (!tables.has("alembic_version")) throw unknownRevision(database.place, "none");
  const revisions = await connection.query<{ version_num: string }>(
    "SELECT version_num FROM alembic_version",
  );
  const revision = revisions.map((row) => row.version_num).join(" and ") || "none";
  if (revision === SCHEMA_REVISION) return true;
  throw unknownRevision(database.place, revision);
}

function notOptuna(place: string): InputError {
  return new InputError("Cannot use as a study storage as it holds another program's tables", {
    where: place,
    remedy: "name another file; a new one is made",
  });
}

function unknownRevision(place: string, revision: string): InputError {
  const isOlder = revision === "none" || OLDER_REVISIONS.includes(revision);
  return new InputError(
    `Cannot use Optuna's schema ${revision} as this program knows ${SCHEMA_REVISION}` +
      (isOlder ? "" : " and no newer"),
    {
      where: place,
      remedy: isOlder
        ? "bring it up to date with `optuna storage upgrade` of Optuna 3.2 or later"
        : "update the program",
    },
  );
}
