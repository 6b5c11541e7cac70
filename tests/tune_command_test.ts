import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { writeBars } from "../lib/data/write.ts";
import { openStorage } from "../lib/tuning/storage/open_storage.ts";
import { loadStudy, type Study } from "../lib/tuning/study.ts";
import { assert, assertEquals } from "./assert.ts";
import { runCommandHere } from "./fixtures/command_here.ts";
import { PROJECT, runCommand } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";
import { SMALL_RECIPE, smallMarket } from "./fixtures/tune_fixture.ts";

const clock = { now: () => 0 };

/** A folder with bars and a recipe; `flags` are those of a quick search in it. */
async function inProject(
  test: (folder: string, flags: readonly string[]) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const data = join(folder, "bars.csv"), recipe = join(folder, "small.json");
    await writeBars((await smallMarket()).bars, data);
    Deno.writeTextFileSync(recipe, JSON.stringify(SMALL_RECIPE));
    await test(folder, [
      ...["--target", "logistic", "--data", data, "--symbol", "MES", "--recipe", recipe],
      ...["--storage", join(folder, "studies.db"), "--reports", folder],
      ...["--study", "quick", "--folds", "2", "--json"],
    ]);
  });
}

function grantOf(folder: string): string[] {
  return [`--allow-write=${folder}`];
}

async function withStudy<T>(folder: string, use: (study: Study) => Promise<T>): Promise<T> {
  await using storage = await openStorage(join(folder, "studies.db"), clock);
  return await use(await loadStudy("quick", { storage, clock }));
}

Deno.test("tune searches, examines, goes on when run again, and train takes its recipe", () =>
  inProject(async (folder, flags) => {
    const tune = async (...more: string[]) => {
      const end = await runCommand("tune", [...flags, ...more], grantOf(folder));
      assertEquals(end.code, 0, end.stderr);
      return JSON.parse(end.stdout);
    };
    const first = await tune("--trials", "3");
    assertEquals(first.states.COMPLETE, 3);
    assertEquals(first.trials[0].params, { l2: 1, edge: 1 });
    const { examination, best, development } = first;
    assertEquals(examination.defaults.value, first.trials[0].value);
    assertEquals([development.rows, development.folds], [1_000, 2]);
    assert(best.value > 0, "a strong pattern must be found");
    assertEquals(examination.check.freshSeeds.winner.length, 3);
    assert(examination.words[0].length > 0);
    if (best.trial === 0) assertEquals(examination.holdout, null);
    else {
      assertEquals(examination.holdout.looks, 1);
      assert(Date.parse(examination.holdout.from) > Date.parse(development.to));
    }
    const page = Deno.readTextFileSync(first.report);
    assert(page.includes("quick") && !page.includes('http-equiv="refresh"'));
    assertEquals(JSON.parse(Deno.readTextFileSync(first.recipe)), best.settings);

    const second = await tune("--trials", "3", "--workers", "2", "--examine", "never");
    assertEquals(second.trials.length, 6);
    assertEquals(second.trials.slice(0, 3), first.trials);
    assertEquals([second.own.complete + second.own.pruned, second.examination], [3, null]);

    const end = await runCommand("train", [
      ...["--data", join(folder, "bars.csv"), "--symbol", "MES", "--recipe", second.recipe],
      ...["--models", join(folder, "models"), "--folds", "2", "--json"],
    ], grantOf(folder));
    assertEquals(end.code, 0, end.stderr);
    const trained = JSON.parse(end.stdout);
    assertEquals([trained.kind, trained.features], ["logistic", 4]);
    const both = await runCommand("train", [
      ...["--data", join(folder, "bars.csv"), "--symbol", "MES", "--recipe", second.recipe],
      ...["--models", join(folder, "models"), "--l2", "5"],
    ], grantOf(folder));
    assertEquals(both.code, 2);
    assert(both.stderr.startsWith("error: Cannot take --l2 and --recipe"), both.stderr);
  }));

Deno.test("two processes share a study: every trial once, the winner examined", () =>
  inProject(async (folder, flags) => {
    const run = () =>
      runCommand("tune", [...flags, "--trials", "3", "--no-report"], grantOf(folder));
    const ends = await Promise.all([run(), run()]);
    for (const { code, stderr } of ends) assertEquals(code, 0, stderr);
    const documents = ends.map(({ stdout }) => JSON.parse(stdout));
    assert(documents.some(({ examination }) => examination !== null));
    const trials = await withStudy(folder, (study) => study.trials());
    assertEquals(trials.map(({ number }) => number), [0, 1, 2, 3, 4, 5]);
    assertEquals(trials.filter(({ userAttributes }) => userAttributes.defaults === true).length, 1);
    assert(trials.every(({ state }) => state === "COMPLETE" || state === "PRUNED"));
  }));

