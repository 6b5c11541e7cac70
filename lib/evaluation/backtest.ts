import { openRegistry, type StoredModel } from "../registry/mod.ts";
import { rowAt, type RowRange } from "../market/mod.ts";
import { dateFlag, InputError, RefusedError, type TaskControl } from "../core/mod.ts";
import { codeSha256 } from "../core/program.ts";
import type { BlendSummary, TearSheet } from "../records/mod.ts";
import { compareSystem } from "./blend/compare_blend.ts";
import { baselines, identify, type StrategyRun } from "./comparison.ts";
import {
  type AccountSettings,
  type BlendRequest,
  fitSystem,
  type LoadedSystem,
  loadSystem,
  modelPredictions,
  modelStrategy,
  type PredictedModel,
  type ReadySystem,
  readySystem,
  requireSameInstrument,
  systemConditions,
  type TradedModel,
} from "../system/mod.ts";
import { evaluate } from "./evaluate.ts";
import { loadModels, type ModelReferences } from "./load_models.ts";
import { neighbourFacts } from "./neighbours.ts";
import { type DataRequest, moneyIdentity, openData, type OpenedData } from "../data/mod.ts";
import type { RunConditions } from "../engine/mod.ts";
import type { FindingFacts } from "./finding_facts.ts";
import type { RiskRequest } from "../risk/mod.ts";
import type { Strategy } from "../trading/mod.ts";
import { runRecord } from "./run_record.ts";
import { buildTearSheet } from "./tear_sheet.ts";

