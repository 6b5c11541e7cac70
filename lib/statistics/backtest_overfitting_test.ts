import fc from "fast-check";
import {
  referenceSeries,
  VALIDATION_REFERENCE,
} from "../../tests/fixtures/validation_reference.ts";
import { mean } from "./moments.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { backtestOverfitting } from "./backtest_overfitting.ts";

/** Rows of time to one column per trial. */
function columns(rows: readonly (readonly number[])[]): Float64Array[] {
  return rows[0]!.map((_, trial) => Float64Array.from(rows, (row) => row[trial]!));
}

function noise(seed: number, trials: number, periods: number): Float64Array[] {
  const random = createRandom(seed);
  return Array.from(
    { length: trials },
    () => Float64Array.from({ length: periods }, () => 0.01 * random.normal()),
  );
}

Deno.test("backtestOverfitting() gives the golden vectors of docs/methods.md#probability-of-backtest-overfitting", () => {
  const half = [
    [-3, 4, -1, 0],
    [4, 2, 3, 2],
    [-5, 1, 1, 0],
    [-2, -5, 5, 3],
    [0, 5, 5, 3],
    [0, 0, 2, 5],
    [4, 1, -1, 5],
    [-2, 3, 4, -5],
  ];
  const third = [
    [1, 4, 0, -5],
    [1, 2, -5, 0],
    [-2, 2, 2, -5],
    [-3, -5, 3, -4],
    [4, 5, 1, -2],
    [-2, 1, 4, 5],
    [-5, 2, -4, -3],
    [-3, -1, 2, -4],
  ];
  const options = { blocks: 4, metric: "mean" } as const;
  const first = backtestOverfitting(columns(half), options);
  assertEquals([first.probability.value, [...first.ranks]], [0.5, [4, 2, 2, 3, 2, 4]]);
  const second = backtestOverfitting(columns(third), options);
  assertEquals([second.probability.value, [...second.ranks]], [1 / 3, [4, 3, 3, 2, 2, 4]]);
});

Deno.test("backtestOverfitting() by Sharpe ratio agrees with the plain computation in NumPy", () => {
  const expected = VALIDATION_REFERENCE.overfitting;
  const found = backtestOverfitting(referenceSeries(), { blocks: 8 });
  assertEquals(found.logits.length, 70);
  assertEquals(found.probability.value, expected.probability);
  assertEquals(found.lossProbability.value, expected.lossProbability);
  assertClose(found.degradationSlope.value!, expected.slope, 1e-9);
  assertClose(mean(found.logits), expected.meanLogit, 1e-12);
});

Deno.test("backtestOverfitting() is about a half for a blind choice and 0 for a real one", () => {
  let blind = 0;
  for (let seed = 0; seed < 30; seed++) {
    blind += backtestOverfitting(noise(seed, 20, 320), { blocks: 8 }).probability.value! / 30;
  }
  assertClose(blind, 0.5, 0.08);
  const trials = noise(99, 20, 320);
  trials[7] = trials[7]!.map((value) => value + 0.006);
  const { probability, lossProbability } = backtestOverfitting(trials, { blocks: 8 });
  assertEquals([probability.value, lossProbability.value], [0, 0]);
});

Deno.test("backtestOverfitting() does not change with the scale of returns or the order of trials", () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, scale) => {
      const trials = noise(seed, 6, 64);
      const { ranks } = backtestOverfitting(trials, { blocks: 6 });
      const changed = trials.toReversed().map((series) => series.map((value) => scale * value));
      assertEquals(backtestOverfitting(changed, { blocks: 6 }).ranks, ranks);
    }),
    { numRuns: 30 },
  );
});

Deno.test("backtestOverfitting() shares ranks among equals and counts who stays out as 0", () => {
  const out = new Float64Array(64), bad = noise(1, 1, 64)[0]!.map((value) => value - 0.02);
  const { ranks, outOfSample } = backtestOverfitting([out, out, bad], { blocks: 4 });
  assert(ranks.every((rank) => rank === 2.5));
  assert(outOfSample.every((value) => value === 0));
});

Deno.test("backtestOverfitting() is undefined where nothing can be chosen", () => {
  const [one] = noise(1, 1, 64);
  const flat = new Float64Array(64);
  for (const trials of [Array.from({ length: 50 }, () => one!), Array(50).fill(flat)]) {
    const { probability, lossProbability, ranks, undecidedSplits } = backtestOverfitting(trials, {
      blocks: 8,
    });
    assertEquals([probability.value, lossProbability.value, ranks.length], [null, null, 0]);
    assertEquals(probability.reason, "all trials are as good in a half of most splits");
    assertEquals(undecidedSplits, 70);
  }
});

Deno.test("backtestOverfitting() does not depend on which of equal winners comes first", () => {
  const [good, poor, other] = noise(3, 3, 64) as [Float64Array, Float64Array, Float64Array];
  const late = good.map((value, period) => period < 32 ? value : value - 0.03);
  // In halves of early blocks alone `good` and `late` are the same.
  const { ranks, outOfSample } = backtestOverfitting([good, late, poor, other], { blocks: 4 });
  const turned = backtestOverfitting([late, good, poor, other], { blocks: 4 });
  assertEquals([turned.ranks, turned.outOfSample], [ranks, outOfSample]);
});

Deno.test("backtestOverfitting() refuses what it cannot halve", () => {
  const throws = (run: () => unknown, text: string): void => {
    try {
      run();
    } catch (error) {
      assert(error instanceof RangeError && error.message.includes(text), String(error));
      return;
    }
    throw new Error(`did not throw: ${text}`);
  };
  throws(() => backtestOverfitting(noise(1, 1, 64)), "at least 2 series");
  throws(() => backtestOverfitting(noise(1, 3, 64), { blocks: 5 }), "even");
  throws(() => backtestOverfitting(noise(1, 3, 20)), "two periods each");
  const broken = noise(1, 3, 64);
  broken[1]![7] = NaN;
  throws(() => backtestOverfitting(broken), "current value is NaN in period 7 of series 1");
  throws(() => backtestOverfitting([new Float64Array(64), new Float64Array(63)]), "same periods");
});
