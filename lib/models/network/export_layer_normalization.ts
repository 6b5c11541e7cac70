import type { LayerNormalization } from "./network_model.ts";
import type { GraphBuilder, Value } from "../../onnx/mod.ts";
import { addWeights, inputWidth } from "./layer_weights.ts";

/**
 * Adds a layer normalisation over the last axis, as the operator that opset 17 brought.
 *
 * @param input float32 `[…, inputs]`
 * @param place names the layer in an error
 * @returns float32 of the same shape
 * @throws {RangeError} when gain or offset do not have one number per input
 */
export function addLayerNormalization(
  graph: GraphBuilder,
  input: Value,
  layer: LayerNormalization,
  place: string,
): Value {
  const shape = [inputWidth(input)];
  const gain = addWeights(graph, layer.gain, shape, { place, part: "the gain" });
  const offset = addWeights(graph, layer.offset, shape, { place, part: "the offset" });
  const [normalized] = graph.operation({
    operator: "LayerNormalization",
    inputs: [input, gain, offset],
    attributes: {
      axis: { kind: "int", value: input.shape.length - 1 },
      epsilon: { kind: "float", value: layer.epsilon },
    },
    outputs: [{ type: input.type, shape: input.shape }],
  });
  return normalized!;
}
