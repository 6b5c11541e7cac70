import { addMember, addScaler, type NetworkLayer } from "../../models/mod.ts";
import { GraphBuilder, INPUT_NAME, OUTPUT_NAME, type Value } from "../../onnx/mod.ts";
import type { Policy } from "./policy.ts";

/**
 * Writes a policy with its scaler as one ONNX file: input `features`, output `probabilities` of
 * shape `[rows, actions²]`: for each position held, in order, the probabilities of the next, the
 * mean over the members. The graph keeps no state, so rows can be run in one batch;
 * `decideActions` then walks through them. The same policy gives the same bytes.
 *
 * @param metadata stored in the file
 * @throws {RangeError} when the layers do not fit each other
 * @example
 * ```ts
 * import { exportPolicy } from "./export_policy.ts";
 * import { availableEngine, createSession } from "../../onnx/session.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * const onnx = exportPolicy({
 *   actions: [0, 1],
 *   features: 1,
 *   window: 1,
 *   scaler: { center: Float32Array.of(0), scale: Float32Array.of(1), clip: 5 },
 *   members: [[{
 *     kind: "dense",
 *     weights: Float32Array.of(0, 1, 0, 1),
 *     bias: Float32Array.of(0, 0, 0, 1),
 *     activation: "linear",
 *   }]],
 * }, {});
 * const session = await createSession(onnx, { engine: await availableEngine() });
 * const [, enter, , stay] = await session.run(Float32Array.of(2), 1);
 * assertClose(enter!, 1 / (1 + Math.exp(-2)), 1e-6);
 * assertClose(stay!, 1 / (1 + Math.exp(-3)), 1e-6);
 * await session.dispose();
 * ```
 */
export function exportPolicy(
  policy: Policy,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const { actions, features, members, scaler, window } = policy;
  const graph = new GraphBuilder();
  const steps = window === 1 ? "rows" : "steps";
  const input = graph.input(INPUT_NAME, "float32", [steps, features]);
  const scaled = addScaler(graph, input, scaler);
  const probabilities = members.map((layers, index) => {
    const logits = addMember(graph, scaled, layers, { network: { window }, member: index + 1 });
    checkLogits(logits, layers, actions.length);
    return addGroupedSoftmax(graph, logits, actions.length);
  });
  const mean = probabilities.length === 1 ? probabilities[0]! : graph.mean(probabilities);
  graph.output(OUTPUT_NAME, graph.mergeLastAxes(mean));
  return graph.toModel({ ...metadata, actions: JSON.stringify(actions) });
}

/** `[rows, count²]` logits to `[rows, count, count]` probabilities. */
function addGroupedSoftmax(graph: GraphBuilder, logits: Value, count: number): Value {
  const shape = graph.constant(BigInt64Array.of(0n, BigInt(count), BigInt(count)), [3]);
  const [groups] = graph.operation({
    operator: "Reshape",
    inputs: [logits, shape],
    outputs: [{ type: logits.type, shape: [logits.shape[0]!, count, count] }],
  });
  return graph.softmax(groups!);
}

function checkLogits({ shape }: Value, layers: readonly NetworkLayer[], count: number): void {
  const last = layers.at(-1);
  const isLinear = last?.kind === "dense" && last.activation === "linear";
  if (isLinear && shape.length === 2 && shape[1] === count * count) return;
  throw new RangeError(
    `Cannot export a policy as its last layer must give ${count * count} logits: ` +
      `current value is ${last?.kind} [${shape.join(", ")}]`,
  );
}
