import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../lib/core/errors.ts";
import { openStorage } from "../lib/tuning/storage/open_storage.ts";
import { openSchema } from "../lib/tuning/storage/open_schema.ts";
import { openPostgresDatabase } from "../lib/db/postgres_database.ts";
import { openSqliteDatabase } from "../lib/db/sqlite_database.ts";
import { assert, assertEquals } from "./assert.ts";
import { execute, type PostgresServer, startPostgres } from "./fixtures/postgres_server.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";

const FIXTURES = fileURLToPath(new URL("fixtures/", import.meta.url));

/** Databases that Optuna 5.0.0 made; optuna_peer.py says how. */
const OPTUNA_SQLITE = join(FIXTURES, "optuna_study.db");
const OPTUNA_POSTGRES = join(FIXTURES, "optuna_study.sql");

/** Columns, keys and indexes of a SQLite file, whatever the order in which they were made. */
function describeSqlite(path: string): unknown {
  const connection = new DatabaseSync(path);
  const all = (sql: string) => connection.prepare(sql).all() as Record<string, unknown>[];
  const tables = all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  const description = tables.map(({ name }) => ({
    name,
    columns: all(`PRAGMA table_info(${name})`),
    references: all(`PRAGMA foreign_key_list(${name})`),
    indexes: all(`PRAGMA index_list(${name})`).map((index) => ({
      unique: index.unique,
      origin: index.origin,
      name: index.origin === "c" ? index.name : "",
      columns: all(`PRAGMA index_info(${index.name})`).map((column) => column.name),
    })).sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1),
  }));
  connection.close();
  return JSON.parse(JSON.stringify(description));
}

const POSTGRES_CATALOG = [
  `SELECT table_name, column_name, data_type, udt_name, is_nullable, character_maximum_length,
     column_default FROM information_schema.columns WHERE table_schema = 'public'
   ORDER BY table_name, ordinal_position`,
  `SELECT conrelid::regclass::text AS table_name, conname::text, pg_get_constraintdef(oid) AS rule
   FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
   ORDER BY 1, 2`,
  "SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
  `SELECT typname::text, enumlabel::text FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid
   ORDER BY typname, enumsortorder`,
];

/** Columns, constraints, indexes and enumerations of a PostgreSQL database. */
async function describePostgres(url: string): Promise<unknown> {
  const parts = [];
  for (const sql of POSTGRES_CATALOG) parts.push(await execute(url, sql));
  return parts;
}

Deno.test("openSchema() makes the tables that Optuna makes in SQLite", () =>
  inFolder(async (folder) => {
    const path = join(folder, "ours.db");
    const database = openSqliteDatabase(path);
    await openSchema(database);
    await database.close();
    const ours = describeSqlite(path);
    assert(Array.isArray(ours) && ours.length === 13);
    assertEquals(ours, describeSqlite(OPTUNA_SQLITE));
  }));

/** Five workers start at once in an empty database: one of them makes the tables. */
async function assertSameTables(server: PostgresServer): Promise<void> {
  const [ours, optuna] = [await server.createDatabase(), await server.createDatabase()];
  await execute(optuna, Deno.readTextFileSync(OPTUNA_POSTGRES));
  await Promise.all(Array.from({ length: 5 }, async () => {
    const database = await openPostgresDatabase(ours);
    await openSchema(database);
    await database.close();
  }));
  assertEquals(await describePostgres(ours), await describePostgres(optuna));
}

/** What is wrong with the URL is said in one line, which holds no password. */
async function assertExplained(server: PostgresServer): Promise<void> {
  const url = new URL(await server.createDatabase());
  const changed = (change: Partial<Record<"password" | "pathname" | "port", string>>): string =>
    Object.assign(new URL(url), change).href;
  const wrong = [
    [changed({ password: "guessed" }), "Cannot sign in"],
    [changed({ pathname: "/nowhere" }), "create it with `createdb`"],
    [changed({ port: "1" }), "Cannot reach the PostgreSQL server"],
  ] as const;
  for (const [href, part] of wrong) {
    const opened = openStorage(href, { now: () => 0 });
    await assertRejects(opened, InputError, part);
    const message = await opened.then(() => "", (error: Error) => error.message);
    assert(!message.includes(new URL(href).password), message);
  }
}

/** A server that drops a connection costs one query at most. */
async function assertReconnects(server: PostgresServer): Promise<void> {
  const url = await server.createDatabase();
  await using storage = await openStorage(url, { now: () => 0 });
  await storage.createStudy("a", ["minimize"]);
  await execute(
    url,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'trading-ai%'",
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals((await storage.studies()).length, 1);
}

Deno.test("PostgreSQL has Optuna's tables, clear errors and new connections", async (context) => {
  await using server = await startPostgres();
  if (server === null) return;
  const tests = {
    "openSchema() makes the tables that Optuna makes": assertSameTables,
    "openStorage() says what is wrong with a URL": assertExplained,
    "a lost connection is replaced": assertReconnects,
  };
  for (const [name, test] of Object.entries(tests)) await context.step(name, () => test(server));
});

Deno.test("openSchema() takes Optuna's own database and refuses other revisions", () =>
  inFolder(async (folder) => {
    const path = join(folder, "study.db");
    Deno.copyFileSync(OPTUNA_SQLITE, path);
    const database = openSqliteDatabase(path);
    await openSchema(database);
    for (
      const [revision, remedy] of [
        ["v3.0.0.d", "optuna storage upgrade"],
        ["v6.0.0.a", "update the program"],
      ] as const
    ) {
      await database.query("UPDATE alembic_version SET version_num = $1", [revision]);
      await assertRejects(openSchema(database), InputError, remedy);
    }
    await database.query("DELETE FROM alembic_version");
    await assertRejects(openSchema(database), InputError, "schema none");
    await database.close();
  }));

Deno.test("openSchema() does not put its tables among another program's", () =>
  inFolder(async (folder) => {
    const path = join(folder, "registry.sqlite");
    const database = openSqliteDatabase(path);
    await database.query("CREATE TABLE model_version (id INTEGER)");
    await assertRejects(openSchema(database), InputError, "another program's tables");
    await database.close();
  }));
