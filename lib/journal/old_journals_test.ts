import { join } from "node:path";
import { assert, assertEquals } from "../../tests/assert.ts";
import { ACCOUNT, entriesOf, openJournal } from "../../tests/fixtures/journal_fixture.ts";
import { sampleEntry } from "../../tests/fixtures/sample_entries.ts";
import { assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../core/errors.ts";
import { openDatabase } from "../db/mod.ts";
import type { KeptEntry } from "../trading/mod.ts";
import { rebuildBooks } from "./book_keeper.ts";
import type { JournalBooks } from "./books.ts";
import { checkEntries } from "./check_journal.ts";
import { pagesAfter } from "./journal_rows.ts";
import { openJournalReader } from "./journal_reader.ts";
import { JOURNAL_MIGRATIONS } from "./migrations.ts";

const FIXTURES = join(import.meta.dirname!, "../../tests/fixtures");
const VERSIONS = [1];

interface Said {
  readonly hash: string;
  readonly entries: readonly KeptEntry[];
  readonly books: JournalBooks;
}

/** Puts a journal of an earlier program where an account's lies. */
function placeOld(folder: string, version: number): Said {
  Deno.mkdirSync(join(folder, ACCOUNT.name));
  Deno.copyFileSync(
    join(FIXTURES, `journal_v${version}.sqlite`),
    join(folder, ACCOUNT.name, "journal.sqlite"),
  );
  return JSON.parse(Deno.readTextFileSync(join(FIXTURES, `journal_v${version}.json`)));
}

for (const version of VERSIONS) {
  Deno.test(`a journal of schema ${version} says what it said, and goes on`, () =>
    inFolder(async (folder) => {
      const said = placeOld(folder, version);
      using journal = openJournal(folder);
      assertEquals(journal.check(), {
        ...{ entries: said.entries.length, hash: said.hash, fault: null },
      });
      assertEquals(await entriesOf(journal), said.entries);
      assertEquals(await rebuildBooks(journal.entries()), said.books);
      assertEquals(await journal.append(sampleEntry(1)), said.entries.length + 1);
      assertEquals(journal.check().fault, null);
    }));

  Deno.test(`a later schema leaves the chain of schema ${version} whole, and nothing can be changed`, () =>
    inFolder((folder) => {
      const said = placeOld(folder, version);
      const path = join(folder, ACCOUNT.name, "journal.sqlite");
      const later = [...JOURNAL_MIGRATIONS, "ALTER TABLE entry ADD COLUMN venue_time REAL"];
      {
        using database = openDatabase(path, { migrations: later, log: "write-ahead" });
        assertEquals(checkEntries(database, null).hash, said.hash);
        assertThrows(() => database.run("DELETE FROM entry"), Error, "never changed");
        assertEquals([...pagesAfter(database, 0)].flat().length, said.entries.length);
      }
      assertThrows(() => openJournal(folder), InputError, "no newer (update the program)");
      assertThrows(() => openJournalReader(folder, ACCOUNT.name), InputError, "update the program");
    }));
}

Deno.test("the newest schema is among those that are kept", () => {
  assertEquals(VERSIONS.at(-1), JOURNAL_MIGRATIONS.length);
  assert(VERSIONS.every((version, i) => version === i + 1));
});
