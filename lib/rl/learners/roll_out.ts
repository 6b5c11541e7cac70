import type { Random } from "../../core/mod.ts";
import type { RewardSettings } from "../reward/additive_reward.ts";
import type { EpisodeRewards } from "./learning_market.ts";
import type { OccupancyInput } from "./occupancy.ts";

/** One sampled way through an episode. */
export interface RollOut {
  /** Position held before each step, as an index of the actions. */
  readonly states: Int32Array;
  /** Action taken at each step. */
  readonly taken: Int32Array;
  /** Reward of each step, the path's own drawdown included. */
  readonly rewards: Float64Array;
}

/** Draws one action after the other and collects what they are paid. */
export function rollOut(
  input: OccupancyInput,
  paid: EpisodeRewards,
  settings: RewardSettings,
  random: Random,
): RollOut {
  const { actions, flat, probabilities, resets, start } = input;
  const length = probabilities.length / (actions * actions);
  const states = new Int32Array(length), taken = new Int32Array(length);
  const rewards = new Float64Array(length);
  const charge = settings.drawdownWeight / settings.drawdownReference * settings.riskPerDeviation;
  let state = start, equity = 0, deepest = 0, peak = 0;
  for (let step = 0; step < length; step++) {
    const at = (step * actions + state) * actions;
    const action = draw(probabilities, at, actions, random);
    states[step] = state;
    taken[step] = action;
    equity += paid.result[at + action]!;
    peak = Math.max(peak, equity);
    const drawdown = peak - equity;
    rewards[step] = paid.reward[at + action]! - charge * Math.max(0, drawdown - deepest);
    deepest = drawdown;
    state = resets?.[step] === 1 ? flat : action;
  }
  return { states, taken, rewards };
}

/** Draws an index from the distribution at `at … at + count - 1`. */
function draw(probabilities: Float64Array, at: number, count: number, random: Random): number {
  let left = random.uniform();
  for (let a = 0; a < count - 1; a++) {
    left -= probabilities[at + a]!;
    if (left < 0) return a;
  }
  return count - 1;
}
