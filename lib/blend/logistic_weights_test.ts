import { throws as assertThrows } from "node:assert/strict";
import { assert, assertClose } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { fitLogOddsPool, logOddsPool } from "./blenders/log_odds_pool.ts";
import { fitLogisticWeights, fromLogit } from "./logistic_weights.ts";
import { fitStacking, stackedProbability } from "./blenders/stacking.ts";

function world(rows: number, truth: readonly number[], intercept: number, seed: number) {
  const random = createRandom(seed);
  const width = truth.length;
  const inputs = Float64Array.from({ length: rows * width }, () => random.normal());
  const outcomes = Uint8Array.from({ length: rows }, (_, row) => {
    let logOdds = intercept;
    truth.forEach((weight, j) => logOdds += weight * inputs[row * width + j]!);
    return random.uniform() < fromLogit(logOdds) ? 1 : 0;
  });
  return { inputs, outcomes };
}

Deno.test("fitLogisticWeights() finds the line of a known world", () => {
  const { inputs, outcomes } = world(20_000, [1, -0.5], 0.2, 3);
  const { intercept, weights } = fitLogisticWeights(inputs, 2, outcomes);
  assertClose(weights[0]!, 1, 0.1);
  assertClose(weights[1]!, -0.5, 0.1);
  assertClose(intercept, 0.2, 0.05);
});

Deno.test("fitLogisticWeights() is at the optimum: the penalised gradient is zero", () => {
  const { inputs, outcomes } = world(400, [1, -0.5], 0.2, 4);
  const l2 = 7;
  const { intercept, weights } = fitLogisticWeights(inputs, 2, outcomes, { l2 });
  const gradient = [0, l2 * weights[0]!, l2 * weights[1]!];
  outcomes.forEach((outcome, row) => {
    const x = [inputs[row * 2]!, inputs[row * 2 + 1]!];
    const error = fromLogit(intercept + weights[0]! * x[0]! + weights[1]! * x[1]!) - outcome;
    gradient[0]! += error;
    gradient[1]! += error * x[0]!;
    gradient[2]! += error * x[1]!;
  });
  for (const slope of gradient) assertClose(slope, 0, 1e-3);
});

Deno.test("fitLogisticWeights() keeps bounds and does not break on separable rows", () => {
  const { inputs, outcomes } = world(2_000, [1, -0.5], 0, 5);
  const { weights } = fitLogisticWeights(inputs, 2, outcomes, { nonNegative: true });
  assert(weights[0]! > 0.8 && weights[1]! === 0);
  const separable = fitLogisticWeights(Float64Array.of(-1, -2, 1, 2), 1, Uint8Array.of(0, 0, 1, 1));
  assert(Number.isFinite(separable.weights[0]!) && separable.weights[0]! > 0);
  const constant = fitLogisticWeights(Float64Array.of(0, 0, 0, 0), 1, Uint8Array.of(0, 0, 0, 1), {
    l2: 0,
  });
  assertClose(fromLogit(constant.intercept), 0.25, 1e-6);
  assertThrows(() => fitLogisticWeights(new Float64Array(3), 2, new Uint8Array(2)), RangeError);
});

Deno.test("logOddsPool() gives the values of docs/methods.md#blenders", () => {
  const pool = (weights: number[]) => logOddsPool({ intercept: 0, weights }, [0.6, 0.7]);
  assertClose(pool([0.5, 0.5]), 0.6516685, 5e-8);
  assertClose(pool([1, 1]), 0.7777778, 5e-8);
});

/** Two parts see independent halves of the log-odds; the pool of both is right with weights 1. */
function twoParts(rows: number, seed: number) {
  const random = createRandom(seed);
  const probabilities = new Float64Array(rows * 2);
  const outcomes = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const odds = [random.normal(), random.normal()];
    outcomes[row] = random.uniform() < fromLogit(odds[0]! + odds[1]!) ? 1 : 0;
    probabilities.set(odds.map(fromLogit), row * 2);
  }
  return { probabilities, outcomes };
}

Deno.test("fitLogOddsPool() and fitStacking() learn to use both parts", () => {
  const { probabilities, outcomes } = twoParts(20_000, 6);
  const pool = fitLogOddsPool(probabilities, 2, outcomes);
  for (const weight of pool.weights) assertClose(weight, 1, 0.1);
  const stack = fitStacking(probabilities, 2, outcomes);
  for (const [a, b] of [[0.6, 0.7], [0.2, 0.9], [0.3, 0.4]] as const) {
    const truth = logOddsPool({ intercept: 0, weights: [1, 1] }, [a, b]);
    assertClose(stackedProbability(stack, [a, b]), truth, 0.03);
  }
});

/** Chance that a random winner is ranked above a random loser. */
function areaUnderCurve(scores: readonly number[], outcomes: Uint8Array): number {
  const order = scores.map((_, i) => i).toSorted((a, b) => scores[a]! - scores[b]!);
  const won = outcomes.reduce((sum, value) => sum + value, 0);
  let ranks = 0;
  order.forEach((row, rank) => ranks += outcomes[row] === 1 ? rank + 1 : 0);
  return (ranks - won * (won + 1) / 2) / (won * (outcomes.length - won));
}

Deno.test("fitStacking() on shuffled outcomes knows nothing out of sample; a leaky stack does", () => {
  const rows = 4_000;
  const { probabilities, outcomes } = twoParts(rows, 7);
  const random = createRandom(8);
  const shuffled = outcomes.map(() => random.uniform() < 0.5 ? 1 : 0);
  const half = rows / 2;
  const test = (inputs: Float64Array) => {
    const stack = fitStacking(inputs.subarray(0, half * 2), 2, shuffled.subarray(0, half));
    const scores = Array.from({ length: half }, (_, i) => {
      const at = (half + i) * 2;
      return stackedProbability(stack, [inputs[at]!, inputs[at + 1]!]);
    });
    return areaUnderCurve(scores, shuffled.subarray(half));
  };
  const standardError = Math.sqrt(1 / (3 * half));
  assertClose(test(probabilities), 0.5, 3 * standardError);
  // Planted leak: a level-0 probability that was fitted on the outcome it predicts.
  const leaky = probabilities.map((p, i) => i % 2 === 0 ? p : shuffled[i >> 1] === 1 ? 0.6 : 0.4);
  assert(test(leaky) > 0.5 + 3 * standardError);
});
