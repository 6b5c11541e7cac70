import { openRegistry, type Registry, type StoredModel } from "../registry/registry.ts";
import { rowAt } from "../market/bars.ts";
import { InputError, RefusedError } from "../core/errors.ts";
import type { ModelManifest } from "../records/model_manifest.ts";
import type { TearSheet } from "../records/tear_sheet.ts";
import { type BlendRequest, compareBlend } from "./blend/compare_blend.ts";
import { riskConditions } from "../system/strategy.ts";
import { baselines, identify, type StrategyRun } from "./comparison.ts";
import { modelStrategy, type TradedModel } from "../system/traded_model.ts";
import { evaluate } from "./evaluate.ts";
import { loadModels, type ModelReferences } from "./load_models.ts";
import { type AccountSettings, createRunConditions } from "../system/account_settings.ts";
import { neighbourFacts } from "./neighbours.ts";
import { type DataRequest, openData, type OpenedData } from "../data/open_data.ts";
import { codeSha256 } from "../core/code_hash.ts";
import type { RiskRequest } from "../risk/risk_request.ts";
import { runRecord } from "./run_record.ts";
import { type ModelPredictions, modelPredictions } from "../system/predict.ts";
import { buildTearSheet } from "./tear_sheet.ts";
import type { TaskControl } from "../core/task_control.ts";

/** How to test, apart from the data; without a blend the first model leads the report. */
export interface BacktestSettings extends ModelReferences {
  /** Blends the models into one strategy, which then leads; absent to compare them. */
  readonly blend?: BlendRequest;
  /** Rules that stand between every model and its orders. */
  readonly risk: RiskRequest;
  /** First day, `YYYY-MM-DD`; where training stopped when absent. */
  readonly from?: string;
  /** Day after the last one; the end of the data when absent. */
  readonly to?: string;
  /** Allows rows that the models were trained on. */
  readonly inSample: boolean;
  readonly market: AccountSettings;
  /** Bars over which the momentum baseline looks back. */
  readonly momentumBars: number;
  readonly seed: number;
  /** The command line, for the report. */
  readonly command: string;
}

/** A finished backtest before its report is written. */
export interface BacktestRun {
  readonly sheet: TearSheet;
  readonly engine: "native" | "wasm";
  readonly barsPerSecond: number;
}

/**
 * A backtest without its report: reads, and writes nothing.
 *
 * @throws {InputError} when a model does not fit the data, or every bar was used in training
 */
export async function runBacktest(
  data: DataRequest,
  settings: BacktestSettings,
  modelsFolder: string,
  control: TaskControl,
): Promise<BacktestRun> {
  const models = await storedModels(modelsFolder, settings, control);
  control.onProgress?.("loading bars", 0.1);
  const opened = await openData(data);
  const signals: ModelPredictions[] = [];
  for (const model of models) {
    control.signal?.throwIfAborted();
    control.onProgress?.(`predictions of ${model.name}`, 0.3);
    signals.push(await modelPredictions(model.onnx, model.manifest, opened));
  }
  const manifests = models.map((model) => model.manifest);
  const unseen = testRows(opened, manifests, signals, settings);
  control.onProgress?.("engine", 0.6);

  const engineStarted = control.clock.now();
  const comparison = runComparison(models, signals, opened, settings, unseen);
  const { conditions, leading, lots, panel } = comparison;
  const rows = { from: conditions.from, to: conditions.to };
  const runs: StrategyRun[] = [
    ...comparison.runs,
    ...baselines(conditions, settings.momentumBars),
  ];
  const engineSeconds = (control.clock.now() - engineStarted) / 1000;
  const leader = runs[0]!;
  const outOfSample = manifests.every((manifest) =>
    Date.parse(manifest.data.testFrom) <= opened.bars.time[rows.from]!
  );
  const neighbours = comparison.neighbours?.() ?? null;
  const codeHash = codeSha256();
  const runId = await identify([
    opened.source.sha256,
    codeHash,
    ...models.map((model) => model.onnxSha256),
    JSON.stringify({ rows, market: settings.market, seed: settings.seed, ...deciding(settings) }),
  ]);
  const sheet = buildTearSheet({
    title: `${opened.bars.instrument.symbol}: ${leader.evaluation.result.strategy}`,
    runId,
    createdAt: new Date(control.clock.now()).toISOString(),
    command: settings.command,
    ...{ opened, conditions, lots, outOfSample, runs, leading },
    codeSha256: codeHash,
    ...(neighbours === null ? {} : { facts: { neighbours } }),
    ...(panel === null ? {} : { blend: panel }),
  });
  const { engine } = signals[0]!;
  // The policy is one of the models that the record pins.
  const { policy: _, ...recorded } = settings;
  return {
    sheet: {
      ...sheet,
      run: runRecord({ opened, models, settings: recorded, codeSha256: codeHash, engine }),
    },
    engine,
    barsPerSecond: (rows.to - rows.from) * runs.length / Math.max(engineSeconds, 1e-3),
  };
}

