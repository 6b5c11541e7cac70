import type { Calibration } from "./classifier.ts";
import type { FeatureRows } from "../features/mod.ts";
import { CLASS_COUNT } from "../market/mod.ts";
import { applyCalibration, fitCalibration } from "./calibration/calibration.ts";
import { classOutcomes, withoutDrift } from "./edge.ts";
import { fitClassifier } from "./fit_classifier.ts";
import type { FittedClassifier } from "./model_family.ts";
import { classesOf, embargoBars, type FitTask } from "./fit_task.ts";
import { holdoutSplit } from "../labels/mod.ts";
import { predictRows } from "./predict_rows.ts";

/** Share of the rows of a fit, the newest, kept for calibration. */
const CALIBRATION_SHARE = 0.25;

/** A calibrated model with the rows that made it. */
export interface Fitted extends FittedClassifier {
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
  return calibrate(
    task,
    rows,
    await fitClassifier(task, splitForCalibration(task, rows).earlier, stage),
  );
}

/** Calibrates a model that was fitted on the older of the rows. */
export async function calibrate(
  task: FitTask,
  rows: Int32Array,
  { model, scaler, curves, remarks }: FittedClassifier,
): Promise<Fitted> {
  const { frame, labels } = task;
  const { earlier, later } = splitForCalibration(task, rows);
  const raw = await predictRows(model, scaler, frame, later, task.families);
  const calibration = fitCalibration(task.calibration, raw, classesOf(labels, later));
  const calibrated = applyCalibration(calibration, raw, CLASS_COUNT);
  return {
    model,
    scaler,
    curves,
    remarks,
    calibration,
    outcomes: withoutDrift(classOutcomes(labels, earlier), calibrated),
    fitRows: earlier,
    calibrationRows: later,
  };
}

/**
 * Cuts the rows of a fit into older ones to learn from and newer ones to calibrate on.
 *
 * @throws {InputError} when either part would be empty
 */
export function splitForCalibration(
  { labels, frame }: Pick<FitTask, "labels" | "frame">,
  rows: Int32Array,
): { readonly earlier: Int32Array; readonly later: Int32Array } {
  return holdoutSplit(labels, rows, CALIBRATION_SHARE, embargoBars(labels, frame.rows));
}

/** Calibrated probabilities of the given rows, row-major `[rows, 3]`. */
export async function predict(
  fitted: Fitted,
  frame: FeatureRows,
  rows: Int32Array,
  families?: FitTask["families"],
): Promise<Float32Array> {
  const raw = await predictRows(fitted.model, fitted.scaler, frame, rows, families);
  return applyCalibration(fitted.calibration, raw, CLASS_COUNT);
}