Deno.test("Ctrl-C ends tune with 130, fails the trial that runs, and the study goes on", () =>
  inProject(async (folder, flags) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", "-P=tune", ...grantOf(folder)],
        ...[join(PROJECT, "cli/main.ts"), "tune", ...flags, "--trials", "100000", "--no-report"],
      ],
      cwd: PROJECT,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    while (!await hasFinishedOne(folder)) await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill("SIGINT");
    const { code, stderr } = await child.output();
    assertEquals(code, 130, new TextDecoder().decode(stderr));
    const stopped = await withStudy(folder, (study) => study.trials());
    const states = stopped.map(({ state }) => state);
    assert(!states.includes("RUNNING"), `${states}`);
    const end = await runCommand(
      "tune",
      [...flags, "--trials", "1", "--examine", "never", "--no-report"],
      grantOf(folder),
    );
    assertEquals(end.code, 0, end.stderr);
    assertEquals(JSON.parse(end.stdout).trials.length, stopped.length + 1);
  }));

Deno.test("tune runs again what dead workers left, beyond its own trials, before it examines", () =>
  inProject(async (folder, flags) => {
    const tune = async () => {
      const end = await runCommand(
        "tune",
        [...flags, "--trials", "1", "--no-report"],
        grantOf(folder),
      );
      assertEquals(end.code, 0, end.stderr);
      return JSON.parse(end.stdout);
    };
    await tune();
    await withStudy(folder, async (study) => {
      for (let k = 0; k < 2; k++) await study.storage.recordHeartbeat((await study.ask()).id);
    });
    const database = new DatabaseSync(join(folder, "studies.db"));
    database.exec("UPDATE trial_heartbeats SET heartbeat = '2020-01-01 00:00:00'");
    database.close();
    const { states, examination } = await tune();
    assertEquals([states.COMPLETE + states.PRUNED, states.FAIL, states.WAITING], [3, 2, 0]);
    assert(examination !== null);
  }));

/** Whether a trial of the study has ended; the file may not be there yet, or without tables. */
async function hasFinishedOne(folder: string): Promise<boolean> {
  try {
    const trials = await withStudy(folder, (study) => study.trials());
    return trials.some(({ state }) => state === "COMPLETE");
  } catch {
    return false;
  }
}

Deno.test("tune refuses what it cannot do, in one line", () =>
  inProject(async (folder, flags) => {
    const refuse = async (code: number, says: RegExp, ...more: string[]) => {
      const end = await runCommandHere(["tune", ...flags, ...more]);
      const text = end.stderr.replace("(add --help for the flags)\n", "");
      assertEquals(end.code, code, text);
      assert(says.test(text) && text.trim().split("\n").length === 1, text);
    };
    const newer = join(folder, "newer.db"), grid = join(folder, "grid.json");
    await (await openStorage(newer, clock)).close();
    const database = new DatabaseSync(newer);
    database.exec("UPDATE alembic_version SET version_num = 'v9.9.9.a'");
    database.close();
    Deno.writeTextFileSync(grid, '{"depth": [1, 2]}');
    await refuse(2, /mysql/, "--storage", "mysql://root@localhost/studies");
    await refuse(2, /every trial counts/, "--storage", ":memory:");
    await refuse(3, /PGHOST=db\.example/, "--storage", "postgresql://me:secret@db.example/a");
    await refuse(2, /v9\.9\.9\.a.*update the program/, "--storage", newer);
    await refuse(2, /bars\.csv/, "--storage", join(folder, "bars.csv", "studies.db"));
    await refuse(2, /--sampler grid/, "--grid", grid);
    await refuse(2, /depth.*l2, edge/, "--sampler", "grid", "--grid", grid);
    await refuse(2, /--target/, "--target", "oracle");
    await refuse(2, /--study/, "--study", "../escape");
    await refuse(2, /blocks/, "--folds", "60");
    await refuse(2, /no trial has a score/, "--trials", "0");
  }));
