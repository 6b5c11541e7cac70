import { join } from "node:path";
import type { Clock } from "../lib/domain/ports.ts";
import type { ClassifierManifest } from "../lib/domain/model_manifest.ts";
import { openModelHub } from "../lib/adaptive/model_hub.ts";
import type { CalibrationMethod } from "../lib/ml/calibration.ts";
import { DEFAULT_FEATURES, type FeatureSpec } from "../lib/ml/features.ts";
import { DEFAULT_FOREST } from "../lib/ml/forest/forest.ts";
import { DEFAULT_HYBRID } from "../lib/ml/hybrid/parameters.ts";
import { DEFAULT_LABELS, type LabelSpec } from "../lib/ml/labels.ts";
import { DEFAULT_LOGISTIC } from "../lib/ml/logistic.ts";
import type { Checkpoints } from "../lib/ml/network/checkpoint.ts";
import { openCheckpointFolder } from "../lib/ml/network/checkpoint_file.ts";
import { DEFAULT_NETWORK } from "../lib/ml/network/parameters.ts";
import { type ModelRecipe, type TrainedModel, trainModel } from "../lib/ml/trainer.ts";
import { roundTripCostTicks } from "../lib/portfolio/costs.ts";
import type { Backend } from "../lib/tensor/backend.ts";
import { type CostRequest, requestedCosts } from "./costs.ts";
import { type DataRequest, openData, type OpenedData } from "./open_data.ts";
import { codeSha256, hardware, versions } from "./project.ts";
import { requireRegistry } from "./writable_folder.ts";

/** How to train, apart from the data. */
export interface TrainSettings {
  /** Registry name; `<symbol>-<model>` when absent. */
  readonly name?: string;
  readonly recipe: ModelRecipe;
  readonly features: FeatureSpec;
  readonly labels: LabelSpec;
  readonly costs: CostRequest;
  /** Share of the newest bars that training never touches. */
  readonly holdout: number;
  readonly folds: number;
  /** Whether baselines and a run on shuffled labels are scored on the same folds. */
  readonly compare: boolean;
  readonly calibration: CalibrationMethod;
  readonly edgeThreshold: number;
  readonly seed: number;
  readonly workers: number;
  readonly backend: Backend;
}

/** The settings of `train` without flags; every one of them is recorded in the manifest. */
export function defaultTraining(
  recipe: ModelRecipe,
): Omit<TrainSettings, "costs" | "seed" | "workers"> {
  return {
    recipe,
    features: DEFAULT_FEATURES,
    labels: DEFAULT_LABELS,
    holdout: 1 / 3,
    folds: 5,
    compare: true,
    calibration: "platt",
    edgeThreshold: 1,
    backend: "wasm",
  };
}

/** Financial labels are noisy: leaves of at least 1 % of the weight (learning-spec §5). */
const FOREST = { ...DEFAULT_FOREST, minLeafWeightFraction: 0.01 };

/** The recipe of each model kind without flags. */
export const DEFAULT_RECIPES = {
  forest: { kind: "forest", parameters: FOREST },
  logistic: { kind: "logistic", parameters: DEFAULT_LOGISTIC },
  lstm: { kind: "lstm", parameters: DEFAULT_NETWORK },
  hybrid: { kind: "hybrid", parameters: { ...DEFAULT_HYBRID, forest: FOREST } },
} as const satisfies Record<ModelRecipe["kind"], ModelRecipe>;

/** Reports, cancellation and the clock of a long task. */
export interface TaskControl {
  readonly onProgress?: (stage: string, fraction: number) => void;
  readonly signal?: AbortSignal;
  readonly clock: Clock;
  /** Keeps the state of long fits, so that an interrupted task goes on. */
  readonly checkpoints?: Checkpoints;
}

/** What `train --json` prints. */
export interface TrainDocument {
  readonly name: string;
  readonly version: number;
  readonly kind: string;
  readonly sha256: string;
  readonly path: string;
  readonly seconds: number;
  readonly data: ClassifierManifest["data"];
  readonly features: number;
  readonly metrics: ClassifierManifest["metrics"];
  readonly folds: ClassifierManifest["folds"];
  readonly comparisons: ClassifierManifest["comparisons"];
  readonly permutedLabels: ClassifierManifest["permutedLabels"];
  readonly curves: ClassifierManifest["curves"];
  readonly importances: ClassifierManifest["importances"];
  readonly notes: readonly string[];
}

/**
 * Trains a model on a file of bars and registers it.
 *
 * @throws {InputError} when the data or the settings cannot be used; nothing is registered then
 */
