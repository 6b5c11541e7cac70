import type { ReliabilityBin } from "../records/mod.ts";
import { clippedLogit, fitLogisticLine, type LogisticLine } from "../models/mod.ts";

/** Keeps the log loss of a certain and wrong prediction finite: the resolution of float32. */
const LOG_LOSS_MARGIN = 2 ** -23;
const ECE_BINS = 10;
/** Two-sided 95 % quantile of the standard normal. */
const Z_95 = 1.959963984540054;

/** How good predicted probabilities are; null where the rows do not define a number. */
export interface ClassificationMetrics {
  /** Share of rows whose most probable class is the true one. */
  readonly accuracy: number | null;
  /** Share of the most frequent class: the accuracy of always saying the same. */
  readonly baseRateAccuracy: number | null;
  /** Mean of -ln p(true class), p kept 2⁻²³ away from 0. */
  readonly logLoss: number | null;
  /** Log loss of always giving the class frequencies of these rows. */
  readonly baseRateLogLoss: number | null;
  /** Mean over rows of Σ (p - 1{true class})², 0 … 2 (Brier 1950). */
  readonly brier: number | null;
  /** Mean over classes of the expected calibration error over 10 bins of equal mass. */
  readonly ece: number | null;
  /**
   * Slope of a logistic regression of 1{true class} on logit(p), all classes pooled (of two, the
   * second only, as the first is its mirror). 1 is right, below 1 too extreme. Null when p never
   * varies, when there is one class only, or when p separates the classes.
   */
  readonly slope: number | null;
  /** Intercept of the same regression: 0 is right. Null with the slope. */
  readonly intercept: number | null;
}

/**
 * Scores predicted class probabilities against what came.
 *
 * @param probabilities row-major `[rows, classCount]`
 * @param classes true class of each row, 0 … classCount - 1
 * @param weights non-negative, one per row; 1 each when absent
 * @returns all null when no row has weight
 * @example
 * ```ts
 * import { classificationMetrics } from "./classification_metrics.ts";
 * import { assertClose, assertEquals } from "../../tests/assert.ts";
 *
 * const metrics = classificationMetrics(
 *   Float32Array.of(0.75, 0.25, 0.25, 0.75, 0.25, 0.75),
 *   Int8Array.of(0, 1, 0),
 *   2,
 * );
 * assertClose(metrics.accuracy!, 2 / 3, 1e-12);
 * assertClose(metrics.brier!, (0.125 + 0.125 + 1.125) / 3, 1e-12);
 * assertEquals(classificationMetrics(new Float32Array(), new Int8Array(), 2).accuracy, null);
 * ```
 */
export function classificationMetrics(
  probabilities: Float32Array,
  classes: Int8Array,
  classCount: number,
  weights: Float64Array = new Float64Array(classes.length).fill(1),
): ClassificationMetrics {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const line = calibrationLine(probabilities, classes, classCount, weights);
  const frequencies = Array.from(
    { length: classCount },
    (_, k) => classes.reduce((sum, label, i) => label === k ? sum + weights[i]! : sum, 0) / total,
  );
  const mean = (score: (row: number) => number): number | null =>
    total > 0 ? classes.reduce((sum, _, i) => sum + weights[i]! * score(i), 0) / total : null;
  const p = (row: number, k: number): number => probabilities[row * classCount + k]!;

  return {
    accuracy: mean((row) => mostProbable(probabilities, row, classCount) === classes[row] ? 1 : 0),
    baseRateAccuracy: total > 0 ? Math.max(...frequencies) : null,
    logLoss: mean((row) => -Math.log(Math.max(LOG_LOSS_MARGIN, p(row, classes[row]!)))),
    baseRateLogLoss: mean((row) => -Math.log(frequencies[classes[row]!]!)),
    brier: mean((row) => brierScore(probabilities, row, classCount, classes[row]!)),
    ece: total > 0 ? classwiseError(probabilities, classes, classCount, weights) : null,
    slope: line?.slope ?? null,
    intercept: line?.intercept ?? null,
  };
}

/**
 * Predicted against observed frequency of one class in bins of (nearly) equal mass. Rows of one
 * probability are never split, so there may be fewer bins than asked for.
 *
 * @param probabilities row-major `[rows, classes]`
 * @param classes true class of each row
 * @example
 * ```ts
 * import { reliabilityBins } from "./classification_metrics.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const p = Float32Array.of(0.75, 0.25, 0.75, 0.25, 0.5, 0.5, 0.5, 0.5);
 * const bins = reliabilityBins(p, Int8Array.of(0, 1, 1, 1), 1, 2);
 * assertEquals(bins.map((bin) => [bin.meanPredicted, bin.observed]), [[0.25, 0.5], [0.5, 1]]);
 * ```
 */
