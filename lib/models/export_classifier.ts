import { GraphBuilder, INPUT_NAME, OUTPUT_NAME } from "../onnx/mod.ts";
import { addCalibration } from "./calibration/export_calibration.ts";
import { type Calibration, type Classifier, modelWindow, type Scaler } from "./classifier.ts";
import { familyOf, MODEL_FAMILIES } from "./model_families.ts";
import type { ModelFamily } from "./model_family.ts";

/** Everything that turns raw feature rows into calibrated class probabilities. */
export interface ClassifierParts<Model extends Classifier = Classifier> {
  /** Reads the scaled features. */
  readonly model: Model;
  /** Applied to the features first; null for none, and for a hybrid, which has its own. */
  readonly scaler: Scaler | null;
  /** Applied to the model's probabilities. */
  readonly calibration: Calibration;
  /** Stored in the file: name, columns, hashes and whatever else identifies the model. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes a fitted classifier with its scaler and calibration as one ONNX file: input `features`,
 * output `probabilities`. The same parts give the same bytes.
 *
 * Networks compute in float32, as they were trained; every other stage computes in float64 and
 * hands float32 to the next, as our own arithmetic does with its Float32Arrays, so the two agree to
 * the last bit or one beside it.
 *
 * @throws {InputError} when the model is of none of the families
 * @throws {RangeError} when scaler, model and calibration differ in width, or a network's layers do
 * @example
 * ```ts
 * import { exportClassifier } from "./export_classifier.ts";
 * import { availableEngine, createSession } from "../onnx/session.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * const onnx = exportClassifier({
 *   model: {
 *     kind: "logistic",
 *     features: 1,
 *     classes: 2,
 *     weights: Float32Array.of(0, 1),
 *     intercepts: Float32Array.of(0, 0),
 *   },
 *   scaler: null,
 *   calibration: { method: "none" },
 *   metadata: { name: "example" },
 * });
 * const session = await createSession(onnx, { engine: await availableEngine() });
 * const probabilities = await session.run(Float32Array.of(2), 1);
 * assertClose(probabilities[1]!, 1 / (1 + Math.exp(-2)), 1e-6);
 * await session.dispose();
 * ```
 */
export function exportClassifier<Model extends Classifier>(
  { model, scaler, calibration, metadata }: ClassifierParts<Model>,
  families: readonly ModelFamily[] = MODEL_FAMILIES,
): Uint8Array {
  const graph = new GraphBuilder();
  const steps = modelWindow(model) === 1 ? "rows" : "steps";
  const features = graph.input(INPUT_NAME, "float32", [steps, model.features]);
  const family = familyOf(model.kind, families);
  const probabilities = family.addToGraph(graph, features, model, scaler);
  graph.output(OUTPUT_NAME, addCalibration(graph, probabilities, calibration));
  return graph.toModel(metadata);
}
