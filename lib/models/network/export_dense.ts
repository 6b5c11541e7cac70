import type { Activation, DenseLayer } from "./network_model.ts";
import type { GraphBuilder, Value } from "../../onnx/mod.ts";
import { addWeights, inputWidth } from "./layer_weights.ts";

/**
 * Adds a dense layer in float32, on the last axis of its input.
 *
 * @param input float32 `[…, inputs]`
 * @param place names the layer in an error
 * @returns float32 `[…, outputs]`
 * @throws {RangeError} when the weights do not fill `[inputs, outputs]`
 */
export function addDense(
  graph: GraphBuilder,
  input: Value,
  layer: DenseLayer,
  place: string,
): Value {
  const outputs = layer.bias.length;
  const shape = [inputWidth(input), outputs];
  const weights = addWeights(graph, layer.weights, shape, { place, part: "the dense weights" });
  const bias = graph.constant(layer.bias, [outputs]);
  const sums = graph.binary("Add", graph.matMul(input, weights), bias);
  return addActivation(graph, sums, layer.activation);
}

function addActivation(graph: GraphBuilder, sums: Value, activation: Activation): Value {
  switch (activation) {
    case "linear":
      return sums;
    case "relu":
      return graph.unary("Relu", sums);
    case "tanh":
      return graph.unary("Tanh", sums);
    case "sigmoid":
      return graph.unary("Sigmoid", sums);
    case "softmax":
      return graph.softmax(sums);
  }
}
