import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { openStorage } from "../lib/tuning/storage/open_storage.ts";
import { assert, assertEquals } from "./assert.ts";
import { killWorkers } from "./fixtures/kill_workers.ts";
import { startPostgres } from "./fixtures/postgres_server.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";
import { runWorker } from "./fixtures/worker_processes.ts";

/** Kills in the suite; `bench/tuning_storage.ts` does a hundred. */
const KILLS = 4;

const clock = { now: () => Date.now() };

/** Several processes share a study with enqueued trials: each trial is run once. */
async function shareStudy(url: string): Promise<void> {
  await using storage = await openStorage(url, clock);
  const study = (await storage.createStudy("shared", ["minimize"]))!;
  for (let i = 0; i < 10; i++) await storage.createTrial(study, { state: "WAITING" });
  const ends = await Promise.all(
    [1, 2, 3].map((seed) => runWorker({ url, study: "shared", trials: 8, seed })),
  );
  for (const { code, errors } of ends) assertEquals(code, 0, errors);
  const numbers = ends.flatMap(({ finished }) => finished).sort((a, b) => a - b);
  assertEquals(numbers, Array.from({ length: 24 }, (_, index) => index));
  const trials = await storage.trials(study);
  assert(trials.every(({ state }) => state === "COMPLETE"));
  assertEquals(trials.map(({ number }) => number), numbers);
}

Deno.test("workers of one SQLite study run every trial once", () =>
  inFolder((folder) => shareStudy(join(folder, "studies.db"))));

Deno.test("a worker that computes without a pause goes on giving signs of life", () =>
  inFolder(async (folder) => {
    const url = join(folder, "studies.db");
    await using storage = await openStorage(url, clock, { heartbeatSeconds: 0.2 });
    const study = (await storage.createStudy("busy", ["minimize"]))!;
    const { id } = await storage.createTrial(study);
    const other = (await storage.createTrial(study)).id;
    // Gives the thread the time to start, then none to anybody for longer than the grace period.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await storage.finishTrial(other, "FAIL", null);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_100);
    assertEquals(await storage.staleTrials(study, 1), []);
    assertEquals(await storage.staleTrials(study, -60), [id]);
  }));

Deno.test("a SQLite study survives workers that are killed anywhere", () =>
  inFolder(async (folder) => {
    const path = join(folder, "studies.db");
    await killWorkers(path, KILLS, 1);
    const database = new DatabaseSync(path);
    const check = (pragma: string) => database.prepare(`PRAGMA ${pragma}`).all();
    assertEquals(JSON.stringify(check("integrity_check")), '[{"integrity_check":"ok"}]');
    assertEquals(check("foreign_key_check"), []);
    database.close();
  }));

Deno.test("workers of one PostgreSQL study run every trial once, killed or not", async () => {
  await using server = await startPostgres();
  if (server === null) return;
  await shareStudy(await server.createDatabase());
  await killWorkers(await server.createDatabase(), KILLS, 2);
});
