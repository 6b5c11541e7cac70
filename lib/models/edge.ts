import type { Labels } from "../labels/mod.ts";
import { CLASS_COUNT } from "../market/mod.ts";

/**
 * Mean outcome of each class over the given rows: what a move of that class was worth.
 *
 * @returns fractions of the entry price for down, flat, up; 0 for a class that never occurs
 */
export function classOutcomes(
  labels: Labels,
  rows: Int32Array,
): readonly [down: number, flat: number, up: number] {
  const sums = [0, 0, 0];
  const counts = [0, 0, 0];
  for (const row of rows) {
    const label = labels.classes[row]!;
    sums[label]! += labels.outcome[row]!;
    counts[label]!++;
  }
  const mean = (label: number): number => counts[label] === 0 ? 0 : sums[label]! / counts[label]!;
  return [mean(0), mean(1), mean(2)];
}

/**
 * Expected return of a long position per row: Σ p(class) · outcome(class).
 *
 * @param probabilities row-major `[rows, 3]`
 * @returns fractions of price, one per row
 */
export function predictedEdge(
  probabilities: Float32Array,
  outcomes: readonly [number, number, number],
): Float64Array {
  const edge = new Float64Array(probabilities.length / CLASS_COUNT);
  for (let row = 0; row < edge.length; row++) {
    const at = row * CLASS_COUNT;
    edge[row] = probabilities[at]! * outcomes[0] + probabilities[at + 1]! * outcomes[1] +
      probabilities[at + 2]! * outcomes[2];
  }
  return edge;
}

/**
 * The outcomes less the edge that the model predicts on average. What is left is what the model
 * knows beyond the drift of its sample: probabilities that never move predict no edge at all, and
 * a lucky drift in the fit rows cannot pass for a signal (docs/decisions/0011-believed-edge.md).
 *
 * @param probabilities calibrated, row-major `[rows, 3]`, of rows later than the fit
 */
export function withoutDrift(
  outcomes: readonly [number, number, number],
  probabilities: Float32Array,
): readonly [down: number, flat: number, up: number] {
  const edges = predictedEdge(probabilities, outcomes);
  const drift = edges.reduce((sum, edge) => sum + edge, 0) / edges.length;
  return [outcomes[0] - drift, outcomes[1] - drift, outcomes[2] - drift];
}

/**
 * Spearman rank correlation of prediction and outcome, ties averaged: how well the model orders
 * the rows, whatever its scale. Null when either side is constant.
 *
 * @example
 * ```ts
 * import { informationCoefficient } from "./edge.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const outcome = Float64Array.of(1, 2, 3);
 * assertEquals(informationCoefficient(Float64Array.of(10, 20, 40), outcome), 1);
 * assertEquals(informationCoefficient(Float64Array.of(5, 5, 5), outcome), null);
 * ```
 */
export function informationCoefficient(
  prediction: Float64Array,
  outcome: Float64Array,
): number | null {
  const a = averageRanks(prediction);
  const b = averageRanks(outcome);
  const middle = (a.length + 1) / 2;
  let product = 0, squaresA = 0, squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const deviationA = a[i]! - middle;
    const deviationB = b[i]! - middle;
    product += deviationA * deviationB;
    squaresA += deviationA * deviationA;
    squaresB += deviationB * deviationB;
  }
  return squaresA === 0 || squaresB === 0 ? null : product / Math.sqrt(squaresA * squaresB);
}

function averageRanks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length;) {
    let last = first;
    while (last + 1 < order.length && values[order[last + 1]!] === values[order[first]!]) last++;
    for (let k = first; k <= last; k++) ranks[order[k]!] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return ranks;
}
