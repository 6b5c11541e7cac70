import { join } from "node:path";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { InputError } from "../lib/core/errors.ts";
import { assert, assertEquals } from "./assert.ts";
import { entriesOf, openJournal, readEntries } from "./fixtures/journal_fixture.ts";
import { PROJECT } from "./fixtures/run_command.ts";
import { sampleEntry } from "./fixtures/sample_entries.ts";
import { mountSmallDisk, type SmallDisk } from "./fixtures/small_disk.ts";
import { assertRejects, assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

const CHILD = join(PROJECT, "tests/fixtures/journal_child.ts");
/** An exit that is held up for longer than this is one too late. */
const SOON_MS = 500;

/** Runs a test on a disk that can be filled, or says why it cannot. */
function onSmallDisk(name: string, test: (disk: SmallDisk) => Promise<void>): void {
  Deno.test(name, async () => {
    using disk = mountSmallDisk(4_000_000);
    if (disk === null) {
      console.log("    left out: only the owner of the system may mount a small disk");
      return;
    }
    await test(disk);
  });
}

function timed<T>(action: () => T): T {
  const started = performance.now();
  const result = action();
  const took = performance.now() - started;
  assert(took < SOON_MS, `it took ${took} ms`);
  return result;
}

onSmallDisk(
  "on a full disk entries wait, exits are noted at once, and all is there once it has room",
  async (disk) => {
    const clock = new VirtualClock(), settled: number[] = [];
    {
      using journal = openJournal(disk.folder, { clock });
      await journal.append(sampleEntry(1));
      disk.fill();
      let sent = 2;
      // The log has a little room left: it is used up first.
      for (; journal.trouble === null && sent < 5_000; sent++) {
        const n = sent;
        void journal.append(sampleEntry(n)).then(() => settled.push(n), () => {});
        await Promise.resolve();
        await Promise.resolve();
      }
      assert(journal.trouble!.includes("no room left"), `${journal.trouble}`);
      const waiting = sent - 2 - settled.length;
      for (let n = 0; n < 500; n++) {
        assertEquals(timed(() => journal.note(sampleEntry(10_000 + n))), "spare");
      }
      await clock.advance(1_000);
      assertEquals(sent - 2 - settled.length, waiting);
      assertEquals(journal.check().fault, null);
      disk.free();
      await clock.advance(100);
      assertEquals(journal.trouble, null);
      await Promise.resolve();
      assertEquals(sent - 2 - settled.length, 0);
      assertEquals(timed(() => journal.note(sampleEntry(20_000))), "journal");
      const entries = await entriesOf(journal);
      assertEquals(entries.length, 1 + settled.length + 500 + 1);
      assertEquals(journal.check().fault, null);
    }
    assertEquals((await readEntries(disk.folder)).at(-1)?.at, sampleEntry(20_000).at);
  },
);

onSmallDisk(
  "what was noted on a full disk outlives the process, and a full disk begins nothing",
  async (disk) => {
    const before = openJournal(disk.folder);
    await before.append(sampleEntry(1));
    disk.fill();
    const waiting: Promise<unknown>[] = [];
    while (before.trouble === null) {
      waiting.push(before.append(sampleEntry(2)).catch(() => null));
      await Promise.resolve();
      await Promise.resolve();
    }
    assertEquals(before.note(sampleEntry(3)), "spare");
    before[Symbol.dispose]();
    await Promise.all(waiting);
    assertThrows(() => openJournal(disk.folder), InputError, "no room left");
    assertThrows(
      () => openJournal(join(disk.folder, "more")),
      InputError,
      "no room left",
    );
    disk.free();
    using journal = openJournal(disk.folder);
    assertEquals(journal.opened.takenIn, 1);
    assertEquals((await entriesOf(journal)).at(-1)?.note, 1);
    assertEquals(journal.check().fault, null);
  },
);

Deno.test("another process that keeps the database locked holds up no exit, and nothing for good", () =>
  inFolder(async (folder) => {
    const clock = new VirtualClock();
    using journal = openJournal(folder, { clock });
    await journal.append(sampleEntry(1));
    const holder = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-A", "--no-check", "--cached-only", CHILD, "hold", folder],
      ...{ stdin: "piped", stdout: "piped" },
    }).spawn();
    const said = holder.stdout.getReader();
    await said.read();
    const waiting = journal.append(sampleEntry(2));
    assertEquals(timed(() => journal.note(sampleEntry(3))), "spare");
    await clock.advance(500);
    assertEquals((await entriesOf(journal)).length, 1);
    // Not even a word: the operating system takes its lock back.
    holder.kill("SIGKILL");
    await holder.status;
    await Promise.all([said.cancel(), holder.stdin.close().catch(() => {})]);
    await clock.advance(50);
    assertEquals(await waiting, 3);
    assertEquals((await entriesOf(journal)).map(({ note }) => note), [null, 1, null]);
  }));

Deno.test("a second session of an account is refused, until the first is gone, however it went", () =>
  inFolder(async (folder) => {
    const first = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-A", "--no-check", "--cached-only", CHILD, "own", folder],
      ...{ stdin: "piped", stdout: "piped" },
    }).spawn();
    const said = first.stdout.getReader();
    await said.read();
    assertThrows(
      () => openJournal(folder),
      InputError,
      `writer.lock: Cannot trade this account as session first (process ${first.pid}) does already`,
    );
    first.kill("SIGKILL");
    await first.status;
    await Promise.all([said.cancel(), first.stdin.close().catch(() => {})]);
    using journal = openJournal(folder);
    assertEquals(await journal.append(sampleEntry(2)), 2);
  }));

Deno.test("a session may do no more than read and write its own folder", () =>
  inFolder(async (folder) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", "--no-check", "--cached-only"],
        ...[`--allow-read=${folder}`, `--allow-write=${folder}`, CHILD, "script", folder],
      ],
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals((await readEntries(folder)).length, 11);
    await assertRejects(readEntries(join(folder, "x")), InputError, "there is none");
  }));
