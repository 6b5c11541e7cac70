import type { Random } from "../../core/mod.ts";
import type { OutputGradient } from "../policy/run_policy.ts";
import type { LearningEpisode, LearningMarket } from "./learning_market.ts";

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
  readonly algorithm: string;
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

/** A learner that parameters can name. One object in its own file, and one line in `LEARNERS`. */
export interface LearnerKind {
  /** Name in parameters and flags. */
  readonly algorithm: string;
  /** Whether it discounts, as learners that sample actions do; those that weigh every action need not. */
  readonly discounts: boolean;
  /** Makes one. */
  create(settings: { readonly discount: number }): Learner;
}
