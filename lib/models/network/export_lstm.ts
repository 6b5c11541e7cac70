import type { LstmLayer } from "./network_model.ts";
import type { Attribute, GraphBuilder, Value } from "../../onnx/mod.ts";
import { checkWeights, inputWidth } from "./layer_weights.ts";

/** Where ONNX's gates input, output, forget, cell stand in the order of `LstmLayer`. */
const GATES = [0, 3, 1, 2];

/**
 * Adds an LSTM as one `LSTM` operator, which begins every window with a state of 0.
 *
 * @param input float32 `[steps of a window, rows, inputs]`
 * @param place names the layer in an error
 * @returns float32 `[steps of a window, rows, units]` when the layer returns its sequence, else
 *   `[rows, units]`
 * @throws {RangeError} when the weights do not have the shapes that `LstmLayer` names
 */
export function addLstm(
  graph: GraphBuilder,
  input: Value,
  layer: LstmLayer,
  place: string,
): Value {
  const { units } = layer;
  const [steps, rows] = input.shape;
  if (input.shape.length !== 3) {
    throw new RangeError(
      `Cannot export ${place} as an LSTM reads a sequence, which an earlier LSTM has to return: ` +
        `current value is [${input.shape.join(", ")}]`,
    );
  }
  const weights = (part: string, values: Float32Array, height: number): Value => {
    checkWeights(values, [height, 4 * units], { place, part });
    return graph.constant(transposeGates(values, height, units), [1, 4 * units, height]);
  };
  const kernel = weights("the LSTM kernel", layer.kernel, inputWidth(input));
  const recurrentKernel = weights("the recurrent LSTM kernel", layer.recurrentKernel, units);
  const [sequence, last] = graph.operation({
    operator: "LSTM",
    inputs: [input, kernel, recurrentKernel, addBias(graph, layer, place)],
    attributes: {
      hidden_size: { kind: "int", value: units },
      ...activations(layer.recurrentActivation),
    },
    outputs: [
      { type: "float32", shape: [steps!, 1, rows!, units] },
      { type: "float32", shape: [1, rows!, units] },
    ],
  });
  return layer.returnsSequence ? graph.squeeze(sequence!, 1) : graph.squeeze(last!, 0);
}

/** `[4 · units, height]` in ONNX's order of gates, from `[height, 4 · units]` in ours. */
function transposeGates(values: Float32Array, height: number, units: number): Float32Array {
  const transposed = new Float32Array(values.length);
  GATES.forEach((gate, g) => {
    for (let u = 0; u < units; u++) {
      for (let i = 0; i < height; i++) {
        transposed[(g * units + u) * height + i] = values[(i * 4 + gate) * units + u]!;
      }
    }
  });
  return transposed;
}

/** `[1, 8 · units]`: ONNX adds two biases; ours is the first, and the second is 0. */
function addBias(graph: GraphBuilder, { bias, units }: LstmLayer, place: string): Value {
  checkWeights(bias, [4 * units], { place, part: "the LSTM bias" });
  const both = new Float32Array(8 * units);
  both.set(transposeGates(bias, 1, units));
  return graph.constant(both, [1, 8 * units]);
}

function activations(gates: LstmLayer["recurrentActivation"]): Record<string, Attribute> {
  if (gates === "sigmoid") {
    return { activations: { kind: "strings", value: ["Sigmoid", "Tanh", "Tanh"] } };
  }
  return {
    activations: { kind: "strings", value: ["HardSigmoid", "Tanh", "Tanh"] },
    activation_alpha: { kind: "floats", value: [0.2] },
    activation_beta: { kind: "floats", value: [0.5] },
  };
}
