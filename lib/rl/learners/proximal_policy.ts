import { addEntropyGradient } from "./entropy.ts";
import {
  episodeRows,
  type ExactEpisode,
  occupancyInput,
  rewardedEpisodes,
} from "./exact_gradient.ts";
import type { Learner, LearnerBatch, LearnerKind } from "./learner.ts";
import { rollOut } from "./roll_out.ts";
import { softmax } from "../policy/softmax.ts";

/** Settings of proximal policy optimization. */
export interface ProximalOptions {
  /** Discount per bar. */
  readonly discount: number;
  /** Weight of later temporal differences in an advantage. */
  readonly lambda: number;
  /** How far the ratio of new to old probability may leave 1 before it no longer pays. */
  readonly clip: number;
  /** Weight of the squared error of the values. */
  readonly valueWeight: number;
  /** How often one batch is learnt from. */
  readonly passes: number;
}

/** Those of CleanRL, but for discount and lambda (docs/methods.md#other-learners). */
export const DEFAULT_PROXIMAL: ProximalOptions = {
  discount: 0.9,
  lambda: 0.9,
  clip: 0.2,
  valueWeight: 0.5,
  passes: 4,
};

/** One sampled step: where its numbers lie in the outputs, and what it was worth. */
interface Step {
  /** First of the logits it was drawn from. */
  readonly logits: number;
  /** The value of the position held. */
  readonly value: number;
  readonly action: number;
  /** Probability with which the action was drawn. */
  readonly drawn: number;
  /** Advantage plus value: what the value should have been. */
  readonly target: number;
  advantage: number;
}

/**
 * Proximal policy optimization (Schulman et al. 2017) as a reference: one sampled way through each
 * episode, generalised advantages from a learnt value per position, clipped ratios.
 */
export function proximalPolicy(options: ProximalOptions = DEFAULT_PROXIMAL): Learner {
  return {
    algorithm: "ppo",
    passes: options.passes,
    extraOutputs: (actions) => actions,
    begin(batch) {
      const episodes = rewardedEpisodes(batch);
      let steps: readonly Step[] | null = null;
      let objective = 0;
      return (outputs) => {
        if (steps === null) {
          const played = play(batch, outputs, episodes, options);
          ({ steps, objective } = played);
        }
        return { objective, gradient: proximalGradient(batch, outputs, steps, options) };
      };
    },
  };
}

/** Sampled actions, with clipped ratios, for parameters that ask for it by name. */
export const PROXIMAL_POLICY: LearnerKind = {
  algorithm: "ppo",
  discounts: true,
  create: ({ discount }) => proximalPolicy({ ...DEFAULT_PROXIMAL, discount }),
};

/** Plays each episode once and works out the advantages. */
function play(
  batch: LearnerBatch,
  outputs: Float32Array,
  episodes: readonly ExactEpisode[],
  options: ProximalOptions,
): { steps: Step[]; objective: number } {
  const { market, random, width } = batch;
  const steps: Step[] = [];
  let first = 0, total = 0;
  for (const one of episodes) {
    const input = occupancyInput(market, one, outputs, { first, width });
    const { actions, probabilities } = input;
    const { rewards, states, taken } = rollOut(input, one.rewards, market.reward, random);
    const valueAt = (step: number): number =>
      (first + step) * width + actions * actions + states[step]!;
    const advantages = generalisedAdvantages(
      rewards,
      (step) => step < rewards.length ? outputs[valueAt(step)]! : 0,
      options,
    );
    rewards.forEach((reward, step) => {
      total += reward;
      if (market.table.forced[one.episode.from + step] === 1) return;
      const state = states[step]!, action = taken[step]!;
      steps.push({
        logits: (first + step) * width + state * actions,
        value: valueAt(step),
        action,
        drawn: probabilities[(step * actions + state) * actions + action]!,
        target: advantages[step]! + outputs[valueAt(step)]!,
        advantage: advantages[step]!,
      });
    });
    first += one.episode.length;
  }
  normalize(steps);
  return { steps, objective: total / episodeRows(batch.episodes) };
}

/** `A[t] = δ[t] + discount λ A[t+1]`, `δ[t] = r[t] + discount V[t+1] - V[t]` (Schulman et al. 2016). */
function generalisedAdvantages(
  rewards: Float64Array,
  value: (step: number) => number,
  { discount, lambda }: ProximalOptions,
): Float64Array {
  const advantages = new Float64Array(rewards.length);
  let later = 0;
  for (let step = rewards.length - 1; step >= 0; step--) {
    const difference = rewards[step]! + discount * value(step + 1) - value(step);
    advantages[step] = later = difference + discount * lambda * later;
  }
  return advantages;
}

function normalize(steps: readonly Step[]): void {
  const mean = steps.reduce((sum, { advantage }) => sum + advantage, 0) / steps.length;
  const squares = steps.reduce((sum, { advantage }) => sum + (advantage - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / steps.length) + 1e-8;
  for (const step of steps) step.advantage = (step.advantage - mean) / deviation;
}

function proximalGradient(
  { entropyWeight, market, width }: LearnerBatch,
  outputs: Float32Array,
  steps: readonly Step[],
  { clip, valueWeight }: ProximalOptions,
): Float32Array {
  const count = market.actions.length;
  const gradient = new Float32Array(outputs.length);
  const scale = 1 / (outputs.length / width);
  const probabilities = new Float64Array(count);
  for (const { action, advantage, drawn, logits, target, value } of steps) {
    softmax(outputs, logits, probabilities, 0, count);
    const ratio = probabilities[action]! / drawn;
    const isClipped = advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip;
    if (!isClipped) {
      const weight = scale * advantage * ratio;
      for (let a = 0; a < count; a++) gradient[logits + a]! -= weight * probabilities[a]!;
      gradient[logits + action]! += weight;
    }
    gradient[value]! -= 2 * valueWeight * scale * (outputs[value]! - target);
    const place = { gradient, at: logits };
    addEntropyGradient(probabilities, 0, count, place, scale * entropyWeight);
  }
  return gradient;
}
