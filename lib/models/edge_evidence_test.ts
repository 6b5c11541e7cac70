import { assert, assertClose } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { measureEdge } from "./edge_evidence.ts";

/** Made with statsmodels 0.15.0: OLS(y, [1, x]).fit(cov_type="HAC", cov_kwds={"maxlags": 2}). */
const X = Float64Array.of(0.5, -1.2, 0.3, 2.1, -0.7, 1.4, -2.2, 0.9, 0.1, -0.4);
const Y = Float64Array.of(0.9, -0.8, -0.3, 1.5, 0.2, 1.1, -1.9, 0.1, 0.6, -0.9);
const SLOPE = 0.7307585440400112;
const HAC_ERROR = 0.04562887904133043;

Deno.test("measureEdge() gives statsmodels' slope and Newey-West error", () => {
  const { slope, standardError } = measureEdge(X, Y, 2);
  assertClose(slope, SLOPE, 1e-12);
  assertClose(standardError, HAC_ERROR, 1e-12);
});

Deno.test("measureEdge() believes noise with overlapping outcomes in about 5 of 100 worlds", () => {
  const worlds = 400, rows = 600, horizon = 10;
  let believed = 0;
  for (let world = 0; world < worlds; world++) {
    const random = createRandom(world);
    const steps = Float64Array.from({ length: rows + horizon }, random.normal);
    const outcome = Float64Array.from(
      { length: rows },
      (_, i) => steps.subarray(i, i + horizon).reduce((sum, step) => sum + step, 0),
    );
    // Predictions move slowly too, like those of a model of overlapping windows.
    let level = 0;
    const edge = Float64Array.from(
      { length: rows },
      () => level = 0.9 * level + random.normal(),
    );
    if (measureEdge(edge, outcome, horizon).shrinkage > 0) believed++;
  }
  // Newey-West is known to be somewhat too sure in short samples; a naive error fires in 3 of 10.
  assert(believed / worlds < 0.12, `${believed} of ${worlds}`);
});

Deno.test("measureEdge() keeps an edge that comes true", () => {
  const random = createRandom(5);
  const edge = Float64Array.from({ length: 5_000 }, random.normal);
  const { slope, shrinkage } = measureEdge(edge, edge.map((x) => x + 3 * random.normal()), 5);
  assertClose(slope, 1, 0.15);
  assert(shrinkage > 0.8 && shrinkage <= 1);
});
