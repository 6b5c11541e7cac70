import type { FeatureRows } from "../features/mod.ts";
import type { Classifier, Scaler } from "./classifier.ts";
import { applyScaler, gatherRows } from "./scaler.ts";

/**
 * Some rows of a frame as a model without a window reads them.
 *
 * @param scaler null for none
 * @returns row-major `[rows.length, columns]`
 */
export function scaledRows(
  scaler: Scaler | null,
  frame: FeatureRows,
  rows: Int32Array,
): Float32Array {
  const gathered = gatherRows(frame, rows);
  return scaler === null ? gathered : applyScaler(scaler, gathered, rows.length);
}

/** @throws {RangeError} when there are not as many values as the rows of a model hold */
export function requireWholeRows(model: Classifier, values: Float32Array, rows: number): void {
  const expected = rows * model.features;
  if (values.length === expected) return;
  throw new RangeError(
    `Cannot predict as ${rows} rows of ${model.features} columns hold ${expected} values: ` +
      `current value is ${values.length}`,
  );
}
