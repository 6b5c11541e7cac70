import { join } from "node:path";
import { assert, assertEquals } from "./assert.ts";
import { entriesOf, openJournal } from "./fixtures/journal_fixture.ts";
import { sampleEntry } from "./fixtures/sample_entries.ts";
import { PROJECT } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const FIXTURES = join(PROJECT, "tests/fixtures");
/** More writes than the script has. */
const MANY_WRITES = 400;
const PROCESSES = 2;

/** Runs the script and kills it before its n-th write; what it said, and whether it came to its end. */
async function runScript(folder: string, killedAt: number): Promise<readonly [string[], boolean]> {
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "-A", "--no-check", "--cached-only"],
      `--preload=${join(FIXTURES, "kill_at_write.ts")}`,
      ...[join(FIXTURES, "journal_child.ts"), "script", folder],
    ],
    env: { KILL_AT_WRITE: String(killedAt) },
  }).output();
  assert(code === 0 || code === 137, new TextDecoder().decode(stderr));
  return [new TextDecoder().decode(stdout).trim().split("\n"), code === 0];
}

Deno.test("killed before any write, a journal has each entry that was acknowledged, once, and goes on", async () => {
  let next = 0, ended = false, beside = 0, ahead = 0;
  const worker = async (): Promise<void> => {
    while (!ended) {
      const killedAt = next++;
      assert(killedAt < MANY_WRITES);
      await inFolder(async (folder) => {
        const [said, isDone] = await runScript(folder, killedAt);
        if (isDone) ended = true;
        using journal = openJournal(folder);
        const { fault } = journal.check();
        assertEquals(fault, null, `killed at ${killedAt}`);
        const entries = await entriesOf(journal);
        const kept = entries.map((entry) => entry.kind === "mark" ? entry.priceTicks : 0);
        assertEquals(new Set(kept).size, kept.length, `killed at ${killedAt}: one of them twice`);
        const acknowledged = said.filter((line) => line.startsWith("kept "))
          .map((line) => Number(line.slice(5)));
        const lost = acknowledged.filter((n) => !kept.includes(n));
        assertEquals(lost, [], `killed at ${killedAt}`);
        // What was under way may be there: at most one group of three.
        const more = kept.length - acknowledged.length;
        assert(more <= 3, `killed at ${killedAt}: ${more} more than were acknowledged`);
        ahead += more > 0 ? 1 : 0;
        beside += journal.opened.takenIn > 0 ? 1 : 0;
        assertEquals(await journal.append(sampleEntry(1_000)), kept.length + 1);
        assertEquals(journal.check().fault, null);
        if (isDone) assertEquals(kept, [1, 2, 3, 4, 5, 7, 8, 6, 9, 10, 11]);
      });
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, worker));
  assert(next > 60, `only ${next} writes`);
  assert(beside > 3 && ahead > 3, `${beside} with notes beside it, ${ahead} ahead of its word`);
});
