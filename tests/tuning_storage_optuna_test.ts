import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { categorical, float, int } from "../lib/core/distribution.ts";
import { recoverStaleTrials } from "../lib/tuning/heartbeat.ts";
import { openStorage } from "../lib/tuning/storage/open_storage.ts";
import type { StudyStorage } from "../lib/tuning/storage/storage.ts";
import { createStudy } from "../lib/tuning/study.ts";
import { assert, assertEquals } from "./assert.ts";
import { describeStudy, type StudyDescription } from "./fixtures/describe_study.ts";
import { findPythonOptuna, type PythonOptuna } from "./fixtures/optuna_python.ts";
import { execute, startPostgres } from "./fixtures/postgres_server.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";
import { runWorker } from "./fixtures/worker_processes.ts";

const FIXTURES = fileURLToPath(new URL("fixtures/", import.meta.url));

/** What Optuna 5.0.0 says about the two stored databases; optuna_peer.py made all three. */
const STORED = JSON.parse(
  Deno.readTextFileSync(join(FIXTURES, "optuna_study.json")),
) as StudyDescription;

const clock = { now: () => Date.now() };
const python = await findPythonOptuna();

/** Python reads a study exactly as we do. */
async function assertSameInPython(
  optuna: PythonOptuna,
  url: string,
  name: string,
): Promise<StudyDescription> {
  await using storage = await openStorage(url, clock);
  const { optuna: _version, ...theirs } = await optuna.run<StudyDescription & { optuna: string }>(
    "dump",
    url,
    name,
  );
  assertEquals(theirs, await describeStudy(storage, name));
  return theirs;
}

/** Makes a study with every kind of distribution, state, value and attribute. */
async function makeStudy(url: string): Promise<void> {
  await using storage = await openStorage(url, clock);
  const study = (await storage.createStudy("ours", ["minimize"]))!;
  await storage.setStudyAttribute("user", study, "owner", "Zoë");
  await storage.setStudyAttribute("system", study, "study:metric_names", ["loss"]);
  for (let i = 0; i < 4; i++) await runOwnTrial(storage, study, i);
  const odd = await storage.createTrial(study);
  for (const [step, value] of [Infinity, -Infinity, NaN, 0.1].entries()) {
    await storage.setIntermediateValue(odd.id, step, value);
  }
  await storage.setTrialAttribute("user", odd.id, "no number", NaN);
  await storage.setTrialAttribute("system", odd.id, "constraints", [0.5, -1]);
  await storage.finishTrial(odd.id, "COMPLETE", [Infinity]);
  await storage.finishTrial((await storage.createTrial(study)).id, "FAIL", null);
  await storage.createTrial(study, {
    state: "WAITING",
    systemAttributes: { fixed_params: { x: 1.5, y: -0.5 } },
    userAttributes: { why: "guess" },
  });
}

async function runOwnTrial(storage: StudyStorage, study: number, i: number): Promise<void> {
  const { id } = await storage.createTrial(study);
  await storage.setParameter(id, "x", float(-5, 5), i + 0.1);
  await storage.setParameter(id, "y", float(-5, 5), -i / 3);
  await storage.setParameter(id, "rate", float(1e-5, 0.1, { log: true }), 10 ** -(i + 1));
  await storage.setParameter(id, "step", float(0, 1, { step: 0.25 }), i / 4);
  await storage.setParameter(id, "depth", int(1, 9, { step: 2 }), 1 + 2 * i);
  await storage.setParameter(id, "units", int(4, 1024, { log: true }), 4 ** (i + 1));
  await storage.setParameter(id, "kind", categorical(["a", "b", null, 2.5]), i);
  await storage.setIntermediateValue(id, 0, i);
  await storage.setTrialAttribute("user", id, "note", 'naïve "quoted"\n');
  await storage.finishTrial(id, i === 3 ? "PRUNED" : "COMPLETE", [i / 7]);
}

/** Ours, then Python, then ours again: one study. */
async function passToAndFro(optuna: PythonOptuna, url: string): Promise<void> {
  await makeStudy(url);
  const before = await assertSameInPython(optuna, url, "ours");
  const theirs = await optuna.run<number[]>("work", url, "ours", 12);
  // The waiting trial first, with the values that were asked for; then new ones.
  assertEquals(theirs, [6, ...Array.from({ length: 11 }, (_, index) => 7 + index)]);
  const { finished, code, errors } = await runWorker({ url, study: "ours", trials: 5, seed: 3 });
  assertEquals(code, 0, errors);
  assertEquals(finished, [18, 19, 20, 21, 22]);
  const after = await assertSameInPython(optuna, url, "ours");
  assertEquals(after.trials.slice(0, 6), before.trials.slice(0, 6));
  assertEquals((after.trials[6] as { params: unknown }).params, { x: 1.5, y: -0.5 });
  assertEquals(after.trials.length, 23);
}

