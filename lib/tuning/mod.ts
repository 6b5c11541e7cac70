/**
 * Searches parameters: studies, samplers, pruners, storages.
 *
 * @module
 */
export {
  ActiveTrial,
  TrialLost,
  type TrialParts,
  TrialPruned,
  UnfitTrial,
} from "./active_trial.ts";
export {
  type HeartbeatOptions,
  isRetry,
  recoverStaleTrials,
  type StoredStudy,
} from "./heartbeat.ts";
export { parameterImportances } from "./importance.ts";
export { KnownDistributions } from "./known_distributions.ts";
export type {
  Objective,
  OptimizeOptions,
  OptimizeSummary,
  RunnableStudy,
  StopReason,
} from "./optimize.ts";
export { type HyperbandOptions, hyperbandPruner } from "./pruners/hyperband_pruner.ts";
export {
  medianPruner,
  type PercentileOptions,
  percentilePruner,
} from "./pruners/percentile_pruner.ts";
export { noPruner, type PruneDecision, type Pruner, type PrunerContext } from "./pruners/pruner.ts";
export { prunerOf, PRUNERS } from "./pruners/pruners.ts";
export {
  type SuccessiveHalvingOptions,
  successiveHalvingPruner,
} from "./pruners/successive_halving_pruner.ts";
export { type WilcoxonOptions, wilcoxonPruner } from "./pruners/wilcoxon_pruner.ts";
export { gridSampler } from "./samplers/grid_sampler.ts";
export { type Nsga2Options, nsga2Sampler } from "./samplers/nsga2_sampler.ts";
export { type QuasiRandomOptions, quasiRandomSampler } from "./samplers/quasi_random_sampler.ts";
export { randomSampler } from "./samplers/random_sampler.ts";
export type {
  Proposal,
  Sampler,
  SamplerContext,
  SamplerKind,
  SamplerSettings,
} from "./samplers/sampler.ts";
export { samplerOf, SAMPLERS } from "./samplers/samplers.ts";
export { type TpeOptions, type TpeRules, tpeSampler } from "./samplers/tpe/tpe_sampler.ts";
export { MemoryStorage } from "./storage/memory_storage.ts";
export { openSchema } from "./storage/open_schema.ts";
export { openStorage, type StorageOptions } from "./storage/open_storage.ts";
export type {
  Direction,
  Eventually,
  StudyEntry,
  StudyStorage,
  TrialKey,
} from "./storage/storage.ts";
export { createStudy, loadStudy, type NewStudy, Study, type StudyTools } from "./study.ts";
export {
  type AttributeKind,
  type Attributes,
  FAIL_REASON_KEY,
  type FinishedState,
  isFinished,
  type Outcome,
  type Trial,
  TRIAL_STATES,
  type TrialState,
  type TrialTemplate,
} from "./trial.ts";
export type { PrunerKind } from "./pruners/pruner.ts";