/** What decides a run beside data and models; nothing of it changes the id of a plain run. */
export function deciding({ blend, risk }: BacktestSettings): object {
  const isLimited = JSON.stringify(risk) !== '{"limits":{}}';
  return { ...(blend === undefined ? {} : { blend }), ...(isLimited ? { risk } : {}) };
}

/** The models side by side, or their blend and then each of them. */
export function runComparison(
  models: readonly StoredModel[],
  signals: readonly ModelPredictions[],
  opened: OpenedData,
  settings: BacktestSettings,
  unseen: { readonly from: number; readonly to: number },
) {
  const { blend, market, risk } = settings;
  if (blend !== undefined) {
    const parts = models.map((model, index) => ({ model, signals: signals[index]! }));
    return {
      ...compareBlend(parts, opened, { ...blend, market, risk }, unseen),
      neighbours: null,
    };
  }
  const { conditions: free, lots } = createRunConditions(opened, market, unseen);
  const conditions = riskConditions(free, risk);
  const follow = (model: TradedModel, index: number) =>
    modelStrategy(model, signals[index]!, conditions);
  const strategies = models.map(follow);
  return {
    ...{ conditions, lots },
    neighbours: () => neighbourFacts(models[0]!, conditions, (model) => follow(model, 0)),
    leading: strategies[0]!,
    panel: null,
    runs: strategies.map((strategy, index): StrategyRun => ({
      role: "model",
      evaluation: evaluate(conditions, strategy),
      ...{ model: models[index]!, signals: signals[index]! },
    })),
  };
}

export async function storedModels(
  folder: string,
  references: ModelReferences,
  { clock }: TaskControl,
): Promise<StoredModel[]> {
  using registry: Registry = openRegistry({ folder, clock, readOnly: true });
  return await loadModels(registry, references);
}

export function testRows(
  opened: OpenedData,
  manifests: readonly ModelManifest[],
  signals: readonly ModelPredictions[],
  settings: BacktestSettings,
): { from: number; to: number } {
  const { bars } = opened;
  const unseen = Math.max(...manifests.map((manifest) => Date.parse(manifest.data.testFrom)));
  const asked = settings.from === undefined ? unseen : dateFlag("--from", settings.from);
  if (asked < unseen && !settings.inSample) {
    throw new RefusedError(
      `--from ${settings.from} lies before ${new Date(unseen).toISOString()}, where training ` +
        "stopped: the test would flatter (give a later day, or --in-sample to see it marked as such)",
    );
  }
  const end = settings.to === undefined ? Infinity : dateFlag("--to", settings.to);
  const from = Math.max(rowAt(bars, asked), ...signals.map((signal) => signal.firstRow));
  const to = Math.min(bars.length, rowAt(bars, end));
  if (asked > unseen && from >= bars.length) {
    throw new InputError(`Cannot test from ${settings.from} on: the data ends before`, {
      where: "--from",
      remedy: `give a day before ${new Date(bars.time.at(-1) ?? 0).toISOString().slice(0, 10)}`,
    });
  }
  if (settings.to !== undefined && to <= from && from < bars.length) {
    throw new InputError(`Cannot test up to ${settings.to}: the test begins later`, {
      where: "--to",
      remedy: `give a day after ${new Date(bars.time[from]!).toISOString().slice(0, 10)}`,
    });
  }
  if (from >= bars.length) {
    throw new InputError(
      `Cannot test as the data ends at ${new Date(bars.time.at(-1) ?? 0).toISOString()} and ` +
        `everything before ${new Date(unseen).toISOString()} was used in training`,
      {
        where: settings.models.join(", "),
        remedy: "give newer bars, or train with --holdout 0.33",
      },
    );
  }
  return { from, to };
}

export function dateFlag(flag: string, text: string): number {
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(time)) {
    throw new InputError(`Cannot read '${text}' as a date`, {
      where: flag,
      remedy: "write it as YYYY-MM-DD",
    });
  }
  return time;
}
