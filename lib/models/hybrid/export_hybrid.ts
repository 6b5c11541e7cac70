import type { Hybrid } from "./hybrid_model.ts";
import { addForest } from "../forest/export_forest.ts";
import { addNetwork } from "../network/export_network.ts";
import { addScaler } from "../export_scaler.ts";
import { addNewestRows } from "../network/export_window.ts";
import type { GraphBuilder, Value } from "../../onnx/mod.ts";

/** The forest reads log probabilities; a probability counts as no less than this. */
export const PROBABILITY_FLOOR = 1e-6;

/**
 * Adds a network and the forest stacked on it, which reads the newest row and the network's log
 * probabilities.
 *
 * @param features float32 `[steps, hybrid.features]`, unscaled, consecutive rows, oldest first
 * @returns float32 `[rows, hybrid.classes]` where rows = steps - window + 1
 * @throws {RangeError} when scaler, network and forest do not fit each other
 */
export function addHybrid(graph: GraphBuilder, features: Value, hybrid: Hybrid): Value {
  const { network, networkScaler, forest } = hybrid;
  const scaled = addScaler(graph, features, networkScaler);
  const probabilities = addNetwork(graph, scaled, network);
  const newest = addNewestRows(graph, features, network.window);
  return addForest(graph, graph.concat([newest, addLogarithm(graph, probabilities)]), forest);
}

/** In float64, as the logarithms that the forest was fitted on. */
function addLogarithm(graph: GraphBuilder, probabilities: Value): Value {
  const floor = graph.constant(Float64Array.of(PROBABILITY_FLOOR), [1]);
  const floored = graph.binary("Max", graph.cast(probabilities, "float64"), floor);
  return graph.cast(graph.unary("Log", floored), "float32");
}
