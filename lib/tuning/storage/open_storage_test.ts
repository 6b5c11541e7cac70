import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { assertRejects, assertThrows, inFolder } from "../../../tests/fixtures/temporary_folder.ts";
import { CorruptArtifactError, InputError } from "../../core/errors.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { openStorage } from "./open_storage.ts";
import { explainPostgresError, wasGivenUp } from "../../db/postgres_error.ts";
import { openSqliteDatabase } from "../../db/sqlite_database.ts";

const clock = { now: () => 0 };

Deno.test("openStorage() takes a path, and Optuna's URLs of one file", () =>
  inFolder(async (folder) => {
    const path = join(folder, "studies.db");
    for (
      const [index, url] of [path, `sqlite:///${path}`, `sqlite+pysqlite:///${path}`].entries()
    ) {
      await using storage = await openStorage(url, clock);
      await storage.createStudy(`study ${index}`, ["minimize"]);
      assertEquals((await storage.studies()).length, index + 1);
    }
    // The last one to close it folds the log in: one file can be copied.
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["studies.db"]);
  }));

Deno.test("openStorage() refuses a URL that names no storage, in one line", async () => {
  const refused = [
    ["mysql://root@localhost/optuna", "Cannot keep studies in mysql"],
    ["redis://localhost", "Cannot keep studies in redis"],
    ["sqlite://studies.db", "sqlite:///studies.db"],
    ["sqlite:///", "sqlite:///studies.db"],
    ["", "sqlite:///studies.db"],
    ["postgresql://user:pw@host:port/db", "postgresql://user:password@host:port/database"],
    ["no/such/folder/studies.db", "this folder does not exist"],
  ] as const;
  for (const [url, part] of refused) await assertRejects(openStorage(url, clock), InputError, part);
});

Deno.test("openStorage() refuses a file that is no database, and a folder", () =>
  inFolder(async (folder) => {
    const path = join(folder, "bars.csv");
    Deno.writeTextFileSync(path, "time,open,high,low,close\n".repeat(100));
    await assertRejects(openStorage(path, clock), CorruptArtifactError, "as a SQLite database");
    await assertRejects(openStorage(folder, clock), InputError, "check that it is no folder");
  }));

Deno.test("openSqliteDatabase() says so when another process keeps the file locked", () =>
  inFolder(async (folder) => {
    const path = join(folder, "studies.db");
    await (await openStorage(path, clock)).close();
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const database = openSqliteDatabase(path, 50);
    const write = database.query("UPDATE studies SET study_name = 'a'");
    await assertRejects(write, InputError, "another process keeps it locked");
    other.exec("ROLLBACK");
    await database.query("UPDATE studies SET study_name = 'a'");
    await database.close();
    other.close();
  }));

Deno.test("a SQLite file lets nobody claim a trial that runs, Python's way neither", () =>
  inFolder(async (folder) => {
    const path = join(folder, "studies.db");
    await using storage = await openStorage(path, clock);
    const study = (await storage.createStudy("a", ["minimize"]))!;
    const { id } = await storage.createTrial(study, { state: "WAITING" });
    await storage.claimWaitingTrial(study);
    const python = new DatabaseSync(path);
    const claim = () => python.exec(`UPDATE trials SET state = 'RUNNING' WHERE trial_id = ${id}`);
    assertThrows(claim, Error, "claimed already");
    python.exec(`UPDATE trials SET state = 'FAIL' WHERE trial_id = ${id}`);
    assertThrows(claim, Error, "claimed already");
    python.close();
  }));

Deno.test("a transaction that fails takes all back and lets the next one in", () =>
  inFolder(async (folder) => {
    const database = openSqliteDatabase(join(folder, "a.db"));
    await database.query("CREATE TABLE a (x INTEGER)");
    const failing = database.transaction(async ({ query }) => {
      await query("INSERT INTO a VALUES (1)");
      throw new RangeError("half-way");
    });
    const next = database.transaction(({ query }) => query("INSERT INTO a VALUES (2)"));
    await assertRejects(failing, RangeError, "half-way");
    await next;
    const rows = await database.query<{ x: number }>("SELECT x FROM a");
    assertEquals(rows.map(({ x }) => x), [2]);
    await database.close();
  }));

Deno.test("explainPostgresError() tells what to do, and which transactions can run again", () => {
  const explain = (code: string) =>
    explainPostgresError(Object.assign(new Error("boom"), { code }), "postgresql://db/studies");
  for (const code of ["ECONNREFUSED", "28P01", "3D000", "42501", "57P01"]) {
    const error = explain(code);
    assert(error instanceof InputError && error.remedy !== undefined, code);
  }
  assert(wasGivenUp(explain("40P01")));
  assert(!wasGivenUp(explain("23505")));
  assertEquals((explain("23505") as Error).message, "postgresql://db/studies: boom");
});
