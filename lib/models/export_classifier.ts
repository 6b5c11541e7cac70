import {
  type Calibration,
  type Classifier,
  type Logistic,
  modelWindow,
  type Scaler,
} from "./classifier.ts";
import { addCalibration } from "./calibration/export_calibration.ts";
import { addForest } from "./forest/export_forest.ts";
import { addHybrid } from "./hybrid/export_hybrid.ts";
import { addNetwork } from "./network/export_network.ts";
import { addScaler } from "./export_scaler.ts";
import { GraphBuilder, type Value } from "../onnx/graph.ts";
import { OPSET } from "../onnx/onnx_messages.ts";
import { INPUT_NAME, OUTPUT_NAME } from "../onnx/tensor_names.ts";

export { OPSET };

/** Everything that turns raw feature rows into calibrated class probabilities. */
export interface ClassifierParts {
  /** Reads the scaled features. */
  readonly model: Classifier;
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
export function exportClassifier(parts: ClassifierParts): Uint8Array {
  const { model, scaler, calibration } = parts;
  const graph = new GraphBuilder();
  const steps = modelWindow(model) === 1 ? "rows" : "steps";
  const features = graph.input(INPUT_NAME, "float32", [steps, model.features]);
  const scaled = scaler === null ? features : addScaler(graph, features, scaler);
  graph.output(OUTPUT_NAME, addCalibration(graph, addModel(graph, scaled, parts), calibration));
  return graph.toModel(parts.metadata);
}

function addModel(graph: GraphBuilder, features: Value, { model, scaler }: ClassifierParts): Value {
  switch (model.kind) {
    case "forest":
      return addForest(graph, features, model);
    case "logistic":
      return addLogistic(graph, features, model);
    case "network":
      return addNetwork(graph, features, model);
    case "hybrid":
      if (scaler === null) return addHybrid(graph, features, model);
      throw new RangeError(
        "Cannot export a hybrid as its forest reads unscaled rows: current value is a scaler for all",
      );
  }
}

/** softmax(x · weights + intercepts). */
function addLogistic(graph: GraphBuilder, features: Value, model: Logistic): Value {
  const weights = graph.constant(Float64Array.from(model.weights), [model.features, model.classes]);
  const intercepts = graph.constant(Float64Array.from(model.intercepts), [1, model.classes]);
  const products = graph.matMul(graph.cast(features, "float64"), weights);
  return graph.cast(graph.softmax(graph.binary("Add", products, intercepts)), "float32");
}
