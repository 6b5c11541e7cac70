import { rejects as assertRejects } from "node:assert/strict";
import { join } from "node:path";
import type { SimulationOptions } from "../lib/simulator/simulator.ts";
import { writeBars } from "../lib/data/write.ts";
import { assert, assertEquals } from "./assert.ts";
import type { DataRequest } from "../lib/data/open_data.ts";
import type { RiskRequest } from "../lib/risk/risk_request.ts";
import { DEFAULT_FOREST } from "../lib/models/forest/parameters.ts";
import { defaultRecipe } from "../lib/models/model_families.ts";
import { systemRecipe } from "../lib/evaluation/walk_forward/system_recipe.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { defaultTraining } from "../lib/training/train_on.ts";
import { fitRegisteredSystem } from "../tasks/system.ts";
import { train } from "../tasks/train.ts";
import { walkForward, type WalkForwardSettings } from "../tasks/walk_forward.ts";
import { MARKET, openTrending } from "./fixtures/blend_fixture.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

/** So strong a pattern that little data shows it. */
const WORLD: Partial<SimulationOptions> = {
  bars: 2_000,
  world: { kind: "regime", drift: 0.6, stay: 0.98 },
};

const SETTINGS: Omit<WalkForwardSettings, "storage"> = {
  recipes: [
    defaultRecipe("logistic"),
    { kind: "forest", parameters: { ...DEFAULT_FOREST, trees: 10 } },
  ],
  policy: null,
  unproven: false,
  training: { costs: MARKET.costs, folds: 2, seed: 1, workers: 1 },
  market: MARKET,
  blends: ["hedge", "log-odds-pool"],
  windows: { windows: 3, trainShare: 0.4, kind: "rolling", gapBars: 30 },
  risk: { limits: {} },
  momentumBars: 100,
  seed: 1,
  command: "test",
};

/** Writes bars of the trending world and runs the work on them. */
function onBars(work: (data: DataRequest, folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const path = join(folder, "bars.csv");
    const { bars } = await openTrending(WORLD);
    await writeBars(bars, path);
    const load = { timeFormat: "iso", stamp: "open" } as const;
    await work({ path, symbol: "MES", load }, folder);
  });
}

const clock = { now: () => 0 };
const foldersIn = (folder: string) => ({ models: join(folder, "models"), reports: folder });

// Outside of any test: the runtime that checks a graph after its training keeps a port open.
await onBars(async (data, folder) => {
  await walkForward(
    data,
    { ...SETTINGS, blends: [], storage: join(folder, "warm.db") },
    foldersIn(folder),
    { clock },
  );
});

Deno.test("walkForward() tests only rows after a gap, stitches them and counts every trial", () =>
  onBars(async (data, folder) => {
    const storage = join(folder, "ledger.db");
    const run = (changes: Partial<WalkForwardSettings> = {}) =>
      walkForward(
        data,
        { ...SETTINGS, storage, unproven: true, ...changes },
        foldersIn(folder),
        { clock },
      );
    const result = await run();
    assertEquals(result.windows.length, 3);
    for (const { testFrom, trainTo } of result.windows) {
      assert(Date.parse(testFrom) - Date.parse(trainTo) > 30 * 3_600_000);
    }
    assertEquals(result.period.from, result.windows[1]!.testFrom);
    const names = result.strategies.map(({ name }) => name);
    assertEquals(names.slice(0, 4), [
      ...["blend (hedge)", "MES-logistic", "MES-forest", "blend (log-odds-pool)"],
    ]);
    const { configurations, deflatedSharpe, overfitting, probabilisticSharpe, trialCount } =
      result.evidence;
    assertEquals([configurations, trialCount], [4, 4]);
    assert(result.strategies[0]!.metrics["netUsd"]!.value! > 0, "a strong pattern must be found");
    assert(probabilisticSharpe.value! > 0.5);
    assert(deflatedSharpe.value! <= probabilisticSharpe.value!);
    assert(overfitting!.probability >= 0 && overfitting!.probability <= 1);
    assert(result.conclusions[0]!.includes("made $"), result.conclusions[0]);

    // The same again is no new trial; another seed of the forest is one.
    const again = await run();
    assertEquals([again.evidence, again.runId], [result.evidence, result.runId]);
    const other = await run({ training: { ...SETTINGS.training, seed: 2 } });
    assert(other.evidence.trialCount > trialCount);
  }));

Deno.test("walkForward() stops when asked and goes on where it was, to the same result", () =>
  onBars(async (data, folder) => {
    const settings = { ...SETTINGS, storage: join(folder, "ledger.db") };
    const folders = foldersIn(folder);
    const controller = new AbortController();
    const stages: string[] = [];
    const stopping = (stage: string): void => {
      if (stage.startsWith("window 2 of 3")) controller.abort();
    };
    await assertRejects(
      walkForward(data, settings, folders, {
        ...{ clock, signal: controller.signal, onProgress: stopping },
      }),
    );
    const resumed = await walkForward(data, settings, folders, {
      clock,
      onProgress: (stage) => void stages.push(stage),
    });
    assert(!stages.some((stage) => stage.startsWith("window 1 of 3: MES-logistic")));
    const fresh = await walkForward(
      data,
      { ...settings, storage: join(folder, "other.db") },
      { models: join(folder, "elsewhere"), reports: folder },
      { clock },
    );
    assertEquals(resumed.strategies, fresh.strategies);
    assertEquals(resumed.runId, fresh.runId);
  }));

