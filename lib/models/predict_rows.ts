import type { Classifier, Scaler } from "./classifier.ts";
import type { FeatureRows } from "../features/frame.ts";
import { predictProbabilities } from "./forest/predict.ts";
import { applyScaler, gatherRows } from "./scaler.ts";

/**
 * Class probabilities of some rows, by our own arithmetic.
 *
 * @param scaler of a forest, logistic regression or network; null for none
 * @param frame unscaled
 * @param rows each with the model's window of rows up to it inside the frame
 * @returns row-major `[rows.length, classes]`
 */
export async function predictRows(
  model: Classifier,
  scaler: Scaler | null,
  frame: FeatureRows,
  rows: Int32Array,
): Promise<Float32Array> {
  if (model.kind === "forest" || model.kind === "logistic") {
    const gathered = gatherRows(frame, rows);
    const values = scaler === null ? gathered : applyScaler(scaler, gathered, rows.length);
    return predictProbabilities(model, values, rows.length);
  }
  // TensorFlow.js is loaded by those alone who need it.
  if (model.kind === "hybrid") {
    const { predictHybrid } = await import("./hybrid/predict_hybrid.ts");
    return predictHybrid(model, frame, rows);
  }
  const { predictNetwork } = await import("./network/predict_network.ts");
  const steps = frame.values.length / frame.columns.length;
  const values = scaler === null ? frame.values : applyScaler(scaler, frame.values, steps);
  return predictNetwork(model, values, rows);
}
