import type { Scaler, TrainingSet } from "./classifier.ts";
import type { FeatureFrame } from "../features/mod.ts";
import { gatherWeights, type Labels } from "../labels/mod.ts";
import { CLASS_COUNT } from "../market/mod.ts";
import type { CalibrationMethod } from "./calibration/calibration.ts";
import type { ModelFamily, ModelRecipe } from "./model_family.ts";
import type { Checkpoints } from "../core/mod.ts";
import { scaledRows } from "./scaled_rows.ts";

/** What every fit of one training shares. */
export interface FitTask {
  readonly recipe: ModelRecipe;
  /** Where its kind is looked up, and those of what it is compared with. @default MODEL_FAMILIES */
  readonly families?: readonly ModelFamily[];
  readonly calibration: CalibrationMethod;
  readonly seed: number;
  readonly workers: number;
  readonly frame: FeatureFrame;
  readonly labels: Labels;
  /** One per row of the frame. */
  readonly weights: Float64Array;
  /** Where a long fit keeps its state; nowhere when absent. */
  readonly checkpoints?: Checkpoints;
  readonly onProgress?: (stage: string, fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** The given rows as a training set, scaled when there is a scaler. */
export function trainingSet(
  task: Pick<FitTask, "frame" | "labels" | "weights">,
  scaler: Scaler | null,
  rows: Int32Array,
): TrainingSet {
  return {
    rows: rows.length,
    columns: task.frame.columns.length,
    values: scaledRows(scaler, task.frame, rows),
    classes: classesOf(task.labels, rows),
    classCount: CLASS_COUNT,
    weights: gatherWeights(task.weights, rows),
  };
}

/** Class of each of the rows. */
export function classesOf(labels: Labels, rows: Int32Array): Int8Array {
  return Int8Array.from(rows, (row) => labels.classes[row]!);
}

/** docs/methods.md#purging-and-stacking: the larger of the horizon and 1 % of the series. */
export function embargoBars(labels: Labels, rows: number): number {
  return Math.max(labels.horizonBars, Math.ceil(rows * 0.01));
}
