import { type DataRequest, openData } from "../lib/data/mod.ts";
import { rowAt } from "../lib/market/mod.ts";
import type { TaskControl } from "../lib/core/mod.ts";
import type { TradingSystem } from "../lib/records/mod.ts";
import { openRegistry, type StoredModel } from "../lib/registry/mod.ts";
import { loadModels, type ModelReferences } from "../lib/evaluation/mod.ts";
import {
  fitSystem,
  modelPredictions,
  type PredictedModel,
  type SystemRequest,
} from "../lib/system/mod.ts";

/** What a system is made of, apart from the data. */
export interface SystemFitSettings extends ModelReferences, SystemRequest {}

/** What `system fit --json` prints. */
export interface SystemFitDocument {
  /** Registry name. */
  readonly name: string;
  /** Number within the name; that of the same system when it was there already. */
  readonly version: number;
  /** Of its document. */
  readonly sha256: string;
  readonly instrument: string;
  readonly intervalMs: number;
  /** How the parts are blended; null for a single part. */
  readonly blender: string | null;
  readonly parts: readonly {
    /** `name@version` */
    readonly reference: string;
    readonly kind: string;
    readonly onnxSha256: string;
    /** Whether strange markets keep it out. */
    readonly hasNoveltyFilter: boolean;
    /** Past positions that its confidence was fitted on, and how often they beat flat. */
    readonly confidence: { readonly rows: number; readonly baseRate: number } | null;
  }[];
  readonly horizonBars: number;
  readonly lookBack: TradingSystem["lookBack"];
  readonly costs: TradingSystem["costs"];
  readonly sizing: TradingSystem["sizing"];
  readonly limits: TradingSystem["limits"];
  /** Bars that taught it; null where there was nothing to teach. */
  readonly history: TradingSystem["evidence"]["history"];
  /** Open of the last bar that any of it has seen. */
  readonly lastBarSeen: string;
  /** Bars of the file after it, on which it can be tested. */
  readonly unseenBars: number;
  /** The document's file. */
  readonly path: string;
  readonly seconds: number;
}

/**
 * Makes a trading system of registered models and registers it: blend, filters and calibrations are
 * taught by the oldest bars that the models have not seen; the rest of the file stays unseen.
 *
 * @throws {InputError} when a model does not fit the data, or too few unseen bars are left; nothing
 * is registered then
 */
export async function fitRegisteredSystem(
  data: DataRequest,
  settings: SystemFitSettings,
  modelsFolder: string,
  control: TaskControl,
): Promise<SystemFitDocument> {
  const started = control.clock.now();
  const models = await storedModels(modelsFolder, settings, control);
  control.onProgress?.("loading bars", 0.1);
  const opened = await openData(data);
  const predicted: PredictedModel<StoredModel>[] = [];
  for (const [index, model] of models.entries()) {
    control.signal?.throwIfAborted();
    control.onProgress?.(`predictions of ${model.name}`, 0.2 + 0.6 * index / models.length);
    predicted.push({ model, signals: await modelPredictions(model.onnx, model.manifest, opened) });
  }
  control.onProgress?.("blend", 0.8);
  const { bars } = opened;
  const unseen = Math.max(...models.map(({ manifest }) => Date.parse(manifest.data.testFrom)));
  const rows = {
    from: Math.max(rowAt(bars, unseen), ...predicted.map(({ signals }) => signals.firstRow)),
    to: bars.length,
  };
  const { system } = fitSystem(predicted, opened, settings, rows);
  control.signal?.throwIfAborted();
  using registry = openRegistry({ folder: modelsFolder, clock: control.clock });
  const registered = await registry.registerSystem(system);
  const { path } = await registry.loadSystem(`${registered.name}@${registered.version}`);
  const { costs, evidence, horizonBars, limits, lookBack, sizing } = system;
  return {
    name: registered.name,
    version: registered.version,
    sha256: registered.sha256,
    instrument: registered.instrument,
    intervalMs: registered.intervalMs,
    blender: registered.blender,
    parts: system.parts.map(({ calibration, kind, name, noveltyFilter, onnxSha256, version }) => ({
      reference: `${name}@${version}`,
      ...{ kind, onnxSha256 },
      hasNoveltyFilter: noveltyFilter !== null,
      confidence: calibration === null
        ? null
        : { rows: calibration.rows, baseRate: calibration.baseRate },
    })),
    ...{ horizonBars, lookBack, costs, sizing, limits },
    history: evidence.history,
    lastBarSeen: registered.lastBarSeen,
    unseenBars: bars.length - rowAt(bars, Date.parse(registered.lastBarSeen) + 1),
    path,
    seconds: (control.clock.now() - started) / 1000,
  };
}

async function storedModels(
  folder: string,
  references: ModelReferences,
  { clock }: TaskControl,
): Promise<StoredModel[]> {
  using registry = openRegistry({ folder, clock, readOnly: true });
  return await loadModels(registry, references);
}
