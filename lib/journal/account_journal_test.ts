import { join } from "node:path";
import { assert, assertEquals } from "../../tests/assert.ts";
import { interceptSteps } from "../../tests/fixtures/intercept_steps.ts";
import {
  ACCOUNT,
  entriesOf,
  openJournal,
  readEntries,
  withoutPlace,
} from "../../tests/fixtures/journal_fixture.ts";
import { SAMPLE_ENTRIES, sampleEntry } from "../../tests/fixtures/sample_entries.ts";
import { assertRejects, assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import type { JsonValue } from "../core/mod.ts";
import { VirtualClock } from "../core/virtual_clock.ts";
import { openDatabase } from "../db/mod.ts";
import type { JournalEntry } from "../trading/mod.ts";
import { InputError } from "../core/errors.ts";
import { JOURNAL_KINDS } from "./fact_schemas.ts";
import { JOURNAL_MIGRATIONS } from "./migrations.ts";

/** Lets another connection hold the write lock, as another program would. */
function holdLock(folder: string): Disposable {
  const database = openDatabase(join(folder, ACCOUNT.name, "journal.sqlite"), {
    migrations: JOURNAL_MIGRATIONS,
    log: "write-ahead",
  });
  database.script("BEGIN IMMEDIATE");
  return {
    [Symbol.dispose]: () => {
      database.script("ROLLBACK");
      database[Symbol.dispose]();
    },
  };
}

Deno.test("a journal gives back every kind of entry as it was appended, in its order", () =>
  inFolder(async (folder) => {
    assertEquals(SAMPLE_ENTRIES.map(({ kind }) => kind).toSorted(), JOURNAL_KINDS.toSorted());
    {
      using journal = openJournal(folder);
      assertEquals(journal.opened, { entries: 0, takenIn: 0 });
      const numbers = await Promise.all(SAMPLE_ENTRIES.map((entry) => journal.append(entry)));
      assertEquals(numbers, SAMPLE_ENTRIES.map((_, i) => i + 1));
    }
    using journal = openJournal(folder);
    assertEquals(journal.opened.entries, SAMPLE_ENTRIES.length);
    const entries = await entriesOf(journal);
    assertEquals(entries.map(withoutPlace), SAMPLE_ENTRIES);
    assertEquals(entries.map(({ sequence }) => sequence), SAMPLE_ENTRIES.map((_, i) => i + 1));
    assertEquals(journal.last("state")?.state, { weights: [0.25, 0.75] });
    assertEquals(journal.check().fault, null);
    assertEquals((await Array.fromAsync(journal.entries(SAMPLE_ENTRIES.length - 2))).length, 2);
  }));

Deno.test("what is appended in one turn is one commit, and settles once it is on the disk", () =>
  inFolder(async (folder) => {
    using journal = openJournal(folder);
    const commits: string[] = [];
    using _steps = interceptSteps(({ what }) => void (/COMMIT/.test(what) && commits.push(what)));
    const one = journal.append(sampleEntry(1)), two = journal.append(sampleEntry(2));
    assertEquals(commits.length, 0);
    await one;
    assertEquals(commits.length, 1);
    assertEquals(await two, 2);
    await journal.append(sampleEntry(3));
    assertEquals(commits.length, 2);
    // More than fit into one transaction.
    const many = Array.from({ length: 2_500 }, (_, i) => journal.append(sampleEntry(i)));
    assertEquals((await Promise.all(many)).at(-1), 2_503);
    assertEquals(commits.length, 5);
  }));

Deno.test("an entry that nobody could read again is refused, alone", () =>
  inFolder(async (folder) => {
    using journal = openJournal(folder);
    const good = journal.append(sampleEntry(1));
    const bad: unknown[] = [
      { ...sampleEntry(1), priceTicks: NaN },
      { ...sampleEntry(1), priceTicks: 1.5 },
      { ...sampleEntry(1), more: 1 },
      { ...sampleEntry(1), at: NaN },
      { ...SAMPLE_ENTRIES[9], why: { p: Infinity } },
      { ...SAMPLE_ENTRIES[10], forecast: { exposure: 2, intent: "enter", probability: null } },
    ];
    let deep: JsonValue = 1;
    for (let level = 0; level < 300; level++) deep = [deep];
    bad.push({ kind: "state", state: deep, at: 1, sessionTime: null });
    for (const entry of bad) {
      await assertRejects(journal.append(entry as JournalEntry), TypeError, "Cannot keep an entry");
      assertThrows(() => journal.note(entry as JournalEntry), TypeError, "Cannot keep an entry");
    }
    await good;
    assertEquals((await entriesOf(journal)).length, 1);
  }));

Deno.test("entries are never changed and never removed", () =>
  inFolder(async (folder) => {
    using journal = openJournal(folder);
    await journal.append(sampleEntry(1));
    using other = openDatabase(join(folder, ACCOUNT.name, "journal.sqlite"), {
      migrations: JOURNAL_MIGRATIONS,
      log: "write-ahead",
    });
    for (
      const statement of [
        "UPDATE entry SET body = '{}'",
        "DELETE FROM entry",
        "UPDATE account SET identity = '{}'",
        "DELETE FROM account",
      ]
    ) {
      assertThrows(() => other.run(statement), Error, "a journal is never changed");
    }
    assertEquals(journal.check().fault, null);
  }));

Deno.test("a journal is one account's, and one writer's", () =>
  inFolder(async (folder) => {
    {
      using journal = openJournal(folder, { owner: "session 7" });
      await journal.append(sampleEntry(1));
      assertThrows(() => openJournal(folder), InputError, "as session 7 (process ");
    }
    for (
      const other of [
        { number: "2" },
        { broker: "venue" },
        { mode: "live" as const },
      ]
    ) {
      assertThrows(
        () => openJournal(folder, { account: { ...ACCOUNT, ...other } }),
        InputError,
        "with the journal of paper account 1 at paper (name this account otherwise",
      );
    }
    for (const name of ["", "../paper-1", "a/b", "a".repeat(65)]) {
      assertThrows(
        () => openJournal(folder, { account: { ...ACCOUNT, name } }),
        InputError,
        "digits, dots, hyphens",
      );
    }
    // None of those attempts keeps the lock.
    using again = openJournal(folder);
    assertEquals(again.opened.entries, 1);
  }));

Deno.test("while another program holds the lock entries wait, exits go first, and all come in", () =>
  inFolder(async (folder) => {
    const clock = new VirtualClock(), troubles: (string | null)[] = [];
    using journal = openJournal(folder, { clock, onTrouble: (reason) => troubles.push(reason) });
    await journal.append(sampleEntry(1));
    const settled: number[] = [];
    {
      using _held = holdLock(folder);
      void journal.append(sampleEntry(2)).then((number) => settled.push(number));
      assertEquals(journal.note(sampleEntry(3)), "spare");
      void journal.append(sampleEntry(4)).then((number) => settled.push(number));
      assertEquals(journal.note(sampleEntry(5)), "spare");
      await clock.advance(10_000);
      assertEquals(settled, []);
      assertEquals(troubles.length, 1);
      assert(troubles[0]!.includes("another process keeps it locked"), troubles[0]!);
    }
    await clock.advance(50);
    assertEquals(settled, [4, 5]);
    assertEquals([troubles.length, journal.trouble], [2, null]);
    const entries = await entriesOf(journal);
    assertEquals(entries.map(({ at }) => at - 1_700_000_000_000), [1, 3, 5, 2, 4]);
    assertEquals(entries.map(({ note }) => note), [null, 1, 2, null, null]);
    assertEquals(journal.note(sampleEntry(6)), "journal");
    assertEquals(journal.check().fault, null);
  }));

Deno.test("whoever is told of trouble may write at once, when it begins and when it ends", () =>
  inFolder(async (folder) => {
    const clock = new VirtualClock();
    let said = 0;
    using journal = openJournal(folder, {
      clock,
      onTrouble: (reason) => {
        said++;
        assertEquals(
          journal.note(sampleEntry(reason === null ? 20 : 10)),
          reason === null ? "journal" : "spare",
        );
        void journal.append(sampleEntry(reason === null ? 21 : 11));
      },
    });
    {
      using _held = holdLock(folder);
      void journal.append(sampleEntry(1));
      await clock.advance(200);
    }
    await clock.advance(50);
    await journal.append(sampleEntry(30));
    const ats = (await entriesOf(journal)).map(({ at }) => at - 1_700_000_000_000);
    assertEquals(ats, [10, 1, 11, 20, 21, 30]);
    assertEquals(said, 2);
  }));

Deno.test("what went first comes in at the next opening, after a crash too, and once", () =>
  inFolder(async (folder) => {
    for (let round = 1; round <= 3; round++) {
      using journal = openJournal(folder);
      assertEquals(journal.opened.takenIn, round === 1 ? 0 : 2);
      const left = journal.append(sampleEntry(100 * round));
      if (round < 3) {
        using _held = holdLock(folder);
        journal.note(sampleEntry(100 * round + 1));
        journal.note(sampleEntry(100 * round + 2));
        // Closed in the middle of it, as a session that is stopped would.
        journal[Symbol.dispose]();
        await assertRejects(left, InputError, "was closed before it could be written");
      } else await left;
    }
    const entries = await readEntries(folder);
    assertEquals(entries.map(({ at }) => at - 1_700_000_000_000), [101, 102, 201, 202, 300]);
    assertEquals(entries.map(({ note }) => note), [1, 2, 3, 4, null]);
  }));

Deno.test("an entry that waits can be given up, and is then kept nowhere", () =>
  inFolder(async (folder) => {
    const clock = new VirtualClock(), controller = new AbortController();
    using journal = openJournal(folder, { clock });
    {
      using _held = holdLock(folder);
      const late = journal.append(sampleEntry(1), controller.signal);
      const stays = journal.append(sampleEntry(2));
      await clock.advance(200);
      controller.abort(new Error("too late"));
      await assertRejects(late, Error, "too late");
      await assertRejects(journal.append(sampleEntry(3), controller.signal), Error, "too late");
      void stays;
    }
    await clock.advance(50);
    assertEquals((await entriesOf(journal)).map(({ at }) => at), [1_700_000_000_002]);
  }));

Deno.test("where the spare is full too a note says so, and nothing of it is kept", () =>
  inFolder(async (folder) => {
    const clock = new VirtualClock();
    using journal = openJournal(folder, { clock, spareBytes: 8_192 });
    let kept = 0;
    {
      using _held = holdLock(folder);
      assertThrows(
        () => {
          for (; kept < 100; kept++) journal.note(sampleEntry(kept));
        },
        InputError,
        "neither the journal nor its spare has room left",
      );
    }
    assert(kept > 10 && kept < 100, `${kept}`);
    await clock.advance(50);
    assertEquals((await entriesOf(journal)).length, kept);
    assertEquals(journal.note(sampleEntry(0)), "journal");
  }));

Deno.test("a closed journal takes nothing more", () =>
  inFolder(async (folder) => {
    const journal = openJournal(folder);
    const last = journal.append(sampleEntry(1));
    journal[Symbol.dispose]();
    assertEquals(await last, 1);
    await assertRejects(journal.append(sampleEntry(2)), InputError, "was closed");
    assertThrows(() => journal.note(sampleEntry(2)), InputError, "was closed");
    journal[Symbol.dispose]();
    assertEquals(
      [...Deno.readDirSync(join(folder, ACCOUNT.name))].map(({ name }) => name).toSorted(),
      ["journal.sqlite", "spare.bin", "writer.lock"],
    );
  }));
