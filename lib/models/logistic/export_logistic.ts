import type { GraphBuilder, Value } from "../../onnx/mod.ts";
import type { Logistic } from "./logistic_model.ts";

/**
 * Adds softmax(x · weights + intercepts), computed in float64.
 *
 * @param features float32 `[rows, model.features]`
 * @returns float32 `[rows, model.classes]`
 */
export function addLogistic(graph: GraphBuilder, features: Value, model: Logistic): Value {
  const weights = graph.constant(Float64Array.from(model.weights), [model.features, model.classes]);
  const intercepts = graph.constant(Float64Array.from(model.intercepts), [1, model.classes]);
  const products = graph.matMul(graph.cast(features, "float64"), weights);
  return graph.cast(graph.softmax(graph.binary("Add", products, intercepts)), "float32");
}
