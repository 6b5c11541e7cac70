import { join } from "node:path";
import { CorruptArtifactError, InputError } from "../core/errors.ts";
import { assertEquals } from "../../tests/assert.ts";
import { type Database, openDatabase } from "./database.ts";
import { schemaVersion } from "./migrations.ts";
import { rollbackJournal } from "../../tests/fixtures/rollback_journal.ts";
import { assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";

const NOTE = "CREATE TABLE note (text TEXT NOT NULL) STRICT";
const AUTHOR = "ALTER TABLE note ADD COLUMN author TEXT";

interface Note {
  readonly text: string;
}

Deno.test("openDatabase() runs the migrations that a database has not had", () =>
  inFolder((folder) => {
    const path = join(folder, "a.sqlite");
    {
      using old = openDatabase(path, { migrations: [NOTE] });
      old.run("INSERT INTO note VALUES (:text)", { text: "kept" });
    }
    for (let opening = 0; opening < 2; opening++) {
      using database = openDatabase(path, { migrations: [NOTE, AUTHOR] });
      assertEquals(schemaVersion(database), 2);
      assertEquals(database.all<Note>("SELECT text FROM note").map((row) => row.text), ["kept"]);
    }
  }));

Deno.test("openDatabase() leaves no half of a migration that fails", () =>
  inFolder((folder) => {
    const path = join(folder, "a.sqlite");
    const broken = "CREATE TABLE other (x INTEGER) STRICT; SELECT no_such_function()";
    openDatabase(path, { migrations: [NOTE] })[Symbol.dispose]();
    assertThrows(
      () => openDatabase(path, { migrations: [NOTE, broken] }),
      Error,
      "no such function",
    );
    using database = openDatabase(path, { migrations: [NOTE] });
    assertEquals(schemaVersion(database), 1);
    assertEquals(
      database.all<{ name: string }>("SELECT name FROM sqlite_schema").map((row) => row.name),
      ["note"],
    );
  }));

Deno.test("openDatabase() refuses a newer database, and an older one when it may not write", () =>
  inFolder((folder) => {
    const path = join(folder, "a.sqlite");
    openDatabase(path, { migrations: [NOTE, AUTHOR] })[Symbol.dispose]();
    assertThrows(
      () => openDatabase(path, { migrations: [NOTE] }),
      InputError,
      "update the program",
    );
    assertThrows(
      () => openDatabase(path, { migrations: [NOTE, AUTHOR, AUTHOR], readOnly: true }),
      InputError,
      "Cannot read schema 2 as this program needs 3",
    );
  }));

Deno.test("openDatabase() names a file that is no database, or damaged, and the remedy", () =>
  inFolder((folder) => {
    const path = join(folder, "a.sqlite");
    Deno.writeTextFileSync(path, "time,open,high,low,close\n".repeat(100));
    for (const readOnly of [true, false]) {
      assertThrows(
        () => openDatabase(path, { migrations: [NOTE], readOnly }),
        CorruptArtifactError,
        "a.sqlite: Cannot read as a SQLite database",
      );
    }
    assertThrows(() => openDatabase(folder, { migrations: [NOTE] }), InputError, "denies access");
  }));

Deno.test("openDatabase() reads without leaving a trace in the folder", () =>
  inFolder((folder) => {
    const path = join(folder, "a.sqlite");
    openDatabase(path, { migrations: [NOTE] })[Symbol.dispose]();
    const before = Deno.readFileSync(path);
    {
      using database = openDatabase(path, { migrations: [NOTE], readOnly: true });
      assertEquals(database.all("SELECT * FROM note").length, 0);
      assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["a.sqlite"]);
      assertThrows(() => database.run("DELETE FROM note"), InputError, "may only be read");
      assertThrows(() => database.transaction(() => 0), InputError, "may only be read");
    }
    assertEquals(Deno.readFileSync(path), before);
  }));

Deno.test("transaction() keeps all or nothing", () => {
  using database = openDatabase(":memory:", { migrations: [NOTE] });
  const insert = (text: string): number =>
    database.run("INSERT INTO note VALUES (:text)", { text });
  assertThrows(
    () =>
      database.transaction(() => {
        insert("lost");
        throw new RangeError("half-way");
      }),
    RangeError,
    "half-way",
  );
  assertEquals(database.transaction(() => insert("kept")), 1);
  assertEquals(database.all<Note>("SELECT text FROM note").map((row) => row.text), ["kept"]);
});

Deno.test("openDatabase() says what to do about a write that was cut off, then recovers", () =>
  inFolder((folder) => {
    const path = join(folder, "a.sqlite");
    const open = (readOnly: boolean) => openDatabase(path, { migrations: [NOTE], readOnly });
    const texts = (database: Database): string[] =>
      database.all<Note>("SELECT text FROM note").map((row) => row.text);
    {
      using database = open(false);
      database.run("INSERT INTO note VALUES (:text)", { text: "x".repeat(20_000) });
    }
    const before = Deno.readFileSync(path);
    {
      using database = open(false);
      database.run("UPDATE note SET text = upper(text)");
      assertEquals(texts(database), ["X".repeat(20_000)]);
    }
    Deno.writeFileSync(`${path}-journal`, rollbackJournal(before));
    assertThrows(() => open(true), InputError, "a write was cut off half-way");
    using database = open(false);
    assertEquals(texts(database), ["x".repeat(20_000)]);
  }));
