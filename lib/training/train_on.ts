import type { CalibrationMethod, ModelRecipe } from "../models/mod.ts";
import { DEFAULT_FEATURES, type FeatureSpec } from "../features/mod.ts";
import { DEFAULT_LABELS, type LabelSpec } from "../labels/mod.ts";
import { type TrainedModel, trainModel } from "./trainer.ts";
import { type CostRequest, requestedCosts, roundTripCostTicks } from "../trading/mod.ts";
import type { Backend } from "../tensor/mod.ts";
import type { OpenedData } from "../data/mod.ts";
import type { TaskControl } from "../core/mod.ts";
import { hardware, versions } from "../core/program.ts";
import type { TrainingKinds } from "./training_kinds.ts";

/** How to train, apart from the data. */
export interface TrainSettings {
  /** Registry name; `<symbol>-<model>` when absent. */
  readonly name?: string;
  readonly recipe: ModelRecipe;
  /** Where the kinds of recipe and labels are looked up. @default TRAINING_KINDS */
  readonly kinds?: TrainingKinds;
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

/** Trains on data that is already open, without registering. */
export function trainOn(
  opened: OpenedData,
  settings: TrainSettings,
  control: TaskControl,
): Promise<TrainedModel> {
  const { bars, calendar, session, source } = opened;
  const costs = requestedCosts(bars.instrument, settings.costs, session.tradeDay[0] ?? 0);
  return trainModel({
    name: trainedName(opened, settings),
    recipe: settings.recipe,
    ...(settings.kinds === undefined ? {} : { kinds: settings.kinds }),
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

export function trainedName({ bars }: OpenedData, { name, recipe }: TrainSettings): string {
  return name ?? `${bars.instrument.symbol}-${recipe.kind}`;
}
