import { addEntropyGradient } from "./entropy.ts";
import {
  episodeRows,
  type ExactEpisode,
  occupancyInput,
  rewardedEpisodes,
} from "./exact_gradient.ts";
import type { Learner, LearnerBatch, LearnerKind } from "./learner.ts";
import { type OccupancyInput, pathValues } from "./occupancy.ts";
import { type RollOut, rollOut } from "./roll_out.ts";

/** What is taken off the reward-to-go before it weighs an action. */
export const BASELINES = ["path-value", "replays", "none"] as const;
/** One of `BASELINES`. */
export type Baseline = typeof BASELINES[number];

/** Settings of REINFORCE. */
export interface ReinforceOptions {
  /**
   * Discount per bar. Actions reach forward only through costs: more than .95 adds the noise of
   * later bars and nothing else (docs/methods.md#noise-of-sampled-gradients).
   */
  readonly discount: number;
  /** Sampled ways through each episode. */
  readonly replays: number;
  /**
   * `path-value`: the exact value of the position on the same prices, unbiased because prices do
   * not depend on actions. `replays`: mean over the other replays of the same window.
   */
  readonly baseline: Baseline;
  /** Whether advantages are brought to mean 0 and deviation 1 over the batch. */
  readonly normalizes: boolean;
}

/** The settings of the required baseline. */
export const DEFAULT_REINFORCE: ReinforceOptions = {
  discount: 0.9,
  replays: 8,
  baseline: "path-value",
  normalizes: true,
};

/** A sampled way with the weight of each of its actions. */
interface WeighedRollOut extends RollOut {
  readonly advantages: Float64Array;
}

/**
 * REINFORCE (Williams 1992) with reward-to-go and a baseline that knows the prices: the mean of
 * `(1[a] - π(a)) · advantage` over sampled actions.
 */
export function reinforce(options: ReinforceOptions = DEFAULT_REINFORCE): Learner {
  return {
    algorithm: "reinforce",
    passes: 1,
    extraOutputs: () => 0,
    begin(batch) {
      const episodes = rewardedEpisodes(batch);
      return (outputs) => learn(batch, outputs, episodes, options);
    },
  };
}

/** Sampled actions, with a baseline, for parameters that ask for it by name. */
export const REINFORCE: LearnerKind = {
  algorithm: "reinforce",
  discounts: true,
  create: ({ discount }) => reinforce({ ...DEFAULT_REINFORCE, discount }),
};

function learn(
  batch: LearnerBatch,
  outputs: Float32Array,
  episodes: readonly ExactEpisode[],
  options: ReinforceOptions,
): { objective: number; gradient: Float32Array } {
  const { market, random, width } = batch;
  let first = 0, total = 0;
  const played = episodes.map((episode) => {
    const input = occupancyInput(market, episode, outputs, { first, width });
    const replays = Array.from(
      { length: options.replays },
      () => rollOut(input, episode.rewards, market.reward, random),
    );
    for (const { rewards } of replays) total += rewards.reduce((sum, value) => sum + value, 0);
    const weighed = weigh(input, replays, options);
    const begin = first;
    first += episode.episode.length;
    return { input, weighed, begin, from: episode.episode.from };
  });
  if (options.normalizes) normalize(played.flatMap(({ weighed }) => weighed));

  const gradient = new Float32Array(outputs.length);
  const scale = 1 / (episodeRows(batch.episodes) * options.replays);
  for (const { begin, from, input, weighed } of played) {
    for (const one of weighed) addScore(batch, { input, begin, from, scale }, one, gradient);
  }
  return { objective: total * scale, gradient };
}

/** Discounted reward-to-go of each step, less the baseline. */
function weigh(
  input: OccupancyInput,
  replays: readonly RollOut[],
  { baseline, discount }: ReinforceOptions,
): WeighedRollOut[] {
  const returns = replays.map(({ rewards }) => rewardToGo(rewards, discount));
  const values = baseline === "path-value" ? pathValues({ ...input, discount }) : null;
  return replays.map((one, index) => ({
    ...one,
    advantages: returns[index]!.map((value, step) => {
      if (values !== null) return value - values[step * input.actions + one.states[step]!]!;
      if (baseline === "none" || replays.length === 1) return value;
      const sum = returns.reduce((total, other) => total + other[step]!, 0);
      return value - (sum - value) / (replays.length - 1);
    }),
  }));
}

function rewardToGo(rewards: Float64Array, discount: number): Float64Array {
  const sums = new Float64Array(rewards.length);
  let later = 0;
  for (let step = rewards.length - 1; step >= 0; step--) {
    sums[step] = later = rewards[step]! + discount * later;
  }
  return sums;
}

function normalize(weighed: readonly WeighedRollOut[]): void {
  let count = 0, mean = 0, squares = 0;
  for (const { advantages } of weighed) {
    for (const value of advantages) {
      const deviation = value - mean;
      mean += deviation / ++count;
      squares += deviation * (value - mean);
    }
  }
  const deviation = Math.sqrt(squares / count) + 1e-8;
  for (const { advantages } of weighed) {
    for (let i = 0; i < advantages.length; i++) {
      advantages[i] = (advantages[i]! - mean) / deviation;
    }
  }
}

/** Adds the score function of one replay, and the entropy of the states it came through. */
function addScore(
  { entropyWeight, market, width }: LearnerBatch,
  { begin, from, input, scale }: {
    input: OccupancyInput;
    begin: number;
    from: number;
    scale: number;
  },
  { advantages, states, taken }: WeighedRollOut,
  gradient: Float32Array,
): void {
  const { actions, probabilities } = input;
  for (let step = 0; step < advantages.length; step++) {
    if (market.table.forced[from + step] === 1) continue;
    const state = states[step]!;
    const at = (step * actions + state) * actions;
    const to = (begin + step) * width + state * actions;
    const weight = scale * advantages[step]!;
    for (let a = 0; a < actions; a++) gradient[to + a]! -= weight * probabilities[at + a]!;
    gradient[to + taken[step]!]! += weight;
    if (entropyWeight === 0) continue;
    addEntropyGradient(probabilities, at, actions, { gradient, at: to }, scale * entropyWeight);
  }
}
