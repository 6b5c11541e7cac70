import {
  referenceSeries,
  VALIDATION_REFERENCE,
} from "../../tests/fixtures/validation_reference.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { KERNELS } from "./long_run_variance.ts";
import { ledoitWolfTest } from "./ledoit_wolf.ts";

const { ledoitWolf: EXPECTED, block } = VALIDATION_REFERENCE;

/** Two correlated autoregressions with equal Sharpe ratios and fat tails. */
function equals(seed: number, periods: number): [Float64Array, Float64Array] {
  const random = createRandom(seed);
  const step = (): number => random.normal() * (random.uniform() < 0.1 ? 3 : 1);
  const autoregression = (shared: Float64Array): Float64Array => {
    let value = 0;
    return shared.map((common) => value = 0.2 * value + common + step());
  };
  const shared = Float64Array.from({ length: periods }, step);
  return [autoregression(shared), autoregression(shared)];
}

Deno.test("ledoitWolfTest() gives the errors and probabilities of the matrix form", () => {
  const series = referenceSeries();
  const [first, second] = [series[0]!, series[3]!];
  for (const kernel of KERNELS) {
    const found = ledoitWolfTest(first, second, {
      seed: 1,
      samples: 4_000,
      blockLength: block,
      kernel,
    })!;
    assertClose(found.difference, EXPECTED.difference, 1e-12);
    assertClose(found.standardError, EXPECTED.standardErrors[kernel], 1e-9);
    if (kernel !== "parzen") continue;
    assertClose(found.pValue, EXPECTED.pValue, 1e-6);
    const p = EXPECTED.bootstrapPValue;
    const noise = 4 * Math.sqrt(p * (1 - p) * (1 / 4_000 + 1 / 20_000));
    assertClose(found.bootstrap.pValue, p, noise + 1 / 4_000);
    const reach = (found.bootstrap.interval[1] - found.difference) / found.standardError;
    assertClose(reach, EXPECTED.bootstrapReach, 0.1);
  }
});

Deno.test("ledoitWolfTest() is the same with the two exchanged or scaled, and undefined without variation", () => {
  const [first, second] = equals(7, 200);
  const options = { seed: 3, samples: 99, blockLength: 4 };
  const one = ledoitWolfTest(first, second, options)!;
  const two = ledoitWolfTest(second.map((value) => 5 * value), first, options)!;
  assertClose(two.difference, -one.difference, 1e-12);
  assertClose(two.standardError, one.standardError, 1e-12);
  assertEquals(two.bootstrap.pValue, one.bootstrap.pValue);
  assertEquals(ledoitWolfTest(first, new Float64Array(200), options), null);
  assertEquals(ledoitWolfTest(first, first, options), null);
});

Deno.test("ledoitWolfTest() rejects equals about as often as its level says", () => {
  const worlds = 120;
  let rejected = 0;
  for (let world = 0; world < worlds; world++) {
    const [first, second] = equals(world, 150);
    const { bootstrap } = ledoitWolfTest(first, second, { seed: world, samples: 99 })!;
    if (bootstrap.pValue <= 0.05) rejected++;
  }
  // Binomial, 99.5 %: 13 of 120 at 5 %.
  assert(rejected >= 1 && rejected <= 13, `${rejected} of ${worlds}`);
});
