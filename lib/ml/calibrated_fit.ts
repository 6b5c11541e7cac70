import type {
  Calibration,
  Classifier,
  FitControl,
  Scaler,
  TrainingSet,
} from "../domain/classifier.ts";
import type { FeatureFrame, Labels } from "../domain/frame.ts";
import { CLASS_COUNT } from "../domain/signal.ts";
import { applyCalibration, type CalibrationMethod, fitCalibration } from "./calibration.ts";
import { classOutcomes, withoutDrift } from "./edge.ts";
import { holdoutSplit } from "./folds.ts";
import { fitForest, type ForestParameters } from "./forest/forest.ts";
import { predictProbabilities } from "./forest/predict.ts";
import { fitLogistic, type LogisticParameters } from "./logistic.ts";
import { applyScaler, fitScaler, gatherRows } from "./scaler.ts";
import { gatherWeights } from "./uniqueness.ts";

/** Which model to fit, with its parameters. */
export type ModelRecipe =
  | { readonly kind: "forest"; readonly parameters: ForestParameters }
  | { readonly kind: "logistic"; readonly parameters: LogisticParameters };

/** Share of the rows of a fit, the newest, kept for calibration. */
const CALIBRATION_SHARE = 0.25;
/** What every fit of one training shares. */
export interface FitTask {
  readonly recipe: ModelRecipe;
  readonly calibration: CalibrationMethod;
  readonly seed: number;
  readonly workers: number;
  readonly frame: FeatureFrame;
  readonly labels: Labels;
  /** One per row of the frame. */
  readonly weights: Float64Array;
  readonly onProgress?: (stage: string, fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** A calibrated model with the rows that made it. */
export interface Fitted {
  readonly model: Classifier;
  readonly scaler: Scaler | null;
  readonly calibration: Calibration;
  readonly outcomes: readonly [number, number, number];
  readonly fitRows: Int32Array;
  readonly calibrationRows: Int32Array;
}

/** Fits scaler and model on the older rows and the calibration on the newer ones, purged between. */
export async function fitCalibrated(
  task: FitTask,
  rows: Int32Array,
  stage: string,
): Promise<Fitted> {
  const { recipe, frame, labels, signal } = task;
  const split = holdoutSplit(labels, rows, CALIBRATION_SHARE, embargoBars(labels, frame.rows));
  // Trees split on order alone: scaling would only add rounding.
  const scaler = recipe.kind === "forest" ? null : fitScaler(frame, split.earlier, "robust");
  const set = trainingSet(task, scaler, split.earlier);
  const fit: FitControl = {
    onProgress: (fraction) => task.onProgress?.(stage, fraction),
    ...(signal === undefined ? {} : { signal }),
  };
  const model = recipe.kind === "forest"
    ? await fitForest(set, recipe.parameters, {
      ...fit,
      seed: task.seed,
      workers: task.workers,
    })
    : fitLogistic(set, recipe.parameters, fit);
  const held = trainingSet(task, scaler, split.later);
  const raw = predictProbabilities(model, held.values, held.rows);
  const calibration = fitCalibration(task.calibration, raw, held.classes);
  const calibrated = applyCalibration(calibration, raw, CLASS_COUNT);
  return {
    model,
    scaler,
    calibration,
    outcomes: withoutDrift(classOutcomes(labels, split.earlier), calibrated),
    fitRows: split.earlier,
    calibrationRows: split.later,
  };
}

/** Calibrated probabilities of the given rows, row-major `[rows, 3]`. */
export function predict(task: FitTask, fitted: Fitted, rows: Int32Array): Float32Array {
  const set = trainingSet(task, fitted.scaler, rows);
  const raw = predictProbabilities(fitted.model, set.values, set.rows);
  return applyCalibration(fitted.calibration, raw, CLASS_COUNT);
}

/** The given rows as a training set, scaled when there is a scaler. */
export function trainingSet(task: FitTask, scaler: Scaler | null, rows: Int32Array): TrainingSet {
  const gathered = gatherRows(task.frame, rows);
  return {
    rows: rows.length,
    columns: task.frame.columns.length,
    values: scaler === null ? gathered : applyScaler(scaler, gathered, rows.length),
    classes: Int8Array.from(rows, (row) => task.labels.classes[row]!),
    classCount: CLASS_COUNT,
    weights: gatherWeights(task.weights, rows),
  };
}

/** learning-spec §5.4: the larger of the horizon and 1 % of the series. */
export function embargoBars(labels: Labels, rows: number): number {
  return Math.max(labels.horizonBars, Math.ceil(rows * 0.01));
}
