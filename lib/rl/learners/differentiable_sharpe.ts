import { episodeRows, learnExactly, occupancyInput, rewardedEpisodes } from "./exact_gradient.ts";
import type { Learner, LearnerBatch, LearnerKind } from "./learner.ts";
import { expectedPerStep, occupancy } from "./occupancy.ts";

/** Keeps the ratio finite while nothing is held. */
const LEAST_VARIANCE = 1e-4;

/**
 * Raises the Sharpe ratio of the pooled net results of a batch, by its exact gradient: with
 * `μ = E[R]` and `q = E[R²]`, that of `μ / √(q - μ²)` is the gradient of the mean of
 * `(q / D) R - (μ / 2D) R²`, `D = (q - μ²)^{3/2}`, coefficients held fixed within a step
 * (docs/methods.md#exact-gradient and #differentiable-sharpe-ratio). One ratio per batch: small
 * windows would bias it.
 */
export function differentiableSharpe(): Learner {
  return {
    algorithm: "sharpe",
    passes: 1,
    extraOutputs: () => 0,
    begin(batch) {
      const episodes = rewardedEpisodes(batch);
      return (outputs) => {
        const { mean, square } = pooledMoments(batch, outputs, episodes);
        const variance = Math.max(square - mean * mean, LEAST_VARIANCE);
        const linear = (variance + mean * mean) / variance ** 1.5;
        const quadratic = mean / (2 * variance ** 1.5);
        const { gradient } = learnExactly(batch, outputs, episodes, (input, { rewards }) => ({
          ...input,
          rewards: rewards.result.map((result) => linear * result - quadratic * result * result),
        }));
        return { objective: mean / Math.sqrt(variance), gradient };
      };
    },
  };
}

/** The gradient of the Sharpe ratio, for parameters that ask for it by name. */
export const DIFFERENTIABLE_SHARPE: LearnerKind = {
  algorithm: "sharpe",
  discounts: false,
  create: () => differentiableSharpe(),
};

/** Mean and mean square of a row's net result under the policy, over all episodes. */
function pooledMoments(
  { episodes: plain, market, width }: LearnerBatch,
  outputs: Float32Array,
  episodes: ReturnType<typeof rewardedEpisodes>,
): { mean: number; square: number } {
  let first = 0, mean = 0, square = 0;
  for (const episode of episodes) {
    const input = occupancyInput(market, episode, outputs, { first, width });
    const held = occupancy(input);
    const { result } = episode.rewards;
    mean += expectedPerStep(input, held, result).reduce((sum, value) => sum + value, 0);
    square += expectedPerStep(input, held, result, 2).reduce((sum, value) => sum + value, 0);
    first += episode.episode.length;
  }
  const rows = episodeRows(plain);
  return { mean: mean / rows, square: square / rows };
}
