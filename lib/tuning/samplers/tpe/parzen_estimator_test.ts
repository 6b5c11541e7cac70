import fc from "fast-check";
import { assert, assertClose } from "../../../../tests/assert.ts";
import { createRandom } from "../../../core/random.ts";
import {
  categorical,
  containsInternal,
  type Distribution,
  float,
  int,
} from "../../../core/distribution.ts";
import { gaussianKernels } from "./numeric_kernels.ts";
import { observationWeights, parzenEstimator } from "./parzen_estimator.ts";
import { goodCount } from "./split_trials.ts";

/** Distribution, observations, widths with the prior's last, value and log-density of Optuna 5.0.0. */
type Check = readonly [
  Distribution,
  readonly number[],
  readonly number[],
  readonly (readonly [number, number])[],
];

/**
 * Printed by `_ParzenEstimator` of Optuna 5.0.0: prior weight 1, magic clip, no endpoints.
 */
const CHECKS: readonly Check[] = [
  [float(0, 10), [1, 4, 2, 9], [5 / 3, 5, 2, 5, 10], [
    [0, -2.077241679528747],
    [2.5, -1.92803607622531],
    [10, -2.834753239699708],
  ]],
  [float(0, 10), [3], [7, 10], [[3, -2.232688929521852], [9, -2.441906772714957]]],
  [float(0, 10), [], [10], [[3, -2.2816072925030966]]],
  [
    float(1e-5, 1e-1, { log: true }),
    [1e-4, 1e-3, 5e-3],
    [2.302585092994045, 2.302585092994045, 1.8420680743952367, 9.210340371976184],
    [[1e-5, -2.771529764451215], [1e-2, -2.1616187816867662]],
  ],
  [float(0, 1, { step: 0.25 }), [0.25, 0.5, 0.5], [0.25, 0.25, 0.25, 1.25], [
    [0, -1.941600637615054],
    [0.5, -1.1690882253177868],
    [1, -2.521977535571417],
  ]],
  [int(1, 9, { step: 2 }), [3, 7], [4, 4, 10], [
    [1, -1.7530987556780993],
    [5, -1.4778328786638968],
  ]],
  [
    int(1, 1024, { log: true }),
    [8, 32, 777],
    [1.52502142964778, 3.189704447567921, 3.189704447567921, 7.6251071482389],
    [[1, -2.395449399520462], [16, -4.582525884445557], [1024, -9.114723600841867]],
  ],
  [categorical(["a", "b", "c"]), [0, 0, 2], [], [
    [0, -0.7419373447293773],
    [1, -1.6582280766035324],
    [2, -1.0986122886681098],
  ]],
];

Deno.test("parzenEstimator() has the widths and densities of Optuna 5", () => {
  for (const [distribution, observations, widths, densities] of CHECKS) {
    const column = new Float64Array(observations);
    if (distribution.type !== "categorical") {
      const found = gaussianKernels(distribution, column).widths;
      for (const [i, width] of widths.entries()) assertClose(found[i]!, width, 1e-12);
    }
    const estimator = parzenEstimator({ distributions: [distribution], columns: [column] });
    for (const [value, density] of densities) {
      assertClose(estimator.logDensity([value]), density, 1e-11);
    }
  }
});

Deno.test("parzenEstimator() multiplies parameters kernel by kernel as Optuna 5 does", () => {
  const estimator = parzenEstimator({
    distributions: [float(0, 10), categorical([false, true])],
    columns: [new Float64Array([1, 4]), new Float64Array([0, 1])],
  });
  assertClose(estimator.logDensity([2, 0]), -2.5520094313208004, 1e-12);
  assertClose(estimator.logDensity([8, 1]), -3.3819940829874815, 1e-12);
});

Deno.test("observationWeights() and goodCount() are those of Optuna 5", () => {
  const weights = observationWeights(30);
  for (const [i, weight] of [1 / 30, 0.275, 0.51667, 0.75833, 1, 1].entries()) {
    assertClose(weights[i]!, weight, 1e-5);
  }
  // numpy.linspace(1 / 26, 1, 1) is 1 / 26.
  assertClose(observationWeights(26)[0]!, 1 / 26, 1e-15);
  const counts = [1, 9, 10, 11, 100, 250, 1000].map((count) => goodCount(count, 1));
  assert(counts.join() === "1,1,1,2,10,25,25");
  assert(goodCount(1000, 2) === 100);
});

/** Any distribution with some of its values. */
const observed: fc.Arbitrary<readonly [Distribution, readonly number[]]> = fc.oneof(
  fc.record({ low: fc.integer({ min: 1, max: 50 }), width: fc.integer({ min: 1, max: 200 }) })
    .chain(({ low, width }) =>
      fc.tuple(
        fc.constantFrom<Distribution>(
          float(low, low + width),
          float(low, low + width, { log: true }),
          int(low, low + width),
          int(low, low + width, { log: true }),
        ),
        fc.array(fc.integer({ min: low, max: low + width }), { maxLength: 40 }),
      )
    ),
  fc.integer({ min: 2, max: 6 }).chain((count) =>
    fc.tuple(
      fc.constant<Distribution>(categorical(Array.from({ length: count }, (_, i) => i))),
      fc.array(fc.integer({ min: 0, max: count - 1 }), { maxLength: 40 }),
    )
  ),
);

Deno.test("parzenEstimator() draws values of the distribution, each with a finite density", () => {
  fc.assert(fc.property(observed, fc.nat(), ([distribution, observations], seed) => {
    const estimator = parzenEstimator({
      distributions: [distribution],
      columns: [new Float64Array(observations)],
    });
    const random = createRandom(seed);
    for (let i = 0; i < 20; i++) {
      const [value] = estimator.draw(random);
      assert(containsInternal(distribution, value!), `drew ${value}`);
      assert(Number.isFinite(estimator.logDensity([value!])));
    }
  }));
});

Deno.test("parzenEstimator() has densities that sum to 1 over the values of the distribution", () => {
  fc.assert(
    fc.property(observed, ([distribution, observations]) => {
      const estimator = parzenEstimator({
        distributions: [distribution],
        columns: [new Float64Array(observations)],
      });
      const density = (value: number): number => Math.exp(estimator.logDensity([value]));
      assertClose(integral(distribution, density), 1, 2e-3);
    }),
    { numRuns: 60 },
  );
});

function integral(distribution: Distribution, density: (value: number) => number): number {
  let sum = 0;
  if (distribution.type === "categorical") {
    for (let i = 0; i < distribution.choices.length; i++) sum += density(i);
    return sum;
  }
  const { type, low, high, log } = distribution;
  if (type === "int") {
    for (let value = low; value <= high; value++) sum += density(value);
    return sum;
  }
  const cells = 2000, from = log ? Math.log(low) : low, to = log ? Math.log(high) : high;
  for (let cell = 0; cell < cells; cell++) {
    const point = from + (cell + 0.5) / cells * (to - from);
    sum += density(log ? Math.exp(point) : point) * (to - from) / cells;
  }
  return sum;
}
