import type { TrainingSet } from "../classifier.ts";
import type { Random } from "../../core/mod.ts";
import type { ForestParameters } from "./parameters.ts";

/**
 * Sample weight of each row times the weight of its class. `balanced` weighs class k by
 * rows / (classes present · rows of k), counting the rows of positive sample weight.
 *
 * @param into receives the weights, one per row
 */
export function rowWeights(
  set: TrainingSet,
  classWeights: ForestParameters["classWeights"],
  into: Float64Array,
): void {
  const sampleWeight = (row: number): number => set.weights?.[row] ?? 1;
  const counts = new Float64Array(set.classCount);
  let total = 0;
  for (let row = 0; row < set.rows; row++) {
    if (sampleWeight(row) === 0) continue;
    counts[set.classes[row]!]!++;
    total++;
  }
  const present = counts.filter((count) => count > 0).length;
  const factors = counts.map((count, k) => {
    // A class without such rows has nothing to weigh: 0 × ∞ is no number.
    if (classWeights === "none" || count === 0) return 1;
    return classWeights === "balanced" ? total / (present * count) : classWeights[k]!;
  });
  for (let row = 0; row < set.rows; row++) {
    into[row] = sampleWeight(row) * factors[set.classes[row]!]!;
  }
}

/**
 * Makes the draw of one bootstrap sample: `fraction` times as many rows as have a positive weight,
 * with replacement and all alike. A row drawn n times gets n times its weight, the others 0.
 */
export function createBootstrap(
  weights: Float64Array,
  fraction: number,
): (random: Random) => Float64Array {
  const rows = Int32Array.from(weights.keys().filter((row) => weights[row]! > 0));
  const draws = Math.max(1, Math.round(fraction * rows.length));
  const sample = new Float64Array(weights.length);
  return (random) => {
    sample.fill(0);
    for (let i = 0; i < draws; i++) {
      const row = rows[random.integer(rows.length)]!;
      sample[row]! += weights[row]!;
    }
    return sample;
  };
}