/** Two of ours and two of Python's work on one study at once. */
async function workTogether(optuna: PythonOptuna, url: string): Promise<void> {
  const [waiting, each] = [24, 15];
  await using storage = await openStorage(url, clock);
  const study = (await storage.createStudy("shared", ["minimize"]))!;
  for (let i = 0; i < waiting; i++) await storage.createTrial(study, { state: "WAITING" });
  await storage.setStudyAttribute("user", study, "workers", 4);
  const task = { url, study: "shared", trials: each, pauseMs: 10 };
  const [first, second] = await Promise.all([
    runWorker({ ...task, seed: 1 }),
    runWorker({ ...task, seed: 2 }),
    optuna.run("work", url, "shared", each),
    optuna.run("work", url, "shared", each),
  ]);
  assertEquals([first.errors, second.errors], ["", ""]);
  const trials = await storage.trials(study);
  assertEquals(
    trials.map(({ number }) => number),
    Array.from({ length: 4 * each }, (_, index) => index),
  );
  assert(trials.every(({ state }) => state === "COMPLETE"));
  const by = (worker: string) =>
    trials.flatMap(({ number, userAttributes }) =>
      userAttributes.worker === worker ? [number] : []
    );
  assertEquals(by("python").length, 2 * each);
  assertEquals(by("deno"), [...first.finished, ...second.finished].sort((a, b) => a - b));
  assert(by("python")[0]! < each && by("deno")[0]! < each, "they did not work at the same time");
  await assertSameInPython(optuna, url, "shared");
}

/** A worker that dies is found by the other language's workers, and its trial is run again. */
async function recoverEachOther(optuna: PythonOptuna, url: string): Promise<void> {
  await using storage = await openStorage(url, clock, { heartbeatSeconds: 60 });
  const study = await createStudy({ name: "deaths", storage, clock });
  const trial = await study.ask();
  const x = await trial.suggestFloat("x", -5, 5);
  await trial.setUserAttribute("note", "ours");
  await beDeadForLong();
  assertEquals(await optuna.run("recover", url, "deaths", 1), ["FAIL", "COMPLETE"]);
  const retried = (await study.trials())[1]!;
  assertEquals(retried.params.x, x);
  assertEquals(retried.userAttributes, { note: "ours", worker: "python" });
  assertEquals(retried.systemAttributes.retry_history, [0]);

  await optuna.killInTrial(url, "deaths");
  const heartbeat = { intervalSeconds: 1, retries: 1 };
  assertEquals(await recoverStaleTrials(study, heartbeat), []);
  await beDeadForLong();
  assertEquals(await recoverStaleTrials(study, heartbeat), [2]);
  const [failed, again] = (await study.trials()).slice(2);
  assertEquals([failed?.state, again?.state], ["FAIL", "WAITING"]);
  assertEquals(again?.params, failed?.params);
  assertEquals(again?.systemAttributes.failed_trial, 2);
  // Failed once more it has been run often enough.
  await study.ask();
  assertEquals(await recoverStaleTrials(study, { ...heartbeat, graceSeconds: -1 }), [3]);
  assertEquals((await study.trials()).length, 4);
}

/** Longer than the grace period, in a database that counts whole seconds. */
async function beDeadForLong(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3_100));
}

const CHECKS: Readonly<
  Record<string, (optuna: PythonOptuna, url: string) => Promise<unknown>>
> = {
  "a study of ours is the same in Python, is continued there and goes on here": passToAndFro,
  "two workers of ours and two of Python's run every trial once": workTogether,
  "a dead worker's trial is recovered by the other language": recoverEachOther,
};

/** One study, as it was stored and as we read it. */
async function assertStoredStudy(storage: StudyStorage): Promise<void> {
  const { directions, userAttributes, systemAttributes, trials } = STORED;
  assertEquals(await describeStudy(storage, "reference"), {
    directions,
    userAttributes,
    systemAttributes,
    trials,
  });
}

Deno.test("a SQLite study stored by Optuna 5.0.0 reads as Optuna reads it, and goes on", () =>
  inFolder(async (folder) => {
    const path = join(folder, "studies.db");
    Deno.copyFileSync(join(FIXTURES, "optuna_study.db"), path);
    {
      await using storage = await openStorage(path, clock);
      await assertStoredStudy(storage);
    }
    // A waiting trial with values that Optuna enqueued, then two new ones.
    const { finished, errors } = await runWorker({
      url: path,
      study: "reference",
      trials: 3,
      seed: 1,
    });
    assertEquals([finished, errors], [[14, 15, 16], ""]);
  }));

Deno.test("a PostgreSQL study stored by Optuna 5.0.0 reads as Optuna reads it", async () => {
  await using server = await startPostgres();
  if (server === null) return;
  const url = await server.createDatabase();
  await execute(url, Deno.readTextFileSync(join(FIXTURES, "optuna_study.sql")));
  await using storage = await openStorage(url, clock);
  await assertStoredStudy(storage);
});

/** A test that needs Python says in its name why it is not run. */
const STAND_IN = python === null ? " (not run: no Optuna here, its stored databases stand in)" : "";

for (const [name, check] of Object.entries(CHECKS)) {
  Deno.test({
    name: `SQLite: ${name}${STAND_IN}`,
    ignore: python === null,
    fn: () => inFolder(async (folder) => void await check(python!, join(folder, "studies.db"))),
  });
}

Deno.test({
  name: `PostgreSQL: ours and Python's Optuna share studies${STAND_IN}`,
  ignore: python === null,
  fn: async (context) => {
    await using server = await startPostgres();
    if (server === null) return;
    for (const [name, check] of Object.entries(CHECKS)) {
      await context.step(
        name,
        async () => void await check(python!, await server.createDatabase()),
      );
    }
  },
});
