import type { Scaler } from "./classifier.ts";
import type { GraphBuilder, Value } from "../onnx/mod.ts";

/** Features as a model with this scaler reads them; null for none. */
export function addScaled(graph: GraphBuilder, features: Value, scaler: Scaler | null): Value {
  return scaler === null ? features : addScaler(graph, features, scaler);
}

/**
 * Adds a column scaler: (x - center) / scale, clipped to ±clip.
 *
 * @param features float32 `[rows or steps, columns]`
 * @returns float32 of the same shape
 * @throws {RangeError} when the scaler has another number of columns
 */
export function addScaler(graph: GraphBuilder, features: Value, scaler: Scaler): Value {
  const row = (values: Float32Array): Value =>
    graph.constant(Float64Array.from(values), [1, values.length]);
  const centred = graph.binary("Sub", graph.cast(features, "float64"), row(scaler.center));
  const scaled = graph.binary("Div", centred, row(scaler.scale));
  return graph.cast(graph.clip(scaled, -scaler.clip, scaler.clip), "float32");
}
