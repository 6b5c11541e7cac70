/**
 * One position made of several forecasts: blenders, confidence, novelty.
 *
 * @module
 */
export { blend } from "./blend.ts";
export { type BlendDecision, type BlendedPart, describeBlend } from "./blend_decision.ts";
export { checkBlendRule, parseBlendRule } from "./blend_rule.ts";
export {
  type BlendState,
  initialBlendState,
  learnBlend,
  restoreBlendState,
} from "./blend_state.ts";
export type { Blended, Blender, BlendFit, BlendHistory, BlendRule } from "./blender.ts";
export { BLEND_KINDS, blenderOf, BLENDERS } from "./blenders.ts";
export type { WeightLearning } from "./blenders/weight_learning.ts";
export type { PolicyEvidence } from "./confidence.ts";
export {
  calibratedProbability,
  type ConfidenceCalibration,
  fitConfidence,
} from "./confidence_calibration.ts";
export { carryBlend } from "./carry_blend.ts";
export { fitBlend, type FittedBlend } from "./fit_blend.ts";
export { followBlend, type FollowBlendOptions, type FollowState } from "./follow_blend.ts";
export type { PartForecast } from "./forecast.ts";
export type { LogisticWeights } from "./logistic_weights.ts";
export {
  createNoveltyJudge,
  fitNoveltyFilter,
  type NoveltyFilter,
  type NoveltyJudge,
  type NoveltyOptions,
} from "./novelty.ts";
export { type ForecastSource, type Signal, signalEvidence, signalForecast } from "./signal.ts";
export { createSignalTable, type SignalTable } from "./signal_table.ts";
