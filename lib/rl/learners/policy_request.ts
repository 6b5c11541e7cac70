import type { FitControl } from "../../models/mod.ts";
import type { FeatureFrame } from "../../features/mod.ts";
import type { RowRange } from "../../market/mod.ts";
import type { Checkpoint } from "../../core/mod.ts";
import type { TransitionTable } from "../environment/transition_table.ts";
import type { Policy } from "../policy/policy.ts";
import type { RewardSettings } from "../reward/additive_reward.ts";
import type { PolicyEvaluation, ResultEvidence } from "./evaluate_policy.ts";
import type { LearningPoint, MemberStop } from "./member_state.ts";
import type { PolicyParameters } from "./parameters.ts";

/** What a policy is learnt from, and how. */
export interface PolicyRequest {
  /** Features of every bar, unscaled. */
  readonly frame: FeatureFrame;
  /** What each action earns at each decision. */
  readonly table: TransitionTable;
  /** What the learner is paid. */
  readonly reward: RewardSettings;
  /** How it learns. */
  readonly parameters: PolicyParameters;
  /** Share of the rows that early stopping watches. */
  readonly validationShare: number;
  /** Share of the newest rows, neither learnt from nor watched, that prove the result. */
  readonly evidenceShare: number;
  /** Of every random choice. */
  readonly seed: number;
}

/** How a training is watched, stopped and resumed. */
export interface PolicyControl extends FitControl {
  /** Called after each look at a member, counted from 1. */
  readonly onLook?: (member: number, point: LearningPoint) => void;
  /**
   * Keeps the state after every look and when the training is aborted; one that finds its own
   * state there goes on from it, to the same bytes as without the interruption.
   */
  readonly checkpoint?: Checkpoint;
}

/** Rows of a table in time order, with gaps between. */
export interface PolicySplit {
  /** Learnt from. */
  readonly learning: RowRange;
  /** Watched by early stopping. */
  readonly validation: RowRange;
  /** Neither: what proves the result. */
  readonly evidence: RowRange;
}

/** How one member learnt. */
export interface MemberCurve {
  /** Which, counted from 1. */
  readonly member: number;
  /** Its seed. */
  readonly seed: number;
  /** What was seen of it, in order. */
  readonly points: readonly LearningPoint[];
  /** Batch whose weights were kept. */
  readonly bestStep: number;
  /** Why it stopped. */
  readonly stop: MemberStop;
  /** Mean net result per row on the evidence rows, alone; reference deviations. */
  readonly evidenceMean: number;
}

/** A learnt policy with what speaks for it and against it. */
export interface PolicyModel {
  /** The ensemble with its scaler. */
  readonly policy: Policy;
  /** One ticks figure: the standard deviation of a full long position's result per row. */
  readonly reference: number;
  /** Rows of the table that were learnt from, watched, and kept back. */
  readonly split: PolicySplit;
  /** One curve per member. */
  readonly curves: readonly MemberCurve[];
  /** The ensemble on the rows that it has neither learnt from nor been chosen by. */
  readonly evidence: ResultEvidence;
  /** The same rows in full. */
  readonly evaluation: PolicyEvaluation;
  /**
   * `trade` when the evidence lies above staying flat at one-sided 5 %; else `stand-aside`, and the
   * policy should not be followed.
   */
  readonly stance: "trade" | "stand-aside";
  /** What a reader should know, in words: divergence, collapse, a penalty that decides. */
  readonly remarks: readonly string[];
}
