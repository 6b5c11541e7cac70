import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { assert, assertClose } from "../../tests/assert.ts";
import {
  anytimeHedgeRegretBound,
  equalWeights,
  exponentiatedGradientStep,
  fixedShareRegretBound,
  hedgeRate,
  hedgeRegretBound,
  hedgeStep,
  shareWeights,
} from "./expert_weights.ts";

// docs/methods.md#blenders: the vector for fixed share.
const LOSSES = [[0.1, 0.9], [0.2, 0.4], [0.8, 0.1]];

function run(share: number): { first: number[]; total: number } {
  let weights = equalWeights(2), total = 0;
  const first = LOSSES.map((losses) => {
    total += weights.reduce((sum, weight, i) => sum + weight * losses[i]!, 0);
    weights = shareWeights(hedgeStep(weights, losses, 0.5), share);
    return weights[0]!;
  });
  return { first, total };
}

Deno.test("hedgeStep() gives the weights and the total loss of docs/methods.md#blenders", () => {
  const { first, total } = run(0);
  [0.598688, 0.622459, 0.537430].forEach((weight, i) => assertClose(first[i]!, weight, 5e-7));
  assertClose(total, 1.315984, 5e-7);
});

Deno.test("shareWeights() gives the weights and the total loss of docs/methods.md#blenders", () => {
  const { first, total } = run(0.05);
  [0.593753, 0.611749, 0.524836].forEach((weight, i) => assertClose(first[i]!, weight, 5e-7));
  assertClose(total, 1.309474, 5e-7);
});

Deno.test("hedgeRegretBound() gives the bounds of docs/methods.md#blenders", () => {
  assertClose(hedgeRegretBound(3, 1000), 23.44, 0.005);
  assertClose(hedgeRegretBound(2, 252), 9.35, 0.005);
  // Without switches fixed share needs no more than Hedge.
  assertClose(fixedShareRegretBound(3, 1000, 0), hedgeRegretBound(3, 1000), 1e-12);
});

/** Losses in which good and bad experts change places at random. */
const losses = fc.array(
  fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
    minLength: 3,
    maxLength: 3,
  }),
  { minLength: 2, maxLength: 120 },
);

function regret(rows: readonly number[][], rate: (step: number) => number): number {
  let weights = equalWeights(3), total = 0;
  const sums = [0, 0, 0];
  rows.forEach((row, step) => {
    row.forEach((loss, i) => {
      total += weights[i]! * loss;
      sums[i]! += loss;
    });
    weights = hedgeStep(weights, row, rate(step));
  });
  return total - Math.min(...sums);
}

Deno.test("hedgeStep() never loses more than its bound against the best expert", () => {
  fc.assert(fc.property(losses, (rows) => {
    const known = hedgeRate(3, rows.length);
    assert(regret(rows, () => known) <= hedgeRegretBound(3, rows.length) + 1e-9);
  }));
});

Deno.test("hedgeStep() on the worst sequence comes close to its bound and keeps it", () => {
  // The expert that is ahead loses next: the adversary of the lower bound.
  const rows = Array.from({ length: 1000 }, (_, t) => t % 2 === 0 ? [1, 0, 0.5] : [0, 1, 0.5]);
  const anytime = regret(rows, (step) => hedgeRate(3, step + 1));
  assert(anytime > 0 && anytime <= anytimeHedgeRegretBound(3, 1000));
});

Deno.test("exponentiatedGradientStep() keeps a distribution and moves to the better expert", () => {
  const returns = fc.array(fc.double({ min: -0.3, max: 0.3, noNaN: true }), {
    minLength: 2,
    maxLength: 5,
  });
  fc.assert(fc.property(returns, (row) => {
    const before = equalWeights(row.length);
    const after = exponentiatedGradientStep(before, row, 0.5);
    assertClose(after.reduce((sum, weight) => sum + weight, 0), 1, 1e-12);
    const best = row.indexOf(Math.max(...row));
    assert(after[best]! >= before[best]! - 1e-12);
  }));
  // By hand: exp(0.1 / 1.05) to exp(0).
  const [first] = exponentiatedGradientStep([0.5, 0.5], [0.1, 0], 1);
  const odds = Math.exp(0.1 / 1.05);
  assertClose(first!, odds / (1 + odds), 1e-12);
  assertThrows(() => exponentiatedGradientStep([0.5, 0.5], [-1, -1], 1), RangeError);
});
