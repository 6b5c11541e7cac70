import { transitionTableOf } from "../lib/rl/environment/transition_table.ts";
import { differentiableSharpe } from "../lib/rl/learners/differentiable_sharpe.ts";
import { exactGradient } from "../lib/rl/learners/exact_gradient.ts";
import type { Learner, LearnerBatch } from "../lib/rl/learners/learner.ts";
import { episodeProbabilities, episodeRewards } from "../lib/rl/learners/learning_market.ts";
import { expectedPerStep, occupancyGradient } from "../lib/rl/learners/occupancy.ts";
import { type Baseline, DEFAULT_REINFORCE, reinforce } from "../lib/rl/learners/reinforce.ts";
import { RISK_NEUTRAL_REWARD } from "../lib/rl/reward.ts";
import { assert, assertClose } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";

const ACTIONS = [-1, 0, 1];

/** One flat-started episode over returns in their own unit. */
function batchOf(returns: Float64Array, cost: number, changes: Partial<LearnerBatch> = {}) {
  const market = {
    table: transitionTableOf(returns, cost),
    actions: ACTIONS,
    reference: 1,
    reward: RISK_NEUTRAL_REWARD,
  };
  const episodes = [{ from: 0, length: returns.length, start: 1 }];
  return {
    ...{ market, episodes, width: 9, entropyWeight: 0, random: createRandom(1) },
    ...changes,
  } satisfies LearnerBatch;
}

Deno.test("occupancyGradient() gives the golden vector of docs/methods.md#exact-gradient", () => {
  const logits = [[0.2, 0, -0.1], [0, 0.1, 0.3], [-0.2, 0, 0.4]];
  const batch = batchOf(Float64Array.of(0.01, -0.02, 0.015), 0.001);
  const episode = batch.episodes[0]!;
  // In float64: float32 logits would be off by more than the tolerance.
  const probabilities = Float64Array.from(logits.flatMap((row) => {
    const weights = row.map(Math.exp), sum = weights.reduce((a, b) => a + b);
    return [0, 1, 2].flatMap(() => weights.map((weight) => weight / sum));
  }));
  const { result } = episodeRewards(batch.market, episode);
  const input = { actions: 3, probabilities, rewards: result, start: 1, flat: 1 };
  const { gradient, held, objective } = occupancyGradient(input);
  assertClose(objective, -0.00245891045, 1e-11);
  const mean = expectedPerStep(input, held, result);
  const square = expectedPerStep(input, held, result, 2);
  [-0.00169273417, -0.00293314942, 0.00216697314].forEach((m, t) =>
    assertClose(mean[t]!, m, 1e-11)
  );
  [7.07180358e-5, 2.80236774e-4, 1.54393140e-4].forEach((q, t) =>
    assertClose(square[t]!, q, 1e-12)
  );
  const expected = [
    [-0.00371182, 0.00061433, 0.00309749],
    [0.00628472, 0.00077981, -0.00706453],
    [-0.00451790, -0.00086001, 0.00537791],
  ];
  // The logits do not depend on the position held: the groups of a row share them.
  expected.forEach((row, t) =>
    row.forEach((slope, a) => {
      const sum = [0, 1, 2].reduce((total, b) => total + gradient[(t * 3 + b) * 3 + a]!, 0);
      assertClose(sum, slope, 5e-9);
    })
  );
});

/** Objective of a learner that draws nothing, in float64 steps of float32 logits. */
function checkSlopes(learner: Learner, batch: LearnerBatch, outputs: Float32Array): void {
  const { gradient } = learner.begin(batch)(outputs);
  for (let i = 0; i < outputs.length; i += 7) {
    const above = Math.fround(outputs[i]! + 0.01), below = Math.fround(outputs[i]! - 0.01);
    const slope = (learner.begin(batch)(outputs.with(i, above)).objective -
      learner.begin(batch)(outputs.with(i, below)).objective) / (above - below);
    assertClose(gradient[i]!, slope, 2e-6 + 2e-4 * Math.abs(slope));
  }
}

Deno.test("the exact and the Sharpe gradient agree with finite differences on random paths", () => {
  for (const seed of [1, 2, 3]) {
    const random = createRandom(seed);
    const returns = Float64Array.from({ length: 40 }, () => 0.3 + random.normal());
    const outputs = Float32Array.from({ length: 40 * 9 }, () => random.normal());
    const batch = batchOf(returns, 0.2);
    checkSlopes(exactGradient(), batch, outputs);
    checkSlopes(differentiableSharpe(), batch, outputs);
  }
});

