import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openTrialLedger } from "../lib/registry/mod.ts";
import { openSqlDatabase } from "../lib/db/open_database.ts";
import { assert, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { startPostgres } from "./fixtures/postgres_server.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";

const WRITER = fileURLToPath(new URL("fixtures/ledger_writer.ts", import.meta.url));

/** Runs a writer and kills it, with a signal that it cannot catch; what it said is in. */
async function killWriter(url: string, study: string, lifeMs: number): Promise<number[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--cached-only", "--no-check", "-A", WRITER, url, study],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let printed = "", timer: ReturnType<typeof setTimeout> | undefined;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    printed += text;
    timer ??= setTimeout(() => child.kill("SIGKILL"), lifeMs);
  }
  assertEquals((await child.status).signal, "SIGKILL");
  return printed.split("\n").slice(1, -1).map(Number);
}

/** Two writers at a time, each killed at a random instant. */
async function killWriters(url: string, kills: number): Promise<void> {
  const random = createRandom(11);
  const lives = Array.from({ length: kills }, () => 300 * random.uniform());
  const said = new Map<string, readonly number[]>();
  const inTurn = async (first: number) => {
    for (let k = first; k < kills; k += 2) {
      said.set(`${k}`, await killWriter(url, `${k}`, lives[k]!));
    }
  };
  await Promise.all([inTurn(0), inTurn(1)]);
  await using ledger = await openTrialLedger(url);
  const entries = await ledger.entries();
  for (const [study, numbers] of said) {
    const own = entries.filter((entry) => entry.study === study);
    assertEquals(own.map(({ trial }) => trial), own.map((_, index) => index));
    assertEquals(numbers, own.map(({ trial }) => trial).slice(0, numbers.length));
    // A kill may fall between the commit and the line that tells of it.
    assert(own.length - numbers.length <= 1, `${own.length} written, ${numbers.length} said`);
    for (const { trial, returns } of own) assert(returns.every((value) => value === trial));
  }
}

Deno.test("a trial ledger in a file has every entry that a killed process was told of", () =>
  inFolder((folder) => killWriters(join(folder, "studies.db"), 4)));

Deno.test("a trial ledger on a PostgreSQL server is shared, only grows, and survives kills", async () => {
  await using server = await startPostgres();
  if (server === null) return;
  const url = await server.createDatabase();
  await killWriters(url, 2);
  const database = await openSqlDatabase(url);
  for (const change of ["UPDATE", "DELETE FROM", "TRUNCATE"]) {
    const rest = change === "UPDATE" ? "SET trial = 7" : "";
    const tried = database.query(`${change} trading_trial_ledger ${rest}`);
    await assertRejects(tried, Error, "only grows");
  }
  await database.close();
});
