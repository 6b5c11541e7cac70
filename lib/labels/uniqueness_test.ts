import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { marketBars } from "../../tests/fixtures/market_fixture.ts";
import { closeReturns } from "../market/bars.ts";
import { createLabels } from "./labels.ts";
import { TRIPLE_BARRIER } from "./triple_barrier.ts";
import {
  averageUniqueness,
  gatherWeights,
  sequentialBootstrapProbabilities,
  uniquenessWeights,
} from "./uniqueness.ts";

Deno.test("averageUniqueness() reproduces the spans of docs/methods.md#labels-and-weights", () => {
  const uniqueness = averageUniqueness({
    classes: Int8Array.of(0, 2, -1, -1, 1, -1),
    start: Int32Array.of(0, 1, 2, 3, 4, 5),
    end: Int32Array.of(2, 3, 2, 3, 5, 5),
  });
  [2 / 3, 2 / 3, 0, 0, 1, 0].forEach((expected, row) =>
    assertClose(uniqueness[row]!, expected, 1e-12)
  );
});

Deno.test("sequentialBootstrapProbabilities() reproduces the vector of docs/methods.md#labels-and-weights", () => {
  const spans = { start: Int32Array.of(1, 3, 5), end: Int32Array.of(3, 4, 6) };
  const close = (found: Float64Array, expected: readonly number[]) =>
    expected.forEach((value, i) => assertClose(found[i]!, value, 1e-12));
  close(sequentialBootstrapProbabilities(spans, []), [1 / 3, 1 / 3, 1 / 3]);
  close(sequentialBootstrapProbabilities(spans, [1]), [5 / 14, 3 / 14, 6 / 14]);
});

Deno.test("uniquenessWeights() equals the definition, summed row by row", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const bars = marketBars(seed, { length: 130, method: "difference" });
      const labels = createLabels(bars, TRIPLE_BARRIER.defaults, 2);
      const returns = closeReturns(bars);
      const rows = Array.from(labels.classes.keys());
      const alive = rows.map((t) =>
        rows.filter((i) => labels.classes[i]! >= 0 && i <= t && t <= labels.end[i]!).length
      );
      const weights = uniquenessWeights(labels, bars);
      for (const row of rows) {
        if (labels.classes[row]! < 0) {
          assertEquals(weights[row], 0);
          continue;
        }
        const span = rows.slice(row, labels.end[row]! + 1);
        const uniqueness = span.reduce((sum, t) => sum + 1 / alive[t]!, 0) / span.length;
        const own = span.slice(1)
          .reduce((sum, t) => sum + Math.log(1 + returns[t]!) / alive[t]!, 0);
        assertClose(weights[row]!, uniqueness * Math.abs(own), 1e-12);
      }
    }),
    { numRuns: 10 },
  );
});

Deno.test("gatherWeights() scales to a mean of 1, and takes equal weights where all are 0", () => {
  const rows = Int32Array.of(0, 2, 3);
  const weights = gatherWeights(Float64Array.of(1, 100, 2, 3), rows);
  assertEquals(weights, Float64Array.of(0.5, 1, 1.5));
  assert(gatherWeights(new Float64Array(4), rows).every((weight) => weight === 1));
});