/** How to test, apart from the data; without a blend the first model leads the report. */
export interface BacktestSettings extends ModelReferences {
  /**
   * A registered trading system, in place of models: it brings blend, costs, sizes and rules of
   * risk along, and of the account only cash and margin count.
   */
  readonly system?: string;
  /** Blends the models into one strategy, which then leads; absent to compare them. */
  readonly blend?: BlendRequest;
  /** Rules that stand between every model and its orders. */
  readonly risk: RiskRequest;
  /** First day, `YYYY-MM-DD`; after the last bar that was seen when absent. */
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
 * A backtest without its report: reads, and writes nothing. Models that are named become trading
 * systems first, as `system fit` makes them, so that everything is tested in one way.
 *
 * @throws {InputError} when a model does not fit the data, or every bar was used in training
 */
export async function runBacktest(
  data: DataRequest,
  settings: BacktestSettings,
  modelsFolder: string,
  control: TaskControl,
): Promise<BacktestRun> {
  const { models, system } = await load(modelsFolder, settings, control);
  control.onProgress?.("loading bars", 0.1);
  const opened = await openData(data);
  if (system !== null) requireSameInstrument(system.system, opened.bars);
  const predicted: PredictedModel<StoredModel>[] = [];
  for (const model of models) {
    control.signal?.throwIfAborted();
    control.onProgress?.(`predictions of ${model.name}`, 0.3);
    predicted.push({ model, signals: await modelPredictions(model.onnx, model.manifest, opened) });
  }
  const unseen = firstUnseen(models, system);
  const rows = testRows(opened, unseen, predicted, settings);
  control.onProgress?.("engine", 0.6);

  const engineStarted = control.clock.now();
  const { systems, tested } = system === null
    ? madeSystems(predicted, opened, settings, rows)
    : { systems: [readySystem(system.system, predicted)], tested: rows };
  const comparison = runComparison(systems, opened, settings.market, tested);
  const { conditions, leading, panel } = comparison;
  const runs: StrategyRun[] = [
    ...comparison.runs,
    ...baselines(conditions, settings.momentumBars),
  ];
  const engineSeconds = (control.clock.now() - engineStarted) / 1000;
  const leader = runs[0]!;
  const neighbours = comparison.neighbours?.() ?? null;
  const codeHash = codeSha256();
  const runId = await identify([
    opened.source.sha256,
    ...moneyIdentity(opened.bars),
    codeHash,
    ...models.map((model) => model.onnxSha256),
    ...(system === null ? [] : [system.sha256]),
    ...(opened.bars.actions === undefined ? [] : [JSON.stringify(opened.bars.actions)]),
    JSON.stringify({
      ...{ rows: tested, market: settings.market, seed: settings.seed, ...deciding(settings) },
    }),
  ]);
  const sheet = buildTearSheet({
    title: `${opened.bars.instrument.symbol}: ${leader.evaluation.result.strategy}`,
    runId,
    createdAt: new Date(control.clock.now()).toISOString(),
    command: settings.command,
    ...{ opened, conditions, runs, leading },
    outOfSample: unseen <= opened.bars.time[tested.from]!,
    codeSha256: codeHash,
    ...(neighbours === null ? {} : { facts: { neighbours } }),
    ...(panel === null ? {} : { blend: panel }),
  });
  const { engine } = predicted[0]!.signals;
  // The policy is one of the models that the record pins.
  const { policy: _, ...recorded } = settings;
  return {
    sheet: {
      ...sheet,
      run: runRecord({
        ...{ opened, models, system, engine },
        settings: recorded,
        codeSha256: codeHash,
      }),
    },
    engine,
    barsPerSecond: (tested.to - tested.from) * runs.length / Math.max(engineSeconds, 1e-3),
  };
}

/** What decides a run beside data and models; nothing of it changes the id of a plain run. */
function deciding({ blend, risk }: BacktestSettings): object {
  const isLimited = JSON.stringify(risk) !== '{"limits":{}}';
  return { ...(blend === undefined ? {} : { blend }), ...(isLimited ? { risk } : {}) };
}

/** A registered system with its models, or the models that were named. */
async function load(
  folder: string,
  settings: BacktestSettings,
  { clock }: TaskControl,
): Promise<{ readonly models: readonly StoredModel[]; readonly system: LoadedSystem | null }> {
  using registry = openRegistry({ folder, clock, readOnly: true });
  if (settings.system === undefined) {
    return { models: await loadModels(registry, settings), system: null };
  }
  const system = await loadSystem(registry, settings.system);
  return { models: system.models, system };
}

/** The models blended into one system, or each as a system of its own. */
function madeSystems(
  predicted: readonly PredictedModel<StoredModel>[],
  opened: OpenedData,
  { blend, market, risk }: BacktestSettings,
  rows: RowRange,
): { readonly systems: readonly ReadySystem[]; readonly tested: RowRange } {
  if (blend === undefined) {
    const systems = predicted.map((one) => {
      const { system } = fitSystem([one], opened, { name: one.model.name, market, risk }, rows);
      return readySystem(system, [one]);
    });
    return { systems, tested: rows };
  }
  const name = `${opened.bars.instrument.symbol}-${blend.kind}`;
  const { history, system } = fitSystem(predicted, opened, { name, blend, market, risk }, rows);
  return { systems: [readySystem(system, predicted)], tested: { from: history.to, to: rows.to } };
}

/** Strategies that were run in the same conditions; the first leads. */
interface Comparison {
  readonly conditions: RunConditions;
  readonly leading: Strategy;
  readonly panel: BlendSummary | null;
  readonly runs: readonly StrategyRun[];
  /** What the leader's neighbours make; null where it has none. */
  readonly neighbours: (() => FindingFacts["neighbours"] | null) | null;
}

/** A system that blends beside its parts, or systems of one part side by side. */
function runComparison(
  systems: readonly ReadySystem[],
  opened: OpenedData,
  account: AccountSettings,
  rows: RowRange,
): Comparison {
  const [first] = systems;
  if (first!.settings.rule !== null) {
    return { ...compareSystem(first!, opened, account, rows), neighbours: null };
  }
  const conditions = systemConditions(first!, opened, account, rows);
  const follow = ({ models, system }: ReadySystem, model: TradedModel) =>
    modelStrategy(model, models[0]!.signals, { bars: opened.bars, costs: system.costs });
  const strategies = systems.map((system) => follow(system, system.models[0]!.model));
  return {
    conditions,
    neighbours: () =>
      neighbourFacts(first!.models[0]!.model, conditions, (model) => follow(first!, model)),
    leading: strategies[0]!,
    panel: null,
    runs: strategies.map((strategy, index): StrategyRun => {
      const { model, signals } = systems[index]!.models[0]!;
      return { role: "model", evaluation: evaluate(conditions, strategy), model, signals };
    }),
  };
}

/** When bars begin that nothing has seen, epoch milliseconds. */
function firstUnseen(models: readonly StoredModel[], system: LoadedSystem | null): number {
  if (system !== null) return Date.parse(system.system.lastBarSeen) + 1;
  return Math.max(...models.map(({ manifest }) => Date.parse(manifest.data.testFrom)));
}

function testRows(
  { bars }: OpenedData,
  unseen: number,
  predicted: readonly PredictedModel[],
  settings: BacktestSettings,
): RowRange {
  const { system } = settings;
  const asked = settings.from === undefined ? unseen : dateFlag("--from", settings.from);
  const border = new Date(system === undefined ? unseen : unseen - 1).toISOString();
  if (asked < unseen && !settings.inSample) {
    throw new RefusedError(
      `--from ${settings.from} lies before ${border}, ` +
        (system === undefined ? "where training stopped" : `the last bar that ${system} has seen`) +
        ": the test would flatter (give a later day, or --in-sample to see it marked as such)",
    );
  }
  const end = settings.to === undefined ? Infinity : dateFlag("--to", settings.to);
  const from = Math.max(rowAt(bars, asked), ...predicted.map(({ signals }) => signals.firstRow));
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
    const ends = `Cannot test as the data ends at ${
      new Date(bars.time.at(-1) ?? 0).toISOString()
    } and everything `;
    if (system !== undefined) {
      throw new InputError(`${ends}up to ${border} has been seen by the system`, {
        where: system,
        remedy: "give newer bars, or --in-sample with an earlier --from",
      });
    }
    throw new InputError(`${ends}before ${border} was used in training`, {
      where: settings.models.join(", "),
      remedy: "give newer bars, or train with --holdout 0.33",
    });
  }
  return { from, to };
}
