import { mean, standardDeviation } from "../statistics/mod.ts";
import { EVIDENCE_COLUMNS, evidenceRow, type PolicyEvidence } from "./confidence.ts";
import {
  fitLogisticWeights,
  logisticProbability,
  type LogisticWeights,
} from "./logistic_weights.ts";

/** Turns evidence into a probability; plain data, to be stored beside the policy. */
export interface ConfidenceCalibration {
  /** Mean of each evidence column in the rows fitted on. */
  readonly means: readonly number[];
  /** Standard deviation of each column; 1 where it never changed. */
  readonly scales: readonly number[];
  /** Line in log-odds on the standardised columns. */
  readonly line: LogisticWeights;
  /** Rows fitted on. */
  readonly rows: number;
  /** Share of them in which the action beat flat. */
  readonly baseRate: number;
}

/** Fewer rows cannot carry six numbers. */
const LEAST_ROWS = 50;

/**
 * Fits P(the action beats flat after cost) by L2 logistic regression on standardised evidence
 * (docs/methods.md#confidence).
 *
 * @param evidence one per row in which the policy left flat, out of fold: by policies whose
 *   training windows exclude the row
 * @param beatsFlat 1 where the action's net return exceeded that of flat
 * @returns null with fewer than 50 rows: then the policy has no confidence at all
 * @throws RangeError when the sizes differ.
 */
export function fitConfidence(
  evidence: readonly PolicyEvidence[],
  beatsFlat: Uint8Array,
  options: { readonly l2?: number } = {},
): ConfidenceCalibration | null {
  if (evidence.length !== beatsFlat.length) {
    throw new RangeError(
      `Cannot calibrate as each of ${evidence.length} rows needs an outcome: current value is ${beatsFlat.length}`,
    );
  }
  if (evidence.length < LEAST_ROWS) return null;
  const columns = EVIDENCE_COLUMNS.map((column) =>
    Float64Array.from(evidence, (row) => row[column])
  );
  const means = columns.map(mean);
  const scales = columns.map((column) => standardDeviation(column) || 1);
  const width = EVIDENCE_COLUMNS.length;
  const inputs = new Float64Array(evidence.length * width);
  evidence.forEach((row, i) => inputs.set(standardise(row, means, scales), i * width));
  const line = fitLogisticWeights(inputs, width, beatsFlat, { l2: options.l2 ?? 1 });
  const baseRate = beatsFlat.reduce((sum, won) => sum + won, 0) / beatsFlat.length;
  return { means, scales, line, rows: evidence.length, baseRate };
}

/** Calibrated probability that the action beats flat after cost. */
export function calibratedProbability(
  { line, means, scales }: ConfidenceCalibration,
  evidence: PolicyEvidence,
): number {
  return logisticProbability(line, standardise(evidence, means, scales));
}

function standardise(
  evidence: PolicyEvidence,
  means: readonly number[],
  scales: readonly number[],
): number[] {
  return evidenceRow(evidence).map((value, j) => (value - means[j]!) / scales[j]!);
}
