import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals } from "./assert.ts";
import { ACCOUNT, openJournal } from "./fixtures/journal_fixture.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { SAMPLE_FACTS, sampleEntry } from "./fixtures/sample_entries.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const ENTRIES = 30;
/** What somebody did to the file of a session, and how it is said. */
const DAMAGES = {
  altered: [
    "DROP TRIGGER entry_stays; UPDATE entry SET at = at + 1 WHERE sequence = 12",
    "entry 12 is not the one that was written behind entry 11",
  ],
  "cut-off": [
    "DROP TRIGGER entry_is_kept; DELETE FROM entry WHERE sequence > 20",
    "it ends with entry 20 although entry 30 was written",
  ],
} as const;

async function writeSession(folder: string, name: string, damage?: string): Promise<void> {
  {
    using journal = openJournal(folder, { account: { ...ACCOUNT, name } });
    const began = { ...SAMPLE_FACTS["session-started"], at: 1, sessionTime: null };
    const marks = Array.from({ length: ENTRIES - 1 }, (_, i) => sampleEntry(i));
    const entries = [began, ...marks];
    await Promise.all(entries.map((entry) => journal.append(entry)));
  }
  if (damage === undefined) return;
  const database = new DatabaseSync(join(folder, name, "journal.sqlite"));
  database.exec(damage);
  database.close();
}

Deno.test("sessions say of a damaged journal what is wrong with it, and end with 1", () =>
  inFolder(async (folder) => {
    await writeSession(folder, "whole");
    for (const [name, [damage]] of Object.entries(DAMAGES)) {
      await writeSession(folder, name, damage);
    }
    const run = (...args: string[]) =>
      runCommand("sessions", [...args, "--sessions", folder], [`--allow-write=${folder}`]);

    const list = await run("list");
    assertEquals([list.code, list.stdout.match(/DAMAGED/g)?.length], [0, 2], list.stdout);
    const { sessions } = JSON.parse((await run("list", "--json")).stdout);
    assertEquals(
      sessions.map((
        { account, damage }: { account: typeof ACCOUNT; damage: { kind: string } | null },
      ) => [account.name, damage?.kind]),
      [["altered", "altered"], ["cut-off", "cut-off"], ["whole", undefined]],
    );

    for (const [name, [, said]] of Object.entries(DAMAGES)) {
      assert(list.stdout.includes(`${name} is damaged: ${said}`), list.stdout);
      const shown = await run("show", name);
      assertEquals(shown.code, 1, shown.stderr);
      assert(shown.stdout.includes(`DAMAGED: ${said}\n`), shown.stdout);
      const days = await run("days", name);
      assertEquals([days.code, days.stderr], [1, ""]);
      assert(days.stdout.includes(`DAMAGED: ${said}`), days.stdout);
      const document = await run("show", name, "--json");
      assertEquals([document.code, JSON.parse(document.stdout).journal.fault.kind], [1, name]);
      const path = join(folder, `${name}.sqlite`);
      const copied = await run("backup", name, path);
      assertEquals([copied.code, copied.stderr], [1, ""]);
      assert(copied.stdout.includes(`DAMAGED: ${said}`), copied.stdout);
      assert(Deno.statSync(path).size > 0, "the copy is kept");
      const again = await run("backup", name, join(folder, `${name}-2.sqlite`), "--json");
      assertEquals([again.code, JSON.parse(again.stdout).fault.text], [1, said]);
    }

    // Books that a damaged journal does not come to.
    await writeSession(
      folder,
      "gone",
      "DROP TRIGGER entry_is_kept; DELETE FROM entry WHERE sequence = 1",
    );
    const gone = await run("show", "gone");
    assertEquals([gone.code, gone.stdout, gone.stderr.split("\n").length], [1, "", 2]);
    assert(
      gone.stderr.includes("DAMAGED: entry 1 is missing before entry 2. Cannot rebuild"),
      gone.stderr,
    );
    assert((await run("list")).stdout.includes("gone is damaged: entry 1 is missing"));

    const whole = await run("show", "whole");
    assertEquals([whole.code, whole.stderr], [0, ""]);
    assert(whole.stdout.includes(`journal: ${ENTRIES} entries, whole`), whole.stdout);
    const copy = await run("backup", "whole", join(folder, "whole.sqlite"));
    assertEquals([copy.code, copy.stdout.split(" to ")[0]], [0, `${ENTRIES} entries copied`]);
  }));
