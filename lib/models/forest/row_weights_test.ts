import { assertEquals } from "../../../tests/assert.ts";
import { rowWeights } from "./row_weights.ts";

Deno.test("rowWeights() gives a class whose rows all weigh nothing the weight 0, balanced or not", () => {
  const set = {
    columns: 1,
    rows: 6,
    values: new Float32Array(6),
    classes: Int8Array.of(0, 0, 0, 1, 2, 2),
    classCount: 3,
    weights: Float64Array.of(1, 1, 1, 0.5, 0, 0),
  };
  const weights = (classWeights: "balanced" | "none"): number[] => {
    const into = new Float64Array(6).fill(NaN);
    rowWeights(set, classWeights, into);
    return [...into];
  };
  assertEquals(weights("none"), [1, 1, 1, 0.5, 0, 0]);
  // Four rows weigh something: three of class 0 and one of class 1.
  assertEquals(weights("balanced"), [2 / 3, 2 / 3, 2 / 3, 1, 0, 0]);
});
