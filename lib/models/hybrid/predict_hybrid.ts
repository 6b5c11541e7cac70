import type { Hybrid } from "./hybrid_model.ts";
import type { FeatureRows } from "../../features/mod.ts";
import { predictForest } from "../forest/predict.ts";
import { predictNetwork } from "../network/predict_network.ts";
import { applyScaler } from "../scaler.ts";
import { forestRows } from "./level_two.ts";

/**
 * Class probabilities of some rows.
 *
 * @param rows each with the network's window of rows up to it inside the frame
 * @returns row-major `[rows.length, hybrid.classes]`
 */
export async function predictHybrid(
  hybrid: Hybrid,
  frame: FeatureRows,
  rows: Int32Array,
): Promise<Float32Array> {
  const probabilities = await predictScaled(hybrid, frame, rows);
  return predictForest(hybrid.forest, forestRows(frame, rows, probabilities), rows.length);
}

/** Probabilities of a network that has its own scaler. */
export function predictScaled(
  { network, networkScaler }: Pick<Hybrid, "network" | "networkScaler">,
  { values }: FeatureRows,
  rows: Int32Array,
): Promise<Float32Array> {
  const scaled = applyScaler(networkScaler, values, values.length / network.features);
  return predictNetwork(network, scaled, rows);
}
