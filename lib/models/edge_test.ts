import type { Labels } from "../labels/label_columns.ts";
import { assertClose, assertEquals } from "../../tests/assert.ts";
import { classOutcomes, informationCoefficient, predictedEdge, withoutDrift } from "./edge.ts";

Deno.test("classOutcomes() averages each class over the given rows alone", () => {
  const labels: Labels = {
    classes: Int8Array.of(2, 0, 2, 1, 2),
    start: new Int32Array(5),
    end: new Int32Array(5),
    outcome: Float64Array.of(0.02, -0.03, 0.04, 0, 9),
    cost: new Float64Array(5),
    horizonBars: 1,
  };
  const [down, flat, up] = classOutcomes(labels, Int32Array.of(0, 1, 2, 3));
  assertEquals([down, flat], [-0.03, 0]);
  assertClose(up, 0.03, 1e-15);
  assertEquals(classOutcomes(labels, Int32Array.of(0)), [0, 0, 0.02]);
});

Deno.test("withoutDrift() leaves no edge to probabilities that never move", () => {
  const constant = Float32Array.of(0.3, 0.1, 0.6, 0.3, 0.1, 0.6);
  const outcomes = withoutDrift([-0.02, 0.001, 0.03], constant);
  for (const edge of predictedEdge(constant, outcomes)) assertClose(edge, 0, 1e-9);
  const [sure] = predictedEdge(Float32Array.of(0, 0, 1), outcomes);
  assertClose(sure!, 0.03 - (-0.02 * 0.3 + 0.001 * 0.1 + 0.03 * 0.6), 1e-9);
});

Deno.test("informationCoefficient() equals scipy's spearmanr, ties included", () => {
  // scipy 1.17.1: spearmanr([1, 2, 2, 4, 5, 0], [2, 1, 3, 3, 9, -4]).statistic
  const prediction = Float64Array.of(1, 2, 2, 4, 5, 0);
  const outcome = Float64Array.of(2, 1, 3, 3, 9, -4);
  assertClose(informationCoefficient(prediction, outcome)!, 0.8676470588235294, 1e-12);
});