export function reliabilityBins(
  probabilities: Float32Array,
  classes: Int8Array,
  classIndex: number,
  bins = 10,
): readonly ReliabilityBin[] {
  const classCount = probabilities.length / classes.length;
  const p = column(probabilities, classes.length, classCount, classIndex);
  const weights = new Float64Array(classes.length).fill(1);
  return equalMassBins(p, weights, bins).map((members) => {
    const mean = (value: (row: number) => number): number =>
      members.reduce((sum, row) => sum + value(row), 0) / members.length;
    const observed = mean((row) => classes[row] === classIndex ? 1 : 0);
    return {
      meanPredicted: mean((row) => p[row]!),
      observed,
      rows: members.length,
      ...wilsonInterval(observed, members.length),
    };
  });
}

function mostProbable(probabilities: Float32Array, row: number, classCount: number): number {
  let best = 0;
  for (let k = 1; k < classCount; k++) {
    if (probabilities[row * classCount + k]! > probabilities[row * classCount + best]!) best = k;
  }
  return best;
}

function brierScore(
  probabilities: Float32Array,
  row: number,
  classCount: number,
  label: number,
): number {
  let sum = 0;
  for (let k = 0; k < classCount; k++) {
    sum += (probabilities[row * classCount + k]! - (k === label ? 1 : 0)) ** 2;
  }
  return sum;
}

function classwiseError(
  probabilities: Float32Array,
  classes: Int8Array,
  classCount: number,
  weights: Float64Array,
): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let error = 0;
  for (let k = 0; k < classCount; k++) {
    const p = column(probabilities, classes.length, classCount, k);
    for (const members of equalMassBins(p, weights, ECE_BINS)) {
      const gap = members.reduce(
        (sum, row) => sum + weights[row]! * (p[row]! - (classes[row] === k ? 1 : 0)),
        0,
      );
      error += Math.abs(gap) / total;
    }
  }
  return error / classCount;
}

function calibrationLine(
  probabilities: Float32Array,
  classes: Int8Array,
  classCount: number,
  weights: Float64Array,
): LogisticLine | null {
  const firstClass = classCount === 2 ? 1 : 0;
  const logits: number[] = [], targets: number[] = [], stacked: number[] = [];
  classes.forEach((label, row) => {
    for (let k = firstClass; k < classCount; k++) {
      logits.push(clippedLogit(probabilities[row * classCount + k]!));
      targets.push(label === k ? 1 : 0);
      stacked.push(weights[row]!);
    }
  });
  const isConstant = logits.every((logit) => logit === logits[0]);
  return isConstant ? null : fitLogisticLine(logits, targets, stacked);
}

/** Row numbers of each bin, in order of probability; empty bins are left out. */
function equalMassBins(p: Float32Array, weights: Float64Array, bins: number): number[][] {
  const order = Uint32Array.from(p, (_, row) => row).sort((i, j) => p[i]! - p[j]! || i - j);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const filled: number[][] = Array.from({ length: bins }, () => []);
  let massBefore = 0, tieStart = 0, last = NaN;
  for (const row of order) {
    if (p[row] !== last) tieStart = massBefore;
    last = p[row]!;
    filled[Math.min(bins - 1, Math.floor(tieStart / total * bins))]!.push(row);
    massBefore += weights[row]!;
  }
  return filled.filter((members) => members.length > 0);
}

function column(
  probabilities: Float32Array,
  rows: number,
  classCount: number,
  classIndex: number,
): Float32Array {
  return Float32Array.from({ length: rows }, (_, i) => probabilities[i * classCount + classIndex]!);
}

/** Wilson (1927) score interval of a binomial share. */
function wilsonInterval(share: number, rows: number): { low: number; high: number } {
  const z2 = Z_95 ** 2;
  const centre = (share + z2 / (2 * rows)) / (1 + z2 / rows);
  const margin = Z_95 / (1 + z2 / rows) *
    Math.sqrt(share * (1 - share) / rows + z2 / (4 * rows * rows));
  return { low: Math.max(0, centre - margin), high: Math.min(1, centre + margin) };
}