export async function train(
  data: DataRequest,
  settings: TrainSettings,
  modelsFolder: string,
  control: TaskControl,
): Promise<TrainDocument> {
  const opened = await openData(data);
  requireRegistry(modelsFolder, control.clock);
  const kept = openCheckpointFolder(join(modelsFolder, "checkpoints", modelName(opened, settings)));
  const trained = await trainOn(opened, settings, { ...control, checkpoints: kept.checkpoints });
  using hub = openModelHub({ folder: modelsFolder, clock: control.clock });
  const registered = await hub.register({
    manifest: trained.manifest,
    onnx: trained.onnx,
    codeSha256: await codeSha256(),
    parentRun: null,
  });
  await kept.clear();
  const stored = await hub.load(`${registered.name}@${registered.version}`);
  const { manifest } = trained;
  return {
    name: registered.name,
    version: registered.version,
    kind: manifest.kind,
    sha256: registered.onnxSha256,
    path: stored.path,
    seconds: manifest.trainingSeconds,
    data: manifest.data,
    features: manifest.featureColumns.length,
    metrics: manifest.metrics,
    folds: manifest.folds,
    comparisons: manifest.comparisons,
    permutedLabels: manifest.permutedLabels,
    curves: manifest.curves,
    importances: manifest.importances,
    notes: [...opened.notes, ...trainingNotes(manifest)],
  };
}

/** Trains on data that is already open, without registering. */
export function trainOn(
  opened: OpenedData,
  settings: TrainSettings,
  control: TaskControl,
): Promise<TrainedModel> {
  const { bars, calendar, session, source } = opened;
  const costs = requestedCosts(bars.instrument, settings.costs, session.tradeDay[0] ?? 0);
  return trainModel({
    name: modelName(opened, settings),
    recipe: settings.recipe,
    bars,
    source,
    features: settings.features,
    featureContext: { sessionAt: calendar.sessionAt },
    labels: settings.labels,
    costTicks: roundTripCostTicks(bars.instrument, costs),
    holdout: settings.holdout,
    folds: settings.folds,
    compare: settings.compare,
    calibration: settings.calibration,
    edgeThreshold: settings.edgeThreshold,
    seed: settings.seed,
    workers: settings.workers,
    backend: settings.backend,
    createdAt: new Date(control.clock.now()).toISOString(),
    versions: versions(),
    hardware: hardware(),
  }, {
    now: control.clock.now,
    ...(control.checkpoints === undefined ? {} : { checkpoints: control.checkpoints }),
    ...(control.onProgress === undefined ? {} : { onProgress: control.onProgress }),
    ...(control.signal === undefined ? {} : { signal: control.signal }),
  });
}

function modelName({ bars }: OpenedData, { name, recipe }: TrainSettings): string {
  return name ?? `${bars.instrument.symbol}-${recipe.kind}`;
}

/** What the validation figures mean, in words. */
function trainingNotes(manifest: ClassifierManifest): string[] {
  const { accuracy, baseRateAccuracy, informationCoefficient } = manifest.metrics;
  const notes: string[] = [];
  if (typeof accuracy === "number" && typeof baseRateAccuracy === "number") {
    const points = (100 * (accuracy - baseRateAccuracy)).toFixed(1);
    notes.push(
      accuracy > baseRateAccuracy
        ? `accuracy is ${points} points above always naming the commonest class`
        : `accuracy is not above always naming the commonest class (${points} points)` +
          (manifest.edge.shrinkage === 0
            ? ": do not expect this model to earn anything"
            : "; what it trades by is the size of the edge, below"),
    );
  }
  if (typeof informationCoefficient === "number") {
    const scores = manifest.folds.map((fold) => fold.metrics["informationCoefficient"] ?? 0);
    const positive = scores.filter((score) => score > 0).length;
    notes.push(
      `information coefficient ${informationCoefficient.toFixed(3)}, ` +
        `positive in ${positive} of ${scores.length} folds`,
    );
  }
  const { slope, standardError, shrinkage } = manifest.edge;
  notes.push(
    `out of fold, predicted edges came true at ${slope.toFixed(2)} ± ${
      standardError.toFixed(2)
    } of ` +
      (shrinkage === 0
        ? "their size, which cannot be told from nothing: this model will not trade"
        : `their size; ${shrinkage.toFixed(2)} of each is believed`),
  );
  notes.push(...comparisonNotes(manifest), ...manifest.remarks);
  return notes;
}

/** Whether the model is worth its complexity, and what chance looks like on the same rows. */
function comparisonNotes(manifest: ClassifierManifest): string[] {
  const { kind, comparisons, permutedLabels } = manifest;
  const chance = permutedLabels?.["informationCoefficient"];
  return [
    ...comparisons.map(({ name, excessLogLoss: { mean, standardError } }) => {
      const by = `${Math.abs(mean).toFixed(4)} ± ${standardError?.toFixed(4) ?? "?"}`;
      const isClear = standardError !== null &&
        Math.abs(mean) > studentLimit(manifest.folds.length - 1) * standardError;
      if (!isClear) {
        return `the ${kind} cannot be told from the ${name} alone: log loss apart by ${by}`;
      }
      return mean > 0
        ? `the ${kind} is better than the ${name} alone: log loss lower by ${by}`
        : `the ${kind} is worse than the ${name} alone: log loss higher by ${by}`;
    }),
    ...(typeof chance === "number"
      ? [`taught shuffled labels, its information coefficient is ${chance.toFixed(3)}`]
      : []),
  ];
}

/** Two-sided 95 % limit of Student's t (tables of any textbook); the normal one is 1.96. */
function studentLimit(degreesOfFreedom: number): number {
  const limits = [Infinity, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
  return limits[degreesOfFreedom] ?? 2.228;
}
