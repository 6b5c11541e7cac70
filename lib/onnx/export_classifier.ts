import type { Calibration, Classifier, Logistic, Scaler } from "../domain/classifier.ts";
import { addCalibration } from "./export_calibration.ts";
import { addForest } from "./export_forest.ts";
import { GraphBuilder, type Value } from "./graph.ts";
import { OPSET } from "./onnx_messages.ts";

export { OPSET };

/** Name of the model's input, float32 `[rows, features]`. */
export const INPUT_NAME = "features";
/** Name of the model's output, float32 `[rows, classes]`. */
export const OUTPUT_NAME = "probabilities";

/** Everything that turns a raw feature row into calibrated class probabilities. */
export interface ClassifierParts {
  /** Reads the scaled features. */
  readonly model: Classifier;
  /** Applied to the features first; null for none. */
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
 * Every stage computes in float64 and hands float32 to the next, as our own arithmetic does with
 * its Float32Arrays, so the two agree to the last bit or one beside it.
 *
 * @throws {RangeError} when scaler, model and calibration differ in width
 * @example
 * ```ts
 * import { exportClassifier } from "./export_classifier.ts";
 * import { availableEngine, createSession } from "./session.ts";
 * import { assertClose } from "../utils/assert.ts";
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
export function exportClassifier(parts: ClassifierParts): Uint8Array {
  const { model, scaler, calibration } = parts;
  const graph = new GraphBuilder();
  const features = graph.input(INPUT_NAME, "float32", ["rows", model.features]);
  const scaled = scaler === null ? features : addScaler(graph, features, scaler);
  const raw = model.kind === "forest"
    ? addForest(graph, scaled, model)
    : addLogistic(graph, scaled, model);
  graph.output(OUTPUT_NAME, addCalibration(graph, raw, calibration));
  return graph.toModel(parts.metadata);
}

/** (x - center) / scale, clipped to ±clip. */
function addScaler(graph: GraphBuilder, features: Value, scaler: Scaler): Value {
  const row = (values: Float32Array): Value =>
    graph.constant(Float64Array.from(values), [1, values.length]);
  const limit = (value: number): Value => graph.constant(Float64Array.of(value), [1]);
  const centred = graph.binary("Sub", graph.cast(features, "float64"), row(scaler.center));
  const scaled = graph.binary("Div", centred, row(scaler.scale));
  const floored = graph.binary("Max", scaled, limit(-scaler.clip));
  return graph.cast(graph.binary("Min", floored, limit(scaler.clip)), "float32");
}

/** softmax(x · weights + intercepts). */
function addLogistic(graph: GraphBuilder, features: Value, model: Logistic): Value {
  const weights = graph.constant(Float64Array.from(model.weights), [model.features, model.classes]);
  const intercepts = graph.constant(Float64Array.from(model.intercepts), [1, model.classes]);
  const products = graph.matMul(graph.cast(features, "float64"), weights);
  return graph.cast(graph.softmax(graph.binary("Add", products, intercepts)), "float32");
}
