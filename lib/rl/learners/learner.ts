import type { Random } from "../../core/random.ts";
import type { OutputGradient } from "../policy/run_policy.ts";
import type { LearningEpisode, LearningMarket } from "./learning_market.ts";

/** Names of the learners. */
export const ALGORITHMS = [
  "exact",
  "reinforce",
  "sharpe",
  "ppo",
] as const;
/** One of `ALGORITHMS`. */
export type Algorithm = typeof ALGORITHMS[number];

/** Episodes of one batch with what the learner may draw and weigh. */
export interface LearnerBatch {
  /** The market. */
  readonly market: LearningMarket;
  /** Stretches of rows; the outputs of all their rows lie one after the other. */
  readonly episodes: readonly LearningEpisode[];
  /** Columns of the outputs. */
  readonly width: number;
  /** Weight of the mean entropy in the objective. */
  readonly entropyWeight: number;
  /** Draws actions, for those learners that do. */
  readonly random: Random;
}

/**
 * One way to learn. The shared loop runs the network; a learner says, in plain numbers, how the
 * outputs of a batch should change.
 */
export interface Learner {
  /** Which. */
  readonly algorithm: Algorithm;
  /** How often one batch is learnt from. */
  readonly passes: number;
  /** Numbers that the head gives beside the logits of `actions` positions. */
  extraOutputs(actions: number): number;
  /**
   * Begins a batch.
   *
   * @returns called once per pass with the outputs, row-major `[rows, width]`
   */
  begin(batch: LearnerBatch): (outputs: Float32Array) => OutputGradient;
}
