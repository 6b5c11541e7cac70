import { openRegistry } from "../lib/registry/mod.ts";
import { join } from "node:path";
import { RefusedError } from "../lib/core/errors.ts";
import { storedTests } from "../lib/evaluation/stored_tests.ts";
import { createRandom } from "../lib/core/mod.ts";
import { type LedgerEntry, openTrialLedger } from "../lib/registry/mod.ts";
import { assert, assertEquals } from "../tests/assert.ts";
import { sampleModel } from "../tests/fixtures/sample_model.ts";
import { assertThrows, inFolder } from "../tests/fixtures/temporary_folder.ts";
import {
  listModels,
  promoteModel,
  removeUnused,
  rollbackModel,
  showModel,
  verifyModels,
} from "./models.ts";
import { type NewestTest, trialsBehind } from "./models/trials_behind.ts";

const UNCHECKED = { allowUnchecked: true };

Deno.test("the rollback drill: promote, promote, roll back, with every step in the documents", () =>
  inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock: { now: () => 0 } });
    for (const content of ["1", "2"]) {
      await registry.register(await sampleModel("6E-forest", content));
    }
    promoteModel(registry, "6E-forest@1", "champion", "first", UNCHECKED);
    promoteModel(registry, "6E-forest@2", "champion", "better", UNCHECKED);
    assertEquals(listModels(registry).aliases, { "6E-forest@champion": 2 });
    assertEquals(rollbackModel(registry, "6E-forest", "champion", "drawdown").toVersion, 1);

    const shown = showModel(registry, "6E-forest");
    assertEquals([shown.version, shown.aliases], [1, ["champion"]]);
    assertEquals(shown.history.map((change) => [change.kind, change.toVersion, change.why]), [
      ["promote", 1, "first"],
      ["promote", 2, "better"],
      ["rollback", 1, "drawdown"],
    ]);
    const garbage = await removeUnused(registry, { keep: 5, dryRun: true });
    assertEquals([garbage.dryRun, garbage.removedVersions], [true, []]);
    const verified = await verifyModels(registry);
    assert(verified.ok);
    assertEquals(JSON.parse(JSON.stringify(listModels(registry, "6E-forest"))).versions.length, 2);
  }));

Deno.test("models show counts the trials behind a version and deflates its test by them", () =>
  inFolder(async (folder) => {
    const storage = join(folder, "tuning.db");
    const behind = (test: NewestTest | null) => trialsBehind("MES", storage, test);
    assertEquals(await behind(null), {
      ...{ trials: 0, test: null, deflatedSharpe: null },
      reason: "no stored backtest has tested it",
    });
    const test = { runId: "a1", returns: sampleTrial(7).returns.map((value) => value + 0.002) };
    assertEquals((await behind(test)).reason, "fewer than two trials have a Sharpe ratio");
    const deflated: number[] = [];
    for (const last of [10, 60]) {
      {
        await using ledger = await openTrialLedger(storage);
        for (let trial = deflated.length * 10; trial < last; trial++) {
          // One of another instrument, and one twice, count nothing.
          for (const symbol of ["MES", ...trial === 0 ? ["MES", "ES"] : []]) {
            await ledger.append({ ...sampleTrial(trial), symbol });
          }
        }
      }
      const found = await behind(test);
      assertEquals([found.trials, found.test, found.reason], [last, "a1", null]);
      deflated.push(found.deflatedSharpe!);
    }
    assert(deflated[0]! > deflated[1]! && deflated[1]! > 0, deflated.join());
  }));

function sampleTrial(trial: number): LedgerEntry {
  const random = createRandom(trial);
  return {
    ...{ study: "s", trial, kind: "search", state: "COMPLETE", target: "forest", symbol: "MES" },
    ...{ dataSha256: "00", params: {}, value: 0, periodsPerYear: 252 },
    periods: Int32Array.from({ length: 250 }, (_, day) => 19_000 + day),
    returns: Float64Array.from({ length: 250 }, () => 0.01 * random.normal()),
    recordedAt: "2024-06-01T00:00:00.000Z",
  };
}

