import { join } from "node:path";
import { openRegistry } from "../lib/registry/mod.ts";
import { writeBars } from "../lib/data/write.ts";
import { InputError, RefusedError } from "../lib/core/errors.ts";
import { DEFAULT_LOGISTIC } from "../lib/models/logistic/parameters.ts";
import { assert, assertEquals } from "./assert.ts";
import { leakCheck } from "../tasks/leak_check.ts";
import { listModels, promoteModel, showModel } from "../tasks/models.ts";
import type { DataRequest } from "../lib/data/open_data.ts";
import { train } from "../tasks/train.ts";
import { defaultTraining } from "../lib/training/train_on.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { MARKET, openPattern } from "./fixtures/leak_fixture.ts";
import { runCommandHere } from "./fixtures/command_here.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { assertRejects, assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

const CLOCK = { now: () => 0 };

await openFirstWasmSession();

/** Registers `MES-logistic@1`, and as @2 the same model that claims a longer test than it had. */
async function registerTwo(folder: string): Promise<DataRequest> {
  const data = join(folder, "bars.csv");
  await writeBars(openPattern(1_000).bars, data);
  const request: DataRequest = {
    ...{ path: data, symbol: "MES" },
    load: { timeFormat: "auto", stamp: "open" },
  };
  const settings = {
    ...defaultTraining({ kind: "logistic", parameters: DEFAULT_LOGISTIC }),
    ...{ folds: 2, compare: false, seed: 1, workers: 1, costs: MARKET.costs },
  };
  await train(request, settings, folder, { clock: CLOCK });
  using registry = openRegistry({ folder, clock: CLOCK });
  const { codeSha256, manifest, onnx } = await registry.load("MES-logistic@1");
  const testFrom = new Date(openPattern(1_000).bars.time[400]!).toISOString();
  const claimed = { ...manifest, data: { ...manifest.data, testFrom } };
  await registry.register({ manifest: claimed, onnx, codeSha256, parentRun: "MES-logistic@1" });
  return request;
}

Deno.test("leak-check records its verdict, and models promote refuses what failed", () =>
  inFolder(async (folder) => {
    const { path } = await registerTwo(folder);
    const grant = [`--allow-write=${folder}`];
    const models = (flags: string) =>
      runCommandHere([...`models ${flags}`.split(" "), "--models", folder]);
    const check = (version: number, flags = "") => {
      const of = `--model MES-logistic@${version} --data ${path} --symbol MES`;
      const words = `${of} --ends 4 --bars 400 --refit --models ${folder}${flags}`.split(" ");
      return runCommand("leak-check", words, grant);
    };

    const clean = await check(1);
    assertEquals([clean.code, clean.stderr], [0, ""]);
    assert(clean.stdout.startsWith("MES-logistic@1 passed: "), clean.stdout);
    const promoted = await models("promote MES-logistic@1 --idle --why first --json");
    assertEquals(JSON.parse(promoted.stdout).leakCheck.passed, true);

    const unchecked = await models("promote MES-logistic@2 --idle --why newer");
    assertEquals([unchecked.code, unchecked.stdout], [3, ""]);
    assert(unchecked.stderr.includes("was never checked for leaks"), unchecked.stderr);
    assert(unchecked.stderr.includes("--unchecked"), unchecked.stderr);

    const leaking = await check(2, " --json");
    const document = JSON.parse(leaking.stdout);
    assertEquals([leaking.code, document.passed, document.refit.same], [1, false, false]);
    const { column, output, row, time } = document.firstLeak;
    assertEquals([output, column, row], ["training", "model", 400]);
    assertEquals(time, new Date(openPattern(1_000).bars.time[400]!).toISOString());
    const refused = await models("promote MES-logistic@2 --idle --why newer --unchecked");
    assertEquals([refused.code, refused.stdout], [3, ""]);
    assert(
      /^error: MES-logistic@2 failed its leak check of .* training\.model/.test(refused.stderr),
    );

    using registry = openRegistry({ folder, clock: CLOCK });
    assertEquals(listModels(registry).versions.map(({ leakCheck }) => leakCheck?.passed), [
      false,
      true,
    ]);
    const { leakCheck } = showModel(registry, "MES-logistic@1");
    assertEquals([leakCheck?.leak, leakCheck?.dataSha256.length], [null, 64]);
    assertThrows(
      () => promoteModel(registry, "MES-logistic@2", "shadow", "any alias"),
      RefusedError,
      "failed its leak check",
    );
  }));

Deno.test("after an upgrade, models promote asks for a check that the named command makes", () =>
  inFolder(async (folder) => {
    await registerTwo(folder);
    {
      using registry = openRegistry({ folder, clock: CLOCK });
      const older = { passed: true, dataSha256: "", codeSha256: "0".repeat(64), leak: null };
      registry.recordLeakCheck("MES-logistic@1", { ...older, trials: 8, compared: 900 });
    }
    const run = (command: string, flags: readonly string[]) =>
      runCommand(command, [...flags, "--models", folder], [`--allow-write=${folder}`]);
    // Made on noise: it stays out, which needs a consent of its own.
    const promote = ["promote", "MES-logistic@1", "--idle", "--why", "first"];
    assert((await run("models", ["list"])).stdout.includes("other code"));
    const refused = await run("models", promote);
    assertEquals([refused.code, refused.stdout], [3, ""]);
    assert(
      /^error: .* with other code \(sha256 0{12}, now [0-9a-f]{12}\): /.test(refused.stderr),
      refused.stderr,
    );
    const unchecked = await run("models", [...promote, "--alias", "shadow", "--unchecked"]);
    assert(
      unchecked.stdout.includes("checked with other code only: run `deno task"),
      unchecked.stdout,
    );

    const [, command = "", flags = ""] = /`deno task (\S+) (.*)`/.exec(refused.stderr) ?? [];
    const checked = await run(command, [...flags.split(" "), "--ends", "1", "--bars", "300"]);
    assertEquals([checked.code, checked.stderr], [0, ""]);
    const promoted = await run("models", promote);
    assertEquals([promoted.code, promoted.stdout], [0, "MES-logistic@1 is now champion\n"]);
  }));

Deno.test("leakCheck() says in one line what it cannot check", () =>
  inFolder(async (folder) => {
    const data = await registerTwo(folder);
    const other = { ...data, path: join(folder, "other.csv") };
    await writeBars(openPattern(400).bars, other.path);
    const settings = {
      ...{ models: ["MES-logistic@1"], market: MARKET, bars: 300, ends: 1, seed: 1, workers: 1 },
      refit: true,
    };
    const check = (request: DataRequest, bars = 300) =>
      leakCheck(request, { ...settings, bars }, folder, { clock: CLOCK });
    await assertRejects(
      check({ ...data, symbol: "ES" }),
      InputError,
      "a model of MES on bars of ES",
    );
    await assertRejects(check(data, 100), InputError, "Cannot check for leaks on 100 bars");
    await assertRejects(check(other), InputError, "not the bars of the training");
    using registry = openRegistry({ folder, clock: CLOCK });
    assertEquals(registry.list().map(({ leakCheck }) => leakCheck), [null, null]);
  }));
