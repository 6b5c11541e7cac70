import type { Calibration } from "../classifier.ts";
import { InputError } from "../../core/mod.ts";
import { PLATT_MARGIN } from "./export_calibration.ts";
import { fitIsotonic, interpolate } from "./isotonic.ts";
import { fitLogisticLine, type LogisticLine, sigmoid } from "./logistic_line.ts";

/** Every way to turn a model's scores into probabilities. */
export const CALIBRATION_METHODS = ["platt", "isotonic", "none"] as const;
/** One of `CALIBRATION_METHODS`. */
export type CalibrationMethod = typeof CALIBRATION_METHODS[number];

/** Isotonic regression overfits on fewer rows (docs/methods.md#labels-and-weights). */
const ISOTONIC_MINIMUM_ROWS = 1000;

/**
 * Fits one curve per class on rows that the model was not fitted on, each class against the rest.
 *
 * - `platt`: logistic regression on the log odds of p with the targets (n₊ + 1)/(n₊ + 2) and
 *   1/(n₋ + 2), so that no finite sample makes the model certain (Platt 1999).
 * - `isotonic`: centred isotonic regression, see `fitIsotonic`.
 *
 * @param probabilities row-major `[rows, classes]`
 * @param classes true class of each row, 0 … classes - 1
 * @param weights non-negative, one per row; only their ratios matter; 1 each when absent
 * @throws {InputError} when isotonic has fewer than 1000 rows of positive weight
 * @throws {RangeError} when there is no row of positive weight, or the lengths do not fit
 * @example
 * ```ts
 * import { applyCalibration, fitCalibration } from "./calibration.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * // The model gives class 1 a chance of 0.9 where 3 of 5 are right; 2 others are of class 0.
 * const p = Float32Array.of(.1, .9, .1, .9, .1, .9, .1, .9, .1, .9, .9, .1, .9, .1);
 * const calibration = fitCalibration("platt", p, Int8Array.of(1, 1, 1, 0, 0, 0, 0));
 * const [, up] = applyCalibration(calibration, Float32Array.of(.1, .9), 2);
 * assertClose(up!, (3 * 4 / 5 + 2 * 1 / 6) / 5, 1e-6); // the mean of Platt's targets
 * ```
 */
export function fitCalibration(
  method: CalibrationMethod,
  probabilities: Float32Array,
  classes: Int8Array,
  weights?: Float64Array,
): Calibration {
  if (method === "none") return { method };
  const sample = weightedSample(probabilities, classes, weights);
  if (method === "isotonic") {
    requireIsotonicRows(sample.rows.length);
    const curves = eachClass(sample, (p, isClass) => fitIsotonic(p, isClass, sample.weights));
    return { method, x: curves.map((curve) => curve.x), y: curves.map((curve) => curve.y) };
  }
  const lines = eachClass(sample, (p, isClass) => fitPlatt(p, isClass, sample.weights));
  return {
    method,
    slope: lines.map((line) => line.slope),
    intercept: lines.map((line) => line.intercept),
  };
}

/**
 * Applies a calibration, then divides every row by its sum; a row whose curves are all 0 becomes
 * uniform. The exported ONNX graph does the same arithmetic.
 *
 * @param probabilities row-major `[rows, classCount]`; not changed
 * @returns row-major `[rows, classCount]`
 */
export function applyCalibration(
  calibration: Calibration,
  probabilities: Float32Array,
  classCount: number,
): Float32Array {
  const calibrated = probabilities.slice();
  if (calibration.method === "none") return calibrated;
  const curve = classCurve(calibration);
  const row = new Float64Array(classCount);
  for (let first = 0; first < probabilities.length; first += classCount) {
    let sum = 0;
    for (let k = 0; k < classCount; k++) sum += row[k] = curve(k, probabilities[first + k]!);
    for (let k = 0; k < classCount; k++) {
      calibrated[first + k] = sum > 0 ? row[k]! / sum : 1 / classCount;
    }
  }
  return calibrated;
}

/**
 * Log odds of a probability kept inside [1e-6, 1 - 1e-6].
 *
 * @example
 * ```ts
 * import { clippedLogit } from "./calibration.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(clippedLogit(0.5), 0);
 * assertEquals(clippedLogit(0), clippedLogit(1e-6));
 * ```
 */
export function clippedLogit(probability: number): number {
  const p = Math.min(1 - PLATT_MARGIN, Math.max(PLATT_MARGIN, probability));
  return Math.log(p / (1 - p));
}

function classCurve(
  calibration: Exclude<Calibration, { method: "none" }>,
): (k: number, p: number) => number {
  if (calibration.method === "platt") {
    const { slope, intercept } = calibration;
    return (k, p) => sigmoid(slope[k]! * clippedLogit(p) + intercept[k]!);
  }
  const curves = calibration.x.map((x, k) => ({ x, y: calibration.y[k]! }));
  return (k, p) => interpolate(curves[k]!, p);
}

interface Sample {
  readonly probabilities: Float32Array;
  readonly classCount: number;
  readonly classes: Int8Array;
  /** Rows of positive weight. */
  readonly rows: Uint32Array;
  /** One per entry of `rows`, with mean 1. */
  readonly weights: Float64Array;
}

function weightedSample(
  probabilities: Float32Array,
  classes: Int8Array,
  weights: Float64Array | undefined,
): Sample {
  const classCount = probabilities.length / classes.length;
  const rows = Uint32Array.from(classes, (_, row) => row)
    .filter((row) => weights === undefined || weights[row]! > 0);
  const fits = Number.isInteger(classCount) && (weights ?? classes).length === classes.length;
  if (!fits || rows.length === 0) {
    throw new RangeError(
      `Cannot fit a calibration as it needs rows of positive weight and equal number: current ` +
        `value is ${probabilities.length} probabilities, ${classes.length} classes, ` +
        `${rows.length} rows of positive weight`,
    );
  }
  const kept = Float64Array.from(rows, (row) => weights?.[row] ?? 1);
  const mean = kept.reduce((sum, weight) => sum + weight, 0) / kept.length;
  return { probabilities, classCount, classes, rows, weights: kept.map((w) => w / mean) };
}

function eachClass<T>(
  { probabilities, classCount, classes, rows }: Sample,
  fit: (p: Float64Array, isClass: Float64Array) => T,
): T[] {
  return Array.from({ length: classCount }, (_, k) =>
    fit(
      Float64Array.from(rows, (row) => probabilities[row * classCount + k]!),
      Float64Array.from(rows, (row) => classes[row] === k ? 1 : 0),
    ));
}

function fitPlatt(p: Float64Array, isClass: Float64Array, weights: Float64Array): LogisticLine {
  let positive = 0, negative = 0;
  isClass.forEach((target, i) => target === 1 ? positive += weights[i]! : negative += weights[i]!);
  const high = (positive + 1) / (positive + 2);
  const low = 1 / (negative + 2);
  const line = fitLogisticLine(
    p.map(clippedLogit),
    isClass.map((target) => target === 1 ? high : low),
    weights,
  );
  if (line === null) {
    throw new Error("Cannot fit Platt scaling as Newton's method did not converge");
  }
  return line;
}

function requireIsotonicRows(rows: number): void {
  if (rows < ISOTONIC_MINIMUM_ROWS) {
    throw new InputError(
      `Cannot fit isotonic calibration on fewer than ${ISOTONIC_MINIMUM_ROWS} held-out rows: ` +
        `there are ${rows}`,
      { remedy: "give more bars or use --calibration platt" },
    );
  }
}