Deno.test("occupancyGradient() follows resets and forced rows", () => {
  const random = createRandom(4);
  const returns = Float64Array.from({ length: 20 }, () => random.normal());
  const plain = batchOf(returns, 0.1);
  const table = {
    ...plain.market.table,
    resets: Uint8Array.from(returns, (_, t) => t % 6 === 4 ? 1 : 0),
    forced: Uint8Array.from(returns, (_, t) => t % 6 === 5 ? 1 : 0),
    holdCost: Float64Array.from(returns, (_, t) => t % 6 === 4 ? 0.1 : 0),
  };
  const batch = { ...plain, market: { ...plain.market, table } };
  const outputs = Float32Array.from({ length: 180 }, () => random.normal());
  checkSlopes(exactGradient(), batch, outputs);
  const { gradient } = exactGradient().begin(batch)(outputs);
  for (let at = 5 * 9; at < 6 * 9; at++) assertClose(gradient[at]!, 0, 0);
  const probabilities = episodeProbabilities(batch.market, batch.episodes[0]!, outputs, {
    first: 0,
    width: 9,
  });
  assertClose(probabilities[5 * 9 + 1]!, 1, 0);
});

Deno.test("REINFORCE is the exact gradient in expectation, with every baseline", () => {
  const random = createRandom(6);
  const returns = Float64Array.from({ length: 6 }, () => random.normal());
  const outputs = Float32Array.from({ length: 54 }, () => 0.7 * random.normal());
  const { gradient: exact } = exactGradient().begin(batchOf(returns, 0.3))(outputs);
  for (const baseline of ["path-value", "replays", "none"] satisfies Baseline[]) {
    const learner = reinforce({ discount: 1, replays: 20, baseline, normalizes: false });
    const sum = new Float64Array(54), squares = new Float64Array(54), draws = 1_500;
    const batch = batchOf(returns, 0.3, { random: createRandom(11) });
    for (let draw = 0; draw < draws; draw++) {
      learner.begin(batch)(outputs).gradient.forEach((value, i) => {
        sum[i]! += value;
        squares[i]! += value * value;
      });
    }
    for (let i = 0; i < 54; i++) {
      const mean = sum[i]! / draws;
      const error = Math.sqrt((squares[i]! / draws - mean * mean) / draws);
      assert(
        Math.abs(mean - exact[i]!) <= 4 * error + 1e-9,
        `${baseline}, ${i}: ${mean} ${exact[i]}`,
      );
    }
  }
});

/** AR(1) returns of standard deviation 1. */
function autoregressive(phi: number, length: number, seed: number): Float64Array {
  const random = createRandom(seed);
  let last = random.normal();
  return Float64Array.from(
    { length: length + 1 },
    () => last = phi * last + Math.sqrt(1 - phi * phi) * random.normal(),
  );
}

Deno.test("sampling needs at least a hundred times the episodes of the exact gradient at H = 250", () => {
  // Shape of the table in docs/methods.md#noise-of-sampled-gradients: 174 for reward-to-go, 7.1 at
  // .9, 1.6 at 0.
  const sampled = (discount: number): Learner =>
    reinforce({ ...DEFAULT_REINFORCE, discount, replays: 1, baseline: "none", normalizes: false });
  // The estimates share their mean, so the ratio of variances is that of the episodes needed.
  const paths = 700;
  const exact = spread(exactGradient(), paths);
  const full = spread(sampled(1), paths).variance / exact.variance;
  const discounted = spread(sampled(0.9), paths).variance / exact.variance;
  const myopic = spread(sampled(0), paths).variance / exact.variance;
  assert(full >= 100 && full < 260, `${full}`);
  assert(discounted > 5 && discounted < 10, `${discounted}`);
  assert(myopic > 1.2 && myopic < 2.2, `${myopic}`);
});

/** Variance of one episode's gradient at phi = .1 and H = 250. */
function spread(learner: Learner, paths: number): { variance: number } {
  const phi = 0.1, horizon = 250;
  const slopes = Array.from({ length: paths }, (_, path) => {
    const returns = autoregressive(phi, horizon, 1_000 + path);
    const batch = batchOf(returns.subarray(1), 0, { random: createRandom(path) });
    const { gradient } = learner.begin(batch)(new Float32Array(horizon * 9));
    let slope = 0;
    for (let t = 0; t < horizon; t++) {
      for (let held = 0; held < 9; held += 3) {
        slope += returns[t]! * (gradient[t * 9 + held + 2]! - gradient[t * 9 + held]!);
      }
    }
    return slope;
  });
  const mean = slopes.reduce((sum, slope) => sum + slope, 0) / paths;
  return { variance: slopes.reduce((sum, slope) => sum + (slope - mean) ** 2, 0) / paths };
}
