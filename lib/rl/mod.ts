/**
 * Environment, rewards, learners, policies, own experience.
 *
 * @module
 */
export {
  type EnvironmentOptions,
  type EpisodeWindow,
  TradingEnvironment,
} from "./environment/trading_environment.ts";
export {
  type TransitionOptions,
  type TransitionTable,
  transitionTable,
  transitionTableOf,
} from "./environment/transition_table.ts";
export { type VolatilitySizeOptions, volatilitySizes } from "./environment/volatility_sizes.ts";
export { OFF_POLICY_METHODS, type OffPolicyMethod } from "./experience/estimators.ts";
export {
  createExperience,
  type Experience,
  type ExperienceAccount,
  type ExperienceFill,
  type ExperienceHeader,
  meanSlippageTicks,
  observationFrame,
  type Transition,
} from "./experience/experience.ts";
export {
  decodeExperience,
  encodeExperience,
  type ExperienceLog,
  readExperience,
  type StoredExperience,
} from "./experience/experience_file.ts";
export {
  DEFAULT_EXPERIENCE,
  type ExperienceParameters,
  parseExperienceParameters,
} from "./experience/experience_parameters.ts";
export { type ExperienceWriter, openExperienceWriter } from "./experience/experience_writer.ts";
export {
  explorePolicy,
  type ExplorePolicyOptions,
  type LoggedDecision,
} from "./experience/explore_policy.ts";
export type { ImplicitLook, ImplicitMember } from "./experience/implicit_member.ts";
export type {
  ExperienceControl,
  ExperienceRequest,
  PolicyFromExperience,
  TrainedMember,
} from "./experience/learn_from_experience.ts";
export {
  consistentEstimates,
  evaluateOffPolicy,
  type Improvement,
  type OffPolicyEstimate,
  type OffPolicyEvaluation,
  type OffPolicyOptions,
} from "./experience/off_policy.ts";
export { type RecordedRun, recordExperience } from "./experience/record_experience.ts";
export { type ActionSupport, isExplored } from "./experience/support.ts";
export { type TargetBehaviour, targetProbabilities } from "./experience/target_policy.ts";
export {
  evaluatePolicy,
  type PolicyEvaluation,
  type ResultEvidence,
  resultEvidence,
  T_LIMIT,
} from "./learners/evaluate_policy.ts";
export type { ImplicitQOptions } from "./learners/implicit_q_learning.ts";
export type { Learner, LearnerBatch, LearnerKind } from "./learners/learner.ts";
export { ALGORITHMS, learnerOf, LEARNERS } from "./learners/learners.ts";
export type { LearningMarket } from "./learners/learning_market.ts";
export { type LearningPoint, MEMBER_STOPS, type MemberStop } from "./learners/member_state.ts";
export {
  DEFAULT_POLICY,
  parsePolicyParameters,
  type PolicyParameters,
  RECURRENT_POLICY,
} from "./learners/parameters.ts";
export type {
  MemberCurve,
  PolicyControl,
  PolicyModel,
  PolicyRequest,
  PolicySplit,
} from "./learners/policy_request.ts";
export type { PolicyBehaviour } from "./policy/behaviour.ts";
export { type DecidedPositions, decidePositions } from "./policy/decide_positions.ts";
export { exportPolicy } from "./policy/export_policy.ts";
export type { Policy } from "./policy/policy.ts";
export { POLICY_SIZES, type PolicySize } from "./policy/policy_network.ts";
export {
  DEFAULT_REWARD,
  DifferentialSharpe,
  type DifferentialSharpeOptions,
  DifferentialSortino,
  type DifferentialSortinoOptions,
  REWARD_TERMS,
  RewardLog,
  type RewardParts,
  rewardParts,
  type RewardShare,
  type RewardStep,
  type RewardTerm,
  RISK_NEUTRAL_REWARD,
  terminalMetrics,
} from "./reward.ts";
export type { RewardSettings } from "./reward/additive_reward.ts";
export { parseRewardSettings } from "./reward/parse_reward_settings.ts";
export type {
  PolicyTrainingControl,
  PolicyTrainingRequest,
  RewardWeights,
  TrainedPolicy,
} from "./train_policy_model.ts";
export type { OutputGradient } from "./policy/run_policy.ts";
export type { LearningEpisode } from "./learners/learning_market.ts";
