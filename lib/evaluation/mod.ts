/**
 * Backtest, comparison, walk-forward, leak check, reproduction.
 *
 * @module
 */
export {
  type AccountSimulation,
  type AccountSimulationOptions,
  simulateAccount,
} from "./account_simulation.ts";
export {
  type AuditControl,
  type AuditFindings,
  type AuditRequest,
  auditSession,
} from "./audit/audit_session.ts";
export type { AuditedDecider, AuditedSlot, AuditSystems } from "./audit/audit_systems.ts";
export type { FramedBars } from "./audit/audited_bars.ts";
export { readStory } from "./audit/read_story.ts";
export type { CauseProof } from "./audit/cause_proof.ts";
export type {
  SessionStory,
  StoryBar,
  StoryBrokerFill,
  StoryControl,
  StoryDecision,
  StoryDeployment,
  StoryMoment,
  StoryOrder,
  StoryReport,
  StoryUnsent,
} from "./audit/session_story.ts";
export { type BacktestSettings, runBacktest } from "./backtest.ts";
export { type BlendComparison, compareBlend } from "./blend/compare_blend.ts";
export { attributeProfit, type Contributions, createContributions } from "./blend/contributions.ts";
export { runBlend } from "./blend/run.ts";
export { type CompareDocument, compareRuns, type RunSummary } from "./compare_runs.ts";
export { baselines, identify, type StrategyRun } from "./comparison.ts";
export { evaluate } from "./evaluate.ts";
export { readRun } from "./find_run.ts";
export { createFindings, createVerdict, type FindingFacts } from "./findings.ts";
export { heldBack } from "./held_back.ts";
export { blendPipeline, systemPipeline } from "./leak_check/blend_pipeline.ts";
export { checkPipeline, type PipelineCheck } from "./leak_check/check_pipeline.ts";
export { checkSystem, systemCheck, type SystemCheckSettings } from "./leak_check/check_system.ts";
export { checkTraining } from "./leak_check/check_training.ts";
export { aliasNote, describeReport, type LeakCheckDocument } from "./leak_check/describe_report.ts";
export {
  barsProbe,
  checkLeaks,
  checkLeaksAsync,
  describeLeak,
  type Leak,
  LEAK_KINDS,
  type LeakCheckOptions,
  type LeakProbe,
  type LeakReport,
  type PipelineOutput,
} from "./leak_check/leak_check.ts";
export { type LoadedModel, modelPipeline } from "./leak_check/pipeline.ts";
export { loadModels, type ModelReferences } from "./load_models.ts";
export { policyVerdict } from "./policy_summary.ts";
export { refit, reproduceModel } from "./reproduce_model.ts";
export { LISTED, reproduceRun } from "./reproduce_run.ts";
export { reproduceSystem } from "./reproduce_system.ts";
export {
  compareInPairs,
  type PairedComparison,
  pairedSection,
  undecidedText,
} from "./rl/compare_in_pairs.ts";
export {
  comparePolicy,
  type ComparisonSettings,
  type PolicyComparison,
  shownRuns,
} from "./rl/compare_policy.ts";
export { evaluateLog } from "./rl/evaluate_log.ts";
export {
  DEFAULT_POLICY_SETTINGS,
  learnPolicy,
  policyName,
  type PolicySettings,
} from "./rl/learn.ts";
export { learnLog } from "./rl/learn_log.ts";
export { type RecordedLog, recordLog, type RecordRequest } from "./rl/record_log.ts";
export { neighbourOf } from "./search_spaces/neighbour.ts";
export { parseTunablePolicy, type TunablePolicy } from "./search_spaces/policy_settings.ts";
export { POLICY_TARGET } from "./search_spaces/policy_target.ts";
export { type Chosen, gridOf, settingsFor, type Target } from "./search_spaces/target.ts";
export { trainingTargets } from "./search_spaces/targets.ts";
export { parseTrainingSettings, type TrainingSettings } from "./search_spaces/training_settings.ts";
export { type KnownOptimum, knownOptimum, openSimulated, worldSection } from "./simulation.ts";
export { type StoredTest, storedTests } from "./stored_tests.ts";
export {
  buildTearSheet,
  scoreOf,
  type StrategyScore,
  strategyScores,
  type TearSheetParts,
} from "./tear_sheet.ts";
export {
  type Activity,
  TRADE_METRIC_DEFINITIONS,
  TRADE_METRIC_NAMES,
  type TradeMetricName,
  tradeMetrics,
} from "./trade_metrics.ts";
export type { Contender } from "./tuning/check.ts";
export type { DevelopmentData, Period } from "./tuning/data.ts";
export { type Examination, examine } from "./tuning/examination.ts";
export { failuresInWords, failuresOf } from "./tuning/failures.ts";
export {
  HEARTBEAT,
  openTuneSession,
  search,
  type SearchSettings,
  type TuneSession,
} from "./tuning/session.ts";
export { TARGET_NAMES, targetSummary, type Tuning } from "./tuning/targets.ts";
export { joinSummaries, searchInThreads, shareOf } from "./tuning/threads.ts";
export { judge, recordTrials, type WalkForwardEvidence } from "./walk_forward/evidence.ts";
export {
  WALK_FORWARD_KINDS,
  type WalkForwardKind,
  type WalkForwardPlan,
  walkForwardPlan,
  type WalkForwardPlanOptions,
  type WalkForwardWindow,
} from "./walk_forward/plan.ts";
export { type RefitRequest, type RefittedWindow, refitWindow } from "./walk_forward/refit.ts";
export { stitchBlend, stitchedPart, stitchedStrategy } from "./walk_forward/stitch.ts";
export { conclusions, conclusionSection, windowSection } from "./walk_forward/summary_text.ts";
export { type SystemRecipe, systemRecipe } from "./walk_forward/system_recipe.ts";
export { walkForwardWindows, type WindowSettings } from "./walk_forward/windows.ts";
export { HELD_BACK_BY, type HeldBack } from "./finding_facts.ts";
