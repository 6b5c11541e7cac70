import { join } from "node:path";
import { writeBars } from "../lib/data/write.ts";
import { InputError, RefusedError } from "../lib/core/errors.ts";
import { DEFAULT_FOREST } from "../lib/models/forest/parameters.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { backtest, type BacktestDocument } from "../tasks/backtest.ts";
import { codeHash } from "../lib/core/code_hash.ts";
import { compareRuns, runDifferences } from "../lib/evaluation/compare_runs.ts";
import { readRun, type StoredRun } from "../lib/evaluation/find_run.ts";
import type { DataRequest } from "../lib/data/open_data.ts";
import { reproduceRun } from "../lib/evaluation/reproduce_run.ts";
import { train } from "../tasks/train.ts";
import { defaultTraining } from "../lib/training/train_on.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { MARKET, openPattern } from "./fixtures/leak_fixture.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { assertRejects, assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

const CONTROL = { clock: { now: () => 0 } };

await openFirstWasmSession();

/** A folder that is registry and reports in one, with a registered forest and its bars. */
interface Workshop {
  readonly folder: string;
  readonly request: DataRequest;
  /** Backtests the forest. */
  run(
    change?: { readonly slippageTicks?: number; readonly to?: string },
  ): Promise<BacktestDocument>;
  /** Reads a run that was just made. */
  read(document: BacktestDocument): StoredRun;
}

async function inWorkshop(test: (workshop: Workshop) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, "bars.csv");
    await writeBars(openPattern(1_500).bars, path);
    const request: DataRequest = {
      ...{ path, symbol: "MES" },
      load: { timeFormat: "auto", stamp: "open" },
    };
    await trainForest(request, folder, 1);
    const reports = join(folder, "reports");
    await test({
      ...{ folder, request },
      run: ({ slippageTicks = 1, to } = {}) =>
        backtest(
          request,
          {
            models: ["MES-forest"],
            risk: { limits: {} },
            inSample: false,
            market: { ...MARKET, costs: { ...MARKET.costs, slippageTicks } },
            momentumBars: 50,
            seed: 1,
            command: "deno task backtest",
            ...(to === undefined ? {} : { to }),
          },
          { models: folder, reports },
          CONTROL,
        ),
      read: ({ json }) => readRun(json, reports, (one) => one),
    });
  });
}

async function trainForest(request: DataRequest, folder: string, seed: number): Promise<void> {
  const parameters = { ...DEFAULT_FOREST, trees: 10, minLeafWeightFraction: 0.02 };
  const settings = {
    ...defaultTraining({ kind: "forest", parameters }),
    ...{ folds: 2, compare: false, seed, workers: 1, costs: MARKET.costs },
    labels: { kind: "fixed-horizon", horizonBars: 5 } as const,
  };
  await train(request, settings, folder, CONTROL);
}

Deno.test("reproduceRun() gives the same numbers to the bit and names what moved or changed", () =>
  inWorkshop(async ({ folder, read, request, run }) => {
    const stored = read(await run());
    const again = await reproduceRun(stored, { models: folder }, CONTROL);
    assertEquals([again.same, again.differences, again.changed], [true, 0, []]);
    assert(again.numbers > 1_000 && again.verdict.includes("agree to the bit"), again.verdict);
    assertEquals(stored.record.models.map(({ name, version }) => `${name}@${version}`), [
      "MES-forest@1",
    ]);

    // A newer version of the name changes nothing: the run is pinned to its own.
    await trainForest(request, folder, 2);
    const moved = join(folder, "moved.csv");
    await Deno.rename(request.path, moved);
    await assertRejects(
      reproduceRun(stored, { models: folder }, CONTROL),
      InputError,
      "there is no such file",
    );
    const elsewhere = await reproduceRun(stored, { models: folder, path: moved }, CONTROL);
    assertEquals(elsewhere.same, true);

    const codeParts = { ...stored.record.codeParts!, "lib/engine": "000000000000" };
    const record = { ...stored.record, codeSha256: "0".repeat(64), codeParts };
    const sheet = { ...stored.sheet, run: record, runId: "0".repeat(12) };
    const older = await reproduceRun({ ...stored, sheet, record }, {
      ...{ models: folder, path: moved },
    }, CONTROL);
    const { parts, sha256 } = codeHash();
    const hashes = `(sha256 000000000000 → ${sha256.slice(0, 12)})`;
    assertEquals([older.same, older.changed], [true, [`the code of lib/engine ${hashes}`]]);
    const { codeParts: _, ...unnamed } = record;
    const oldest = await reproduceRun({ ...stored, sheet, record: unnamed }, {
      ...{ models: folder, path: moved },
    }, CONTROL);
    assertEquals([oldest.same, oldest.changed], [true, [`the code ${hashes}`]]);
    assertEquals(runDifferences(stored.record, record), [{
      ...{ part: "code", path: "code.lib/engine" },
      ...{ first: parts["lib/engine"], second: "000000000000" },
    }]);
  }));