Deno.test("walkForward() sizes a blend by volatility and keeps it below its Kelly share", () =>
  onBars(async (data, folder) => {
    const costsUnder = async (blend: string, risk: Partial<RiskRequest>) => {
      const { strategies } = await walkForward(
        data,
        {
          ...SETTINGS,
          ...{ blends: [blend], unproven: true, storage: join(folder, "ledger.db") },
          risk: { limits: {}, ...risk },
        },
        foldersIn(folder),
        { clock },
      );
      return strategies[0]!.metrics["costsUsd"]!.value!;
    };
    const target = (annualVolatility: number) => ({
      volatilityTarget: { annualVolatility, maxLeverage: 10 },
    });
    const small = await costsUnder("hedge", target(0.1));
    assert(small > 0);
    assert(
      await costsUnder("hedge", target(0.4)) > 2 * small,
      "four times the risk takes larger orders",
    );
    assert(await costsUnder("log-odds-pool", {}) > 0);
    assertEquals(await costsUnder("log-odds-pool", { kellyPart: 1e-6 }), 0);
  }));

Deno.test("walkForward() knows nothing of bars that come later", () =>
  onBars(async (data, folder) => {
    const run = async (path: string, blends: WalkForwardSettings["blends"]) =>
      await walkForward(
        { ...data, path },
        { ...SETTINGS, blends, storage: join(folder, "ledger.db") },
        foldersIn(folder),
        { clock },
      );
    const { bars } = await openTrending(WORLD);
    const last = 2_400;
    const raised = (prices: Float64Array) =>
      prices.map((price, row) => row < last ? price : price + 1_000);
    const other = join(folder, "other.csv");
    await writeBars({
      ...bars,
      open: raised(bars.open),
      high: raised(bars.high),
      low: raised(bars.low),
      close: raised(bars.close),
    }, other);
    const [own, changed] = [await run(data.path, ["hedge"]), await run(other, ["hedge"])];
    const before = async (json: string) => {
      const { strategies } = JSON.parse(await Deno.readTextFile(json));
      const { time, usd } = strategies[0].equity;
      return usd.filter((_: number, row: number) => time[row] <= bars.time[last - 1]!);
    };
    assertEquals(await before(changed.json), await before(own.json));
  }));

Deno.test("walk-forward ends in one document, and refuses what cannot be cut", () =>
  onBars(async ({ path }, folder) => {
    const flags = `--data ${path} --symbol MES --model logistic --folds 2 --models ${folder}/m ` +
      `--reports ${folder} --storage ${folder}/t.db --json`;
    const grant = [`--allow-write=${folder}`];
    const end = await runCommand("walk-forward", `${flags} --windows 2`.split(" "), grant);
    assertEquals(end.code, 0, end.stderr);
    const document = JSON.parse(end.stdout);
    assertEquals([document.windows.length, document.blend], [2, null]);
    const risk = join(folder, "risk.json");
    await Deno.writeTextFile(risk, `{ "kellyPart": 0.5 }`);
    const unsized = await runCommand("walk-forward", `${flags} --risk ${risk}`.split(" "), grant);
    assertEquals(unsized.code, 2, unsized.stderr);
    const refused = await runCommand("walk-forward", `${flags} --windows 90`.split(" "), grant);
    assertEquals(refused.code, 2, refused.stderr);
  }));

Deno.test("walkForward() of a system trains its parts as they were, and blends and costs them as it does", () =>
  onBars(async (data, folder) => {
    const folders = foldersIn(folder);
    const settings = { ...SETTINGS, blends: ["hedge"], unproven: true };
    for (const recipe of settings.recipes) {
      const training = { ...defaultTraining(recipe), ...settings.training, holdout: 0.4 };
      await train(data, training, folders.models, { clock });
    }
    await fitRegisteredSystem(
      data,
      {
        ...{ name: "MES-pair", models: ["MES-logistic", "MES-forest"], market: MARKET },
        blend: { kind: "hedge", confidenceShare: 0.3 },
        risk: { limits: {} },
      },
      folders.models,
      { clock },
    );
    const recipe = await systemRecipe(folders.models, "MES-pair", { clock });
    const run = (changes: Partial<WalkForwardSettings>) =>
      walkForward(data, { ...settings, ...changes, storage: join(folder, "t.db") }, folders, {
        clock,
      });
    const again = await run({
      ...recipe,
      ...{ recipes: [], policy: null },
      market: { ...recipe.market, cashUsd: MARKET.cashUsd },
    });
    const named = await run({});
    assertEquals(again.strategies, named.strategies);
    assert(again.blend!.parts.length === 2 && again.runId !== named.runId);
    const { bars } = await openTrending({ ...WORLD, instrument: findInstrument("ES") });
    const other = join(folder, "es.csv");
    await writeBars(bars, other);
    await assertRejects(
      walkForward(
        { ...data, path: other, symbol: "ES" },
        { ...settings, ...recipe, market: MARKET, storage: join(folder, "t.db") },
        folders,
        { clock },
      ),
      /Cannot trade ES with a system of MES/,
    );
  }));
