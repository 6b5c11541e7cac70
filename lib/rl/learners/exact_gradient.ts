import type { RewardSettings } from "../reward/additive_reward.ts";
import { addEntropyGradient } from "./entropy.ts";
import type { Learner, LearnerBatch, LearnerKind } from "./learner.ts";
import {
  episodeProbabilities,
  type EpisodeRewards,
  episodeRewards,
  flatAction,
  type LearningEpisode,
  type LearningMarket,
} from "./learning_market.ts";
import { expectedPerStep, occupancy, occupancyGradient, type OccupancyInput } from "./occupancy.ts";

/** One episode with its rewards, as the occupancy recursion reads it. */
export interface ExactEpisode {
  /** Where it lies. */
  readonly episode: LearningEpisode;
  /** What its transitions pay. */
  readonly rewards: EpisodeRewards;
}

/**
 * The exact occupancy gradient of the expected reward (docs/methods.md#exact-gradient), the
 * default: prices do not depend on actions, so every action at every bar is weighed and none is
 * sampled. The drawdown term is charged along the mean path, held fixed within a step.
 */
export function exactGradient(): Learner {
  return {
    algorithm: "exact",
    passes: 1,
    extraOutputs: () => 0,
    begin(batch) {
      const episodes = rewardedEpisodes(batch);
      return (outputs) =>
        learnExactly(batch, outputs, episodes, (input, { rewards }) => ({
          ...input,
          rewards: withDrawdown(input, rewards, batch.market.reward),
        }));
    },
  };
}

/** The exact gradient, for parameters that ask for it by name. */
export const EXACT_GRADIENT: LearnerKind = {
  algorithm: "exact",
  discounts: false,
  create: () => exactGradient(),
};

/** The episodes of a batch with what their transitions pay. */
export function rewardedEpisodes({ episodes, market }: LearnerBatch): ExactEpisode[] {
  return episodes.map((episode) => ({ episode, rewards: episodeRewards(market, episode) }));
}

/**
 * Mean reward per row and its exact gradient in the outputs, entropy bonus included.
 *
 * @param pay puts the rewards of an episode in place of the plain ones
 */
export function learnExactly(
  batch: LearnerBatch,
  outputs: Float32Array,
  episodes: readonly ExactEpisode[],
  pay: (input: OccupancyInput, episode: ExactEpisode) => OccupancyInput,
): { objective: number; gradient: Float32Array } {
  const { entropyWeight, market, width } = batch;
  const count = market.actions.length;
  const gradient = new Float32Array(outputs.length);
  const scale = 1 / episodeRows(batch.episodes);
  let first = 0, objective = 0;
  for (const episode of episodes) {
    const input = pay(occupancyInput(market, episode, outputs, { first, width }), episode);
    const exact = occupancyGradient(input);
    objective += scale * exact.objective;
    for (let state = 0; state < exact.held.length; state++) {
      const step = Math.floor(state / count), previous = state % count;
      const to = (first + step) * width + previous * count;
      for (let a = 0; a < count; a++) gradient[to + a] = scale * exact.gradient[state * count + a]!;
      const mass = exact.held[state]!;
      const isForced = market.table.forced[episode.episode.from + step] === 1;
      if (mass === 0 || entropyWeight === 0 || isForced) continue;
      const weight = scale * entropyWeight * mass;
      const target = { gradient, at: to };
      addEntropyGradient(input.probabilities, state * count, count, target, weight);
    }
    first += episode.episode.length;
  }
  return { objective, gradient };
}

/** Rows of all episodes. */
export function episodeRows(episodes: readonly LearningEpisode[]): number {
  return episodes.reduce((sum, { length }) => sum + length, 0);
}

/** An episode as the occupancy recursion reads it, with the plain market rewards. */
export function occupancyInput(
  market: Pick<LearningMarket, "actions" | "table">,
  { episode, rewards }: ExactEpisode,
  outputs: Float32Array,
  place: { readonly first: number; readonly width: number },
): OccupancyInput {
  return {
    actions: market.actions.length,
    probabilities: episodeProbabilities(market, episode, outputs, place),
    rewards: rewards.reward,
    start: episode.start,
    flat: flatAction(market.actions),
    resets: market.table.resets.subarray(episode.from, episode.from + episode.length),
  };
}

/** Rewards less the drawdown term: where the mean path sinks to a new low, losses cost extra. */
function withDrawdown(
  input: OccupancyInput,
  { result, reward }: EpisodeRewards,
  { drawdownReference, drawdownWeight, riskPerDeviation }: RewardSettings,
): Float64Array {
  if (drawdownWeight === 0) return reward;
  const mean = expectedPerStep(input, occupancy(input), result);
  const slope = drawdownWeight * riskPerDeviation / drawdownReference;
  const cells = input.actions ** 2;
  const charged = reward.slice();
  let equity = 0, peak = 0;
  mean.forEach((change, step) => {
    equity += change;
    peak = Math.max(peak, equity);
    if (equity >= peak || change >= 0) return;
    for (let at = step * cells; at < (step + 1) * cells; at++) charged[at]! += slope * result[at]!;
  });
  return charged;
}