Deno.test("reproduceRun() finds every number that was edited", () =>
  inWorkshop(async ({ folder, read, run }) => {
    const { json } = await run();
    const edited = JSON.parse(await Deno.readTextFile(json));
    edited.strategies[0].metrics.sharpe.value += 1e-12;
    edited.trades[0].netUsd += 0.01;
    await Deno.writeTextFile(json, JSON.stringify(edited));
    const found = await reproduceRun(
      read({ json } as BacktestDocument),
      { models: folder },
      CONTROL,
    );
    assertEquals(found.same, false);
    assertEquals(found.first.map(({ path }) => path), [
      "strategies.0.metrics.sharpe.value",
      "trades.0.netUsd",
    ]);
    assert(found.verdict.includes("the file was edited or this is a fault"), found.verdict);
  }));

Deno.test("reproduceRun() refuses other bars and other models in words", () =>
  inWorkshop(async ({ folder, read, request, run }) => {
    const stored = read(await run());
    const other = join(folder, "other");
    await trainForest(request, other, 2);
    await assertRejects(
      reproduceRun(stored, { models: other }, CONTROL),
      RefusedError,
      "MES-forest@1 is another model than that of the run",
    );
    await Deno.writeTextFile(request.path, "\n", { append: true });
    await assertRejects(
      reproduceRun(stored, { models: folder }, CONTROL),
      RefusedError,
      "the bars have changed since the run",
    );
  }));

Deno.test("compareRuns() says what differs and whether it can be told apart", () =>
  inWorkshop(async ({ read, run }) => {
    const cheap = read(await run()), dear = read(await run({ slippageTicks: 12 }));
    const compared = compareRuns(cheap, dear, 1);
    assertEquals(compared.differences, [{
      ...{ part: "settings", path: "market.costs.slippageTicks" },
      ...{ first: 1, second: 12 },
    }]);
    const net = compared.metrics.find(({ key }) => key === "netUsd")!;
    assertEquals(net.first, cheap.sheet.strategies[0]!.metrics["netUsd"]!.value);
    assertClose(net.difference!, net.first! - net.second!, 1e-9);
    assertEquals(compared.common.days, cheap.sheet.period.days);
    const { difference, interval: [low, high], pValue } = compared.sharpe!;
    assert(low > 0 && low < difference && difference < high && pValue < 0.05);
    assert(compared.verdict.startsWith("The first run has the higher Sharpe ratio"));
    // The difference is that of the two ratios themselves, as both runs have the same days.
    const sharpe = compared.metrics.find(({ key }) => key === "sharpe")!;
    assertClose(difference, sharpe.difference!, 1e-9);
    const mirrored = compareRuns(dear, cheap, 1);
    assertClose(mirrored.sharpe!.difference, -difference, 1e-9);
    assert(mirrored.verdict.startsWith("The second run has the higher"));
  }));

Deno.test("compareRuns() says why there is nothing to compare", () =>
  inWorkshop(async ({ read, run }) => {
    const whole = read(await run());
    const same = compareRuns(whole, whole, 1);
    assertEquals([same.sharpe, same.differences], [null, []]);
    assert(same.reason!.includes("the daily returns are the same"));
    const { days, from } = whole.sheet.period;
    const to = new Date(Date.parse(from) + 14 * 86_400_000).toISOString().slice(0, 10);
    const short = compareRuns(whole, read(await run({ to })), 1);
    assert(short.common.days < days && short.sharpe === null);
    assert(/share \d+ days, and at least 20 are needed/.test(short.reason!), short.reason!);
    assertEquals(short.differences.map(({ path }) => path), ["to"]);
  }));

Deno.test("readRun() finds a run by its id, page or file and says how to name one", () =>
  inWorkshop(async ({ folder, run }) => {
    const { json, report, runId } = await run();
    const reports = join(folder, "reports");
    for (const name of [json, report, runId, runId.slice(0, 6)]) {
      assertEquals(readRun(name, reports, (path) => path).sheet.runId, runId);
    }
    const read = (name: string) => () => readRun(name, reports, (path) => path);
    assertThrows(read("ffffffffffff"), InputError, "Cannot find the run 'ffffffffffff'");
    assertThrows(read(join(folder, "no.json")), InputError, "its name, or the run id in it");
    const sheet = JSON.parse(await Deno.readTextFile(json));
    delete sheet.run;
    const bare = join(folder, "bare.json");
    await Deno.writeTextFile(bare, JSON.stringify(sheet));
    assertThrows(read(bare), InputError, "does not say what decided it");
    await Deno.copyFile(json, join(reports, `copy-${runId}.json`));
    assertThrows(read(runId), InputError, "Cannot tell which run");
  }));

Deno.test("compare and reproduce run under their own permission sets", () =>
  inWorkshop(async ({ folder, request, run }) => {
    const { json, runId } = await run();
    const reports = join(folder, "reports");
    const [again, side] = await Promise.all([
      runCommand("reproduce", [runId, "--reports", reports, "--models", folder, "--json"]),
      runCommand("compare", [json, json, "--json"]),
    ]);
    assertEquals([again.code, again.stderr], [0, ""]);
    assertEquals(JSON.parse(again.stdout).run, runId);
    assertEquals([side.code, JSON.parse(side.stdout).first.run], [0, runId]);
    await Deno.writeTextFile(request.path, "\n", { append: true });
    const refused = await runCommand("reproduce", [json, "--models", folder]);
    assertEquals([refused.code, refused.stdout], [3, ""]);
    assert(refused.stderr.includes("the bars have changed"), refused.stderr);
  }));
