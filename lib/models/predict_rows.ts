import type { FeatureRows } from "../features/mod.ts";
import type { Classifier, Scaler } from "./classifier.ts";
import { familyOf, MODEL_FAMILIES } from "./model_families.ts";
import type { ModelFamily } from "./model_family.ts";

/**
 * Class probabilities of some rows, by our own arithmetic.
 *
 * @param scaler of a forest, logistic regression or network; null for none
 * @param frame unscaled
 * @param rows each with the model's window of rows up to it inside the frame
 * @returns row-major `[rows.length, classes]`
 */
export function predictRows(
  model: Classifier,
  scaler: Scaler | null,
  frame: FeatureRows,
  rows: Int32Array,
  families: readonly ModelFamily[] = MODEL_FAMILIES,
): Promise<Float32Array> {
  return familyOf(model.kind, families).predict(model, scaler, frame, rows);
}
