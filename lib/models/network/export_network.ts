import type { Network, NetworkLayer } from "./network_model.ts";
import { addDense } from "./export_dense.ts";
import { addLayerNormalization } from "./export_layer_normalization.ts";
import { addLstm } from "./export_lstm.ts";
import { addFlatWindows, addSequenceWindows } from "./export_window.ts";
import type { GraphBuilder, Value } from "../../onnx/mod.ts";

/**
 * Adds a network in float32: the mean over its members' probabilities.
 *
 * Layers before a member's first LSTM work on single rows, so they run once per row, and the
 * windows are cut from what they give. A member without an LSTM normalises single rows, and its
 * first dense layer reads the window's rows end to end, oldest first: `window · n` inputs.
 *
 * @param features float32 `[steps, network.features]`, consecutive rows, oldest first
 * @returns float32 `[rows, network.classes]` where rows = steps - window + 1
 * @throws {RangeError} when the layers do not fit each other, in words that name the layer
 * @example
 * ```ts
 * import { addNetwork } from "./export_network.ts";
 * import { GraphBuilder } from "../../onnx/graph.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const graph = new GraphBuilder();
 * const features = graph.input("features", "float32", ["steps", 2]);
 * const probabilities = addNetwork(graph, features, {
 *   kind: "lstm",
 *   features: 2,
 *   classes: 3,
 *   window: 10,
 *   members: [[{
 *     kind: "dense",
 *     weights: new Float32Array(10 * 2 * 3),
 *     bias: new Float32Array(3),
 *     activation: "softmax",
 *   }]],
 * });
 * assertEquals(probabilities.shape, ["rows", 3]);
 * ```
 */
export function addNetwork(graph: GraphBuilder, features: Value, network: Network): Value {
  checkNetwork(features, network);
  const members = network.members.map((layers, m) => {
    const probabilities = addMember(graph, features, layers, { network, member: m + 1 });
    checkProbabilities(probabilities, network, m + 1);
    return probabilities;
  });
  return members.length === 1 ? members[0]! : graph.mean(members);
}

/**
 * Adds the layers of one member, windows included.
 *
 * @returns what its last layer gives
 * @throws {RangeError} when the layers do not fit each other
 */
export function addMember(
  graph: GraphBuilder,
  features: Value,
  layers: readonly NetworkLayer[],
  { network, member }: {
    readonly network: Pick<Network, "window">;
    readonly member: number;
  },
): Value {
  const first = firstWindowLayer(layers);
  let value = features;
  layers.forEach((layer, l) => {
    if (l === first) {
      const addWindows = layer.kind === "lstm" ? addSequenceWindows : addFlatWindows;
      value = addWindows(graph, value, network.window);
    }
    value = addLayer(graph, value, layer, `layer ${l + 1} of member ${member}`);
  });
  return value;
}

/** The first layer that reads a whole window: the first LSTM, or else the first dense layer. */
function firstWindowLayer(layers: readonly NetworkLayer[]): number {
  const firstLstm = layers.findIndex((layer) => layer.kind === "lstm");
  return firstLstm >= 0 ? firstLstm : layers.findIndex((layer) => layer.kind === "dense");
}

function addLayer(graph: GraphBuilder, input: Value, layer: NetworkLayer, place: string): Value {
  switch (layer.kind) {
    case "dense":
      return addDense(graph, input, layer, place);
    case "layer-normalization":
      return addLayerNormalization(graph, input, layer, place);
    case "lstm":
      return addLstm(graph, input, layer, place);
  }
}

function checkNetwork(features: Value, network: Network): void {
  const { window, members } = network;
  if (!Number.isSafeInteger(window) || window < 1) {
    throw new RangeError(
      `Cannot export a network as its window must be a whole number from 1: current value is ${window}`,
    );
  }
  if (features.shape[1] !== network.features) {
    throw new RangeError(
      `Cannot export a network as it reads ${network.features} columns: current value is ${
        features.shape[1]
      } columns`,
    );
  }
  if (members.length === 0) {
    throw new RangeError("Cannot export a network as it needs a member: current value is none");
  }
  members.forEach((layers, m) => {
    const last = layers.at(-1);
    if (last?.kind === "dense" && last.activation === "softmax") return;
    const found = last?.kind === "dense" ? `dense with ${last.activation}` : last?.kind ?? "none";
    throw new RangeError(
      `Cannot export member ${m + 1} as its last layer must be dense with softmax: ` +
        `current value is ${found}`,
    );
  });
}

function checkProbabilities({ shape }: Value, { classes }: Network, member: number): void {
  if (shape.length === 2 && shape[1] === classes) return;
  const rule = shape.length === 2
    ? `it must give ${classes} classes`
    : "its last LSTM must give its last state, not its sequence";
  throw new RangeError(
    `Cannot export member ${member} as ${rule}: current value is [${shape.join(", ")}]`,
  );
}
