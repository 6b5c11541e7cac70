import { applyScaler, type NetworkLayer, type Scaler } from "../../models/mod.ts";
import type { FeatureFrame } from "../../features/mod.ts";
import { startTensorflow } from "../../models/networks.ts";
import { softmax } from "./softmax.ts";
import { policyOutputs } from "./run_policy.ts";

/** A learnt policy: an ensemble of networks that each choose a position given the one held. */
export interface Policy {
  /** Positions to choose from, in full positions, ascending, with 0 among them. */
  readonly actions: readonly number[];
  /** Columns of a feature row. */
  readonly features: number;
  /** Feature rows that one decision reads, the newest included. */
  readonly window: number;
  /** Applied to the features first. */
  readonly scaler: Scaler;
  /**
   * Layers of each member. The last gives `actions²` logits: for each position held, in order,
   * those of the next.
   */
  readonly members: readonly (readonly NetworkLayer[])[];
}

/**
 * Probabilities of the next position for each position held, the mean over the members, which is
 * what is deployed: never the luckiest seed.
 *
 * @param frame unscaled features
 * @param from first row that is wanted
 * @param to row after the last
 * @returns row-major `[to - from, actions, actions]`; NaN in rows whose window is not whole
 * @throws {RangeError} when the frame has other columns or fewer rows
 */
export async function policyProbabilities(
  policy: Policy,
  frame: FeatureFrame,
  from: number,
  to: number,
): Promise<Float32Array> {
  if (frame.columns.length !== policy.features || from < 0 || to > frame.rows) {
    throw new RangeError(
      `Cannot ask a policy as it reads ${policy.features} columns in rows ${from} to ${to}: ` +
        `current value is ${frame.columns.length} columns in ${frame.rows} rows`,
    );
  }
  await startTensorflow();
  const count = policy.actions.length;
  const first = Math.max(from, frame.firstValidRow + policy.window - 1);
  const mean = new Float32Array((to - from) * count * count);
  mean.fill(NaN, 0, (Math.min(first, to) - from) * count * count);
  if (first >= to) return mean;
  const rows = Int32Array.from({ length: to - first }, (_, i) => first + i);
  const values = applyScaler(policy.scaler, frame.values, frame.rows);
  const input = { values, columns: policy.features, window: policy.window };
  const sums = new Float64Array(rows.length * count * count);
  const row = new Float64Array(count);
  for (const layers of policy.members) {
    const logits = await policyOutputs(layers, input, rows);
    for (let at = 0; at < logits.length; at += count) {
      softmax(logits, at, row, 0, count);
      for (let a = 0; a < count; a++) sums[at + a]! += row[a]!;
    }
  }
  mean.set(sums.map((sum) => sum / policy.members.length), (first - from) * count * count);
  return mean;
}
