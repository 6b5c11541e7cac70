import { join } from "node:path";
import { assert, assertEquals } from "../../tests/assert.ts";
import { ACCOUNT, openJournal } from "../../tests/fixtures/journal_fixture.ts";
import { SAMPLE_ENTRIES, sampleEntry } from "../../tests/fixtures/sample_entries.ts";
import { assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { CorruptArtifactError } from "../core/errors.ts";
import { type Database, openDatabase } from "../db/mod.ts";
import { type EntryRow, linkHash, placedEntry, rootHash } from "./entry_row.ts";
import { checkEntries } from "./check_journal.ts";
import { journalFiles, openToRead, storedIdentity } from "./journal_files.ts";
import { pagesAfter } from "./journal_rows.ts";
import { openJournalReader } from "./journal_reader.ts";
import { JOURNAL_MIGRATIONS } from "./migrations.ts";
import { readAnchor } from "./spare_segment.ts";

const ENTRIES = SAMPLE_ENTRIES.length;

/** A journal of every kind of entry, then changed behind the program's back. */
async function forge(folder: string, change: (database: Database) => void): Promise<void> {
  {
    using journal = openJournal(folder);
    await Promise.all(SAMPLE_ENTRIES.map((entry) => journal.append(entry)));
  }
  using database = openDatabase(join(folder, ACCOUNT.name, "journal.sqlite"), {
    migrations: JOURNAL_MIGRATIONS,
  });
  for (const trigger of ["entry_stays", "entry_is_kept", "account_stays", "account_is_kept"]) {
    database.script(`DROP TRIGGER ${trigger}`);
  }
  change(database);
}

/** Makes the chain anew from a number on, as a forger who knows the code would. */
function chainAnew(database: Database, from: number): void {
  let hash = rootHash(storedIdentity(database)!);
  const rows: EntryRow[] = [...pagesAfter(database, 0)].flat();
  for (const row of rows) {
    hash = row.sequence < from ? row.hash : linkHash(hash, placedEntry(row));
    database.run("UPDATE entry SET hash = :hash WHERE sequence = :sequence", {
      hash,
      sequence: row.sequence,
    });
  }
}

const FORGERIES: readonly (readonly [
  what: string,
  change: (database: Database) => void,
  kind: string,
  sequence: number,
])[] = [
  [
    "a changed body",
    (database) => database.run(`UPDATE entry SET body = '{"time":1}' WHERE sequence = 7`),
    ...["altered", 7] as const,
  ],
  [
    "a changed time",
    (database) => database.run("UPDATE entry SET at = at + 1 WHERE sequence = 12"),
    ...["altered", 12] as const,
  ],
  [
    "a changed kind",
    (database) => database.run("UPDATE entry SET kind = 'resume' WHERE kind = 'halt'"),
    ...["altered", SAMPLE_ENTRIES.findIndex(({ kind }) => kind === "halt") + 1] as const,
  ],
  [
    "a changed hash",
    (database) => database.run("UPDATE entry SET hash = '00' WHERE sequence = 3"),
    ...["altered", 3] as const,
  ],
  [
    "an entry changed with its hash",
    (database) => {
      database.run(`UPDATE entry SET body = '{"time":1}' WHERE sequence = 7`);
      const rows = [...pagesAfter(database, 0)].flat();
      const hash = linkHash(rows[5]!.hash, placedEntry(rows[6]!));
      database.run("UPDATE entry SET hash = :hash WHERE sequence = 7", { hash });
    },
    ...["altered", 8] as const,
  ],
  [
    "a chain made anew",
    (database) => {
      database.run(`UPDATE entry SET body = '{"time":1}' WHERE sequence = 7`);
      chainAnew(database, 7);
    },
    ...["altered", ENTRIES] as const,
  ],
  [
    "a removed entry",
    (database) => database.run("DELETE FROM entry WHERE sequence = 9"),
    ...["missing", 9] as const,
  ],
  [
    "a removed beginning",
    (database) => database.run("DELETE FROM entry WHERE sequence < 4"),
    ...["missing", 1] as const,
  ],
  [
    "two entries that changed places",
    (database) =>
      database.script(
        "UPDATE entry SET sequence = 1000 WHERE sequence = 5; " +
          "UPDATE entry SET sequence = 5 WHERE sequence = 6; " +
          "UPDATE entry SET sequence = 6 WHERE sequence = 1000",
      ),
    ...["altered", 5] as const,
  ],
  [
    "a tail cut off",
    (database) => database.run("DELETE FROM entry WHERE sequence > 20"),
    ...["cut-off", 21] as const,
  ],
  [
    "a tail cut off with what remembers it",
    (database) => {
      database.run("DELETE FROM entry WHERE sequence > 20");
      database.run("UPDATE sqlite_sequence SET seq = 20");
    },
    ...["cut-off", 21] as const,
  ],
  [
    "everything removed",
    (database) => database.run("DELETE FROM entry"),
    ...["cut-off", 1] as const,
  ],
  [
    "another account's name",
    (database) =>
      database.run("UPDATE account SET identity = replace(identity, 'paper-1', 'paper-2')"),
    ...["altered", 1] as const,
  ],
];

for (const [what, change, kind, sequence] of FORGERIES) {
  Deno.test(`check() names the first entry behind ${what}`, () =>
    inFolder(async (folder) => {
      await forge(folder, (database) => void change(database));
      using reader = openJournalReader(folder, ACCOUNT.name);
      const { entries, fault } = reader.check();
      assertEquals([fault?.kind, fault?.sequence], [kind, sequence], fault?.text);
      assert(entries < sequence, fault?.text);
      if (kind === "cut-off") {
        assertThrows(() => openJournal(folder), CorruptArtifactError, "was written (restore");
      }
    }));
}

Deno.test("an end that is not the one that was written is refused at the opening", () =>
  inFolder(async (folder) => {
    await forge(folder, (database) => {
      database.run(`UPDATE entry SET body = '{"time":1}' WHERE sequence = 7`);
      chainAnew(database, 7);
    });
    assertThrows(() => openJournal(folder), CorruptArtifactError, "is not the one");
  }));

Deno.test("a log that was lost with its entries is missed, as the spare remembers them", () =>
  inFolder(async (folder) => {
    using first = openJournal(folder);
    await first.append(sampleEntry(1));
    const copy = join(folder, "older");
    Deno.mkdirSync(join(copy, ACCOUNT.name), { recursive: true });
    const copied = (name: string): void =>
      Deno.copyFileSync(join(folder, ACCOUNT.name, name), join(copy, ACCOUNT.name, name));
    copied("journal.sqlite");
    for (let n = 2; n < 40; n++) await first.append(sampleEntry(n));
    copied("spare.bin");
    assertThrows(() => openJournal(copy), CorruptArtifactError, "although entry 39 was written");
    assertThrows(() => openJournal(copy), CorruptArtifactError, "move spare.bin away)");
    Deno.removeSync(join(copy, ACCOUNT.name, "spare.bin"));
    using older = openJournal(copy);
    assertEquals(await older.append(sampleEntry(50)), older.opened.entries + 1);
  }));

Deno.test("check() tells what this program cannot read from what was changed", () =>
  inFolder(async (folder) => {
    await forge(folder, (database) => {
      database.run("UPDATE entry SET kind = 'prophecy' WHERE sequence = 7");
      chainAnew(database, 7);
    });
    Deno.removeSync(join(folder, ACCOUNT.name, "spare.bin"));
    using reader = openJournalReader(folder, ACCOUNT.name);
    const { fault } = reader.check();
    assertEquals([fault?.kind, fault?.sequence], ["unreadable", 7]);
    assert(fault!.text.includes("its kind is not known: prophecy (update the program)"));
  }));

Deno.test("a journal that is written while it is looked at does not seem cut off", () =>
  inFolder(async (folder) => {
    using journal = openJournal(folder);
    await Promise.all(SAMPLE_ENTRIES.map((entry) => journal.append(entry)));
    using database = openToRead(journalFiles(folder, ACCOUNT.name));
    let reads = 0;
    const raced = new Proxy(database, {
      get: (target, name) =>
        name !== "all" ? Reflect.get(target, name) : (...asked: Parameters<Database["all"]>) => {
          const rows = target.all(...asked);
          // Once the end is found, and once before.
          if (rows.length === 0 || reads++ === 0) journal.note(sampleEntry(reads));
          return rows;
        },
    });
    const { entries, fault } = checkEntries(
      raced,
      readAnchor(journalFiles(folder, ACCOUNT.name).spare),
    );
    assertEquals(fault, null);
    assertEquals([entries, journal.check().entries], [ENTRIES + 1, ENTRIES + 2]);
  }));