Deno.test("a version that was never checked or will not trade is promoted by its flag only", () =>
  inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock: { now: () => 0 } });
    const model = await sampleModel("6E-forest", "1");
    await registry.register(model);
    await registry.register({
      ...await sampleModel("6E-forest", "2"),
      manifest: {
        ...(await sampleModel("6E-forest", "2")).manifest,
        edge: { slope: 0, standardError: 1, shrinkage: 0 },
      } as typeof model.manifest,
    });
    const promote = (version: number, options = {}) =>
      promoteModel(registry, `6E-forest@${version}`, "champion", "a test", options);
    assertThrows(
      () => promote(1),
      RefusedError,
      "never checked for leaks (run `deno task leak-check",
    );
    assertEquals(promote(1, UNCHECKED).toVersion, 1);
    assertThrows(() => promote(2, UNCHECKED), RefusedError, "promote it with --idle");
    assertEquals(promote(2, { ...UNCHECKED, allowIdle: true }).toVersion, 2);
    assertEquals(listModels(registry).versions.map(({ trades, version }) => [version, trades]), [
      [2, false],
      [1, true],
    ]);
  }));

/** The JSON beside a page, as far as it says what was tested. */
function writeRun(folder: string, at: string, models: readonly unknown[], system?: unknown): void {
  const run = { task: "backtest", models, ...(system === undefined ? {} : { system }) };
  const sheet = { format: 1, runId: `${at}-1a2b3c4d`, createdAt: `${at}T00:00:00.000Z`, run };
  Deno.writeTextFileSync(join(folder, `${at}-1a2b3c4d.json`), JSON.stringify(sheet));
}

Deno.test("models list knows the last test, and gc keeps what a report needs and names the rest", () =>
  inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock: { now: () => 0 } });
    for (const content of ["1", "2", "3"]) {
      await registry.register(await sampleModel("6E-forest", content));
    }
    const { onnxSha256: sha256 } = registry.resolve("6E-forest@1");
    const reports = join(folder, "reports");
    assertEquals(storedTests(reports), []);
    Deno.mkdirSync(reports);
    const model = { name: "6E-forest", version: 1, sha256 };
    writeRun(reports, "2026-01-03", [model]);
    writeRun(reports, "2026-01-02", [model], { name: "s", version: 4, sha256: "x" });
    for (const text of ["", "[1]", '{"runId": 1}', "[".repeat(1e5), '{"run": 1e999}']) {
      Deno.writeTextFileSync(join(reports, `${text.length}.json`), text);
    }
    const tests = storedTests(reports);
    assertEquals(tests.map(({ at, name }) => `${at.slice(8, 10)} ${name}`), [
      "02 6E-forest",
      "02 s",
      "03 6E-forest",
    ]);
    const [newest, , oldest] = listModels(registry, undefined, tests).versions;
    assertEquals([newest!.lastTest, oldest!.lastTest?.at.slice(0, 10)], [null, "2026-01-03"]);
    assertEquals([newest!.data, newest!.intervalMs], ["6E.csv", 60_000]);

    const needed = tests.map(({ name, version }) => `${name}@${version}`);
    const plan = await removeUnused(registry, { keep: 1, dryRun: true, needed });
    assertEquals(plan.removedVersions, ["6E-forest@2"]);
    assertEquals(plan.removedFiles.length, 2);
    assert(plan.removedFiles.every((path) => Deno.statSync(path).isFile));
    const done = await removeUnused(registry, { keep: 1, dryRun: false, needed });
    assertEquals([done.removedVersions, done.removedFiles], [
      plan.removedVersions,
      plan.removedFiles,
    ]);
    assertEquals(registry.resolve("6E-forest@1").version, 1);
  }));
