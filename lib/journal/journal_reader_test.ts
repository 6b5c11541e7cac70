import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../../tests/assert.ts";
import {
  ACCOUNT,
  entriesOf,
  openJournal,
  readEntries,
} from "../../tests/fixtures/journal_fixture.ts";
import { SAMPLE_ENTRIES, sampleEntry } from "../../tests/fixtures/sample_entries.ts";
import { assertRejects, assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../core/errors.ts";
import { openJournalReader } from "./journal_reader.ts";

const CHILD = fileURLToPath(new URL("../../tests/fixtures/journal_child.ts", import.meta.url));

Deno.test("a reader sees what is committed while somebody writes, and holds nobody up", () =>
  inFolder(async (folder) => {
    using journal = openJournal(folder);
    await journal.append(sampleEntry(1));
    using reader = openJournalReader(folder, ACCOUNT.name);
    assertEquals(reader.account, ACCOUNT);
    // More than a page, so that the writer gets in between.
    const before = Array.from({ length: 2_999 }, (_, i) => journal.append(sampleEntry(i)));
    await Promise.all(before);
    let read = 0;
    for await (const { sequence } of reader.entries()) {
      assertEquals(sequence, ++read);
      if (read % 500 === 0) await journal.append(sampleEntry(read));
    }
    assert(read >= 3_000 && read <= 3_006, `${read}`);
    assertEquals(reader.check().fault, null);
    assertEquals(reader.last("state"), null);
  }));

Deno.test("a reader needs no more than to read the sessions' folder", () =>
  inFolder(async (folder) => {
    using journal = openJournal(folder);
    await Promise.all(SAMPLE_ENTRIES.map((entry) => journal.append(entry)));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", "--cached-only", `--allow-read=${folder}`],
        ...[CHILD, "read", folder],
      ],
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
      entries: SAMPLE_ENTRIES.length,
      fault: null,
    });
  }));

Deno.test("a closed journal is one file that is read where nothing can be written", () =>
  inFolder(async (folder) => {
    {
      using journal = openJournal(folder);
      await journal.append(sampleEntry(1));
    }
    const place = join(folder, ACCOUNT.name);
    for (const name of ["spare.bin", "writer.lock"]) Deno.removeSync(join(place, name));
    assertEquals([...Deno.readDirSync(place)].map(({ name }) => name), ["journal.sqlite"]);
    assertEquals((await readEntries(folder)).length, 1);
    assertEquals([...Deno.readDirSync(place)].map(({ name }) => name), ["journal.sqlite"]);
  }));

Deno.test("a copy of a journal that is written meanwhile is whole, and one file", () =>
  inFolder(async (folder) => {
    using journal = openJournal(folder);
    for (let n = 1; n <= 500; n++) await journal.append(sampleEntry(n));
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", "--cached-only"],
        ...[`--allow-read=${folder}`, `--allow-write=${folder}`],
        ...[CHILD, "backup", folder, join(folder, "copy.sqlite")],
      ],
      stdout: "piped",
    }).spawn();
    let isCopying = true;
    void child.status.then(() => isCopying = false);
    let written = 500;
    while (isCopying) {
      await journal.append(sampleEntry(++written));
      if (written % 20 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    const check = JSON.parse(new TextDecoder().decode((await child.output()).stdout));
    assertEquals(check.fault, null);
    assert(check.entries >= 500 && check.entries <= written, `${check.entries} of ${written}`);
    assertEquals(
      [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted(),
      ["copy.sqlite", ACCOUNT.name],
    );
    // The copy in the place of a journal.
    const place = join(folder, "restored", ACCOUNT.name);
    Deno.mkdirSync(place, { recursive: true });
    Deno.renameSync(join(folder, "copy.sqlite"), join(place, "journal.sqlite"));
    using restored = openJournal(join(folder, "restored"));
    assertEquals((await entriesOf(restored)).length, check.entries);
  }));

Deno.test("what cannot be read or copied is said in one line", () =>
  inFolder(async (folder) => {
    assertThrows(() => openJournalReader(folder, "nobody"), InputError, "as there is none");
    assertThrows(() => openJournalReader(folder, "../x"), InputError, "named '../x'");
    // A folder whose journal is gone is not what its name was meant to be.
    Deno.mkdirSync(join(folder, "lost"));
    assertThrows(() => openJournalReader(folder, "lost"), InputError, "check the name");
    assertThrows(() => openJournalReader(folder, "losst"), InputError, "did you mean 'lost'?");
    using journal = openJournal(folder);
    await journal.append(sampleEntry(1));
    using reader = openJournalReader(folder, ACCOUNT.name);
    const taken = join(folder, "taken");
    Deno.writeTextFileSync(taken, "mine");
    await assertRejects(reader.backup(taken), InputError, "over a file that is there");
    assertEquals(Deno.readTextFileSync(taken), "mine");
    await assertRejects(
      reader.backup(join(folder, "no", "such", "folder")),
      InputError,
      "Cannot open",
    );
  }));
