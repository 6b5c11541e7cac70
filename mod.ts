/**
 * Trading-AI: market bars in, an honestly tested trading model out.
 *
 * Every name exported here is public. A research script needs no more than this module:
 *
 * ```ts
 * import { bestAchievable, findInstrument, simulateBars } from "./mod.ts";
 *
 * const bars = simulateBars({
 *   world: { kind: "ar1", phi: 0.2 },
 *   instrument: findInstrument("MES"),
 *   bars: 1_000,
 *   intervalMs: 300_000,
 *   seed: 1,
 *   start: Date.UTC(2024, 0, 2),
 *   startPrice: 5_000,
 *   volatilityTicks: 16,
 * });
 * console.log(bars.length, bestAchievable({ kind: "ar1", phi: 0.2 }, 0).meanPerBar);
 * ```
 *
 * @module
 */

// Domain
export {
  backAdjustedClose,
  type Bars,
  closeReturns,
  type Continuous,
  researchPrice,
  sliceBars,
} from "./lib/market/bars.ts";
export {
  createCalendar,
  DAILY_INTERVAL_MS,
  type Pause,
  type Session,
  type SessionCalendar,
  type SessionMarks,
  sessionMarks,
  sessionOfBar,
} from "./lib/market/calendar.ts";
export {
  type Activation,
  ACTIVATIONS,
  type DenseLayer,
  type LayerNormalization,
  type LstmLayer,
  type Network,
  type NetworkLayer,
} from "./lib/models/mod.ts";
export {
  type Calibration,
  type Classifier,
  type FitControl,
  modelWindow,
  type Scaler,
  type TrainingSet,
} from "./lib/models/mod.ts";
export type { Forest } from "./lib/models/mod.ts";
export type { Hybrid } from "./lib/models/mod.ts";
export type { Logistic } from "./lib/models/mod.ts";
export { CorruptArtifactError, InputError, RefusedError } from "./lib/core/errors.ts";
export type { Fill, FillMoment } from "./lib/trading/fill.ts";
export type { FeatureFrame, FeatureRows } from "./lib/features/frame.ts";
export type { Fold } from "./lib/labels/mod.ts";
export type { Labels } from "./lib/labels/mod.ts";
export type { RowRange } from "./lib/market/row_range.ts";
export type {
  Dated,
  Instrument,
  InstrumentKind,
  Margin,
  SessionTemplate,
} from "./lib/market/instrument.ts";
export {
  type ContractCode,
  feePerSideMicros,
  findInstrument,
  genericFx,
  genericStock,
  INSTRUMENTS,
  marginOn,
  MONTH_LETTERS,
  parseContractCode,
  tickValueMicros,
} from "./lib/market/instruments.ts";
export {
  checkModelManifest,
  type ClassifierManifest,
  type Comparison,
  type EdgeSummary,
  type FoldSummary,
  isPolicy,
  type LearningCurve,
  type ManifestCheck,
  type ManifestCore,
  MODEL_NAME,
  type ModelManifest,
  type PolicyLook,
  type PolicyManifest,
  type Scores,
  type Stance,
  STANCES,
} from "./lib/records/model_manifest.ts";
export { type JsonValue } from "./lib/core/json.ts";
export { canonicalJson, jsonSha256 } from "./lib/core/canonical_json.ts";
export { codeHash, codeSha256, describeCodeChange } from "./lib/core/code_hash.ts";
export type { CodeHash } from "./lib/core/deciding_files.ts";
export {
  type BracketExit,
  type ExitTerms,
  type Order,
  type OrderKind,
  type OrderReason,
  type OrderTerms,
  type TimeInForce,
  TIMES_IN_FORCE,
  type WorkingOrder,
} from "./lib/trading/order.ts";
export type { Executor, Feed } from "./lib/trading/ports.ts";
export { type Clock, sleep, type TimerClock } from "./lib/core/clock.ts";
export { VirtualClock } from "./lib/core/virtual_clock.ts";
export type {
  Broker,
  BrokerCapabilities,
  BrokerFill,
  BrokerOrder,
  BrokerPosition,
  BrokerSnapshot,
} from "./lib/trading/broker.ts";
export type { Journal, JournaledBar, JournaledClose, JournalEntry } from "./lib/trading/journal.ts";
export {
  createMemoryTransport,
  type MemoryRoute,
  type MemoryServer,
} from "./lib/trading/memory_transport.ts";
export {
  type Line,
  type LineListener,
  type Transport,
  TransportError,
  type TransportFault,
  type TransportRequest,
  type TransportResponse,
} from "./lib/trading/transport.ts";
export { driveBroker, type DrivenEngine, type DriveObserver } from "./lib/engine/drive_broker.ts";
export { type Belief, reconcile, type Reconciliation } from "./lib/execution/reconcile.ts";
export {
  createSimulatedBroker,
  type SimulatedBroker,
  type SimulatedMarket,
} from "./lib/execution/simulated/simulated_broker.ts";
export type { InferenceSession } from "./lib/onnx/inference_session.ts";
export { CLASS_COUNT, CLASSES } from "./lib/market/outcome_class.ts";

// Data
export {
  type ContractBars,
  joinContracts,
  type JoinOptions,
  type Roll,
  type RollRule,
  rollsOf,
} from "./lib/data/continuous.ts";
export { futuresExpiry } from "./lib/data/futures_expiry.ts";
export {
  expectedSpans,
  findGaps,
  type Gap,
  type OpenSpan,
  type OpenSpans,
} from "./lib/data/gaps.ts";
export {
  type DataReport,
  type DataSource,
  inspectBars,
  type InspectedBars,
  loadBars,
  type LoadedBars,
  type LoadOptions,
} from "./lib/data/loader.ts";
export { type Problem, type Rule, RULES, type Severity } from "./lib/data/problems.ts";
export { resampleBars } from "./lib/data/resample.ts";
export {
  type BestAchievable,
  bestAchievable,
  type CompleteWorld,
  completeWorld,
  createWorld,
  optimalPositions,
  simulateBars,
  type SimulationOptions,
  type World,
  WORLD_KINDS,
  type WorldKind,
  worldReturns,
} from "./lib/simulator/simulator.ts";
export { createStoredFeed } from "./lib/feeds/stored_feed.ts";
export { writeBars } from "./lib/data/write.ts";
export type { DecimalSign } from "./lib/data/written_numbers.ts";
export type { DateOrder } from "./lib/data/written_stamps.ts";

// Portfolio and statistics
export { Account } from "./lib/trading/account.ts";
export { type CostModel, roundTripCostTicks, scaleCosts } from "./lib/trading/costs.ts";
export { type DailyReturns, dailyReturns } from "./lib/statistics/daily_returns.ts";
export {
  type Metric,
  METRIC_UNITS,
  type MetricDefinition,
  type MetricUnit,
} from "./lib/statistics/metric.ts";
export {
  METRIC_DEFINITIONS,
  METRIC_NAMES,
  type MetricName,
} from "./lib/statistics/metric_definitions.ts";
export { performanceMetrics } from "./lib/statistics/metrics.ts";
export {
  type Activity,
  TRADE_METRIC_DEFINITIONS,
  TRADE_METRIC_NAMES,
  type TradeMetricName,
  tradeMetrics,
} from "./lib/evaluation/trade_metrics.ts";
export { matchTrades, type Trade } from "./lib/trading/trades.ts";
export {
  type AccountOutcome,
  type AccountRules,
  type Breach,
  BREACHES,
  type DailyLoss,
  type DayPath,
  dayPaths,
  followAccount,
} from "./lib/risk/account_rules.ts";
export {
  type AccountSimulation,
  type AccountSimulationOptions,
  simulateAccount,
} from "./lib/evaluation/account_simulation.ts";
export {
  type BacktestOverfitting,
  backtestOverfitting,
  type OverfittingOptions,
  SELECTION_METRICS,
  type SelectionMetric,
} from "./lib/statistics/backtest_overfitting.ts";
export {
  type BlockLength,
  commonBlockLength,
  optimalBlockLength,
  politisWhiteBlockLength,
} from "./lib/statistics/block_length.ts";
export {
  type BootstrapInterval,
  bootstrapInterval,
  type BootstrapOptions,
  type Interval,
  stationaryBootstrapIndices,
  type Statistic,
} from "./lib/statistics/bootstrap.ts";
export {
  type CommonPeriods,
  commonPeriods,
  type DatedReturns,
} from "./lib/statistics/common_periods.ts";
export {
  type RealityCheck,
  realityCheck,
  type StepwiseSuperiority,
  stepwiseSuperiority,
  type SuperiorAbility,
  superiorAbility,
  type SuperiorAbilityOptions,
} from "./lib/statistics/data_snooping.ts";
export {
  criticalMaximum,
  type DetectionOptions,
  falseDiscoveryRate,
  maximumExceeds,
  yearsToDetect,
} from "./lib/statistics/detection_power.ts";
export {
  type DrawdownPath,
  drawdownPath,
  type DrawdownSimulation,
  type DrawdownSimulationOptions,
  simulateDrawdowns,
} from "./lib/statistics/drawdown_simulation.ts";
export { effectiveTrials, meanCorrelation } from "./lib/statistics/effective_trials.ts";
export {
  type Conclusion,
  explainTrackRecord,
  OVERFITTING_LIMIT,
} from "./lib/statistics/explain_track_record.ts";
export {
  andrewsBandwidth,
  type Kernel,
  KERNELS,
  kernelWeight,
  longRunVariance,
} from "./lib/statistics/long_run_variance.ts";
export {
  type ResampledMeans,
  resampleMeans,
  type ResamplingOptions,
  stationaryBootstrapVariance,
} from "./lib/statistics/resampled_means.ts";
export {
  jobsonKorkieTest,
  type SharpeDifference,
  type SharpePair,
} from "./lib/statistics/jobson_korkie.ts";
export {
  type LedoitWolfOptions,
  type LedoitWolfResult,
  ledoitWolfTest,
} from "./lib/statistics/ledoit_wolf.ts";
export {
  annualizationFactor,
  deflatedSharpe,
  estimateSharpe,
  expectedMaximumSharpe,
  minimumBacktestYears,
  minimumTrackRecord,
  probabilisticSharpe,
  revisedMinimumTrackRecord,
  revisedProbabilisticSharpe,
  sharpeConfidenceInterval,
  type SharpeEstimate,
  sharpeStandardError,
} from "./lib/statistics/sharpe_statistics.ts";
export {
  type SharpeInterval,
  sharpeInterval,
  type SharpeIntervalOptions,
} from "./lib/statistics/sharpe_interval.ts";
export { studentCdf, studentQuantile } from "./lib/statistics/student_distribution.ts";
export { undecidedPair } from "./lib/statistics/undecided.ts";
export {
  judgeTrackRecord,
  type TrackRecord,
  type TrackRecordJudgement,
  type TrackRecordOptions,
} from "./lib/statistics/track_record.ts";
export {
  WALK_FORWARD_KINDS,
  type WalkForwardKind,
  type WalkForwardPlan,
  walkForwardPlan,
  type WalkForwardPlanOptions,
  type WalkForwardWindow,
} from "./lib/evaluation/walk_forward/plan.ts";

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
} from "./lib/evaluation/leak_check/leak_check.ts";

// Strategy and execution
export {
  createSimulatedExecutor,
  type SimulatedExecutorOptions,
} from "./lib/execution/simulated/simulated_executor.ts";
export { VolumeShare } from "./lib/execution/simulated/volume_share.ts";
export type { MarginRules } from "./lib/trading/margin.ts";
export {
  buyAndHold,
  enterSide,
  fixedSides,
  flat,
  timeSeriesMomentum,
} from "./lib/strategies/baselines.ts";
export { blend } from "./lib/blend/mod.ts";
export { type BlendDecision, type BlendedPart, describeBlend } from "./lib/blend/mod.ts";
export type { Blended, Blender, BlendFit, BlendHistory, BlendRule } from "./lib/blend/mod.ts";
export { BLEND_KINDS, blenderOf, BLENDERS } from "./lib/blend/mod.ts";
export { checkBlendRule, parseBlendRule } from "./lib/blend/mod.ts";
export type { WeightLearning } from "./lib/blend/mod.ts";
export {
  type BlendState,
  initialBlendState,
  learnBlend,
  restoreBlendState,
} from "./lib/blend/mod.ts";
export {
  type ForecastSource,
  type Signal,
  signalEvidence,
  signalForecast,
} from "./lib/blend/mod.ts";
export {
  attributeProfit,
  type Contributions,
  createContributions,
} from "./lib/evaluation/blend/contributions.ts";
export { fitBlend, type FittedBlend } from "./lib/blend/mod.ts";
export type { LogisticWeights } from "./lib/blend/mod.ts";
export type { PartForecast } from "./lib/blend/mod.ts";
export {
  fitNoveltyFilter,
  type NoveltyFilter,
  type NoveltyOptions,
  noveltyVeto,
} from "./lib/blend/mod.ts";
export {
  type PortfolioOptions,
  type PortfolioResult,
  type PortfolioSlot,
  runPortfolio,
} from "./lib/engine/run_portfolio.ts";
export type { EngineObserver, SlotOptions, TakenDecision } from "./lib/engine/engine_options.ts";
export { type AccountOptions, Engine, type EngineState } from "./lib/engine/engine.ts";
export type { OpenOrder, OpenOrders, OrderStatus } from "./lib/trading/open_orders.ts";
export type { MarketState, SlotState, SlotView } from "./lib/engine/slot.ts";
export type { BrokerReport, Command, EngineEvent } from "./lib/trading/events.ts";
export {
  type Bet,
  FLAT,
  type Forecast,
  type Intent,
  nextExposure,
} from "./lib/trading/forecast.ts";
export { drawdownFloor, TRAILING_BASES, type TrailingDrawdown } from "./lib/risk/drawdown_floor.ts";
export type { NewsWindow, SessionWindow } from "./lib/risk/time_windows.ts";
export type { CoolDown } from "./lib/risk/risk_limits.ts";
export type { Restriction, RiskState } from "./lib/risk/risk_state.ts";
export { TRADING_STATES, type TradingState } from "./lib/risk/trading_state.ts";
export type { RiskVerdict } from "./lib/risk/risk_review.ts";
export type { PolicyEvidence } from "./lib/blend/mod.ts";
export {
  calibratedProbability,
  type ConfidenceCalibration,
  fitConfidence,
} from "./lib/blend/mod.ts";
export { followBlend, type FollowBlendOptions, type FollowState } from "./lib/blend/mod.ts";
export { kellyFraction, kellyLots, type StakedBet } from "./lib/risk/kelly.ts";
export {
  checkRiskLimits,
  RISK_RULES,
  type RiskLimits,
  type RiskRule,
} from "./lib/risk/risk_limits.ts";
export { sweep, type SweepOrder, sweepParallel, type SweepTask } from "./lib/engine/sweep/sweep.ts";
export type { ScoreRule, SweepColumns } from "./lib/engine/sweep/sweep_account.ts";
export {
  prepareSweep,
  type SweepMarket,
  type SweepRules,
} from "./lib/engine/sweep/sweep_market.ts";
export {
  createRiskGuard,
  type GuardedClose,
  type GuardState,
  type RiskGuard,
} from "./lib/risk/risk_guard.ts";
export { runEngine, runEngineOnFeed, startRun, type SteppedRun } from "./lib/engine/run_engine.ts";
export type {
  EngineResult,
  EngineTotals,
  RunDecision,
  RunObserver,
  RunOptions,
  SlotRunOptions,
} from "./lib/engine/run_options.ts";
export { followModel, type FollowModelOptions } from "./lib/strategies/follow_model.ts";
export { type Veto, VETOES } from "./lib/risk/lot_limits.ts";
export {
  createSizing,
  fixedLots,
  type Sizing,
  type SizingContext,
  type SizingSettings,
  type VolatilityTarget,
} from "./lib/risk/sizing.ts";
export {
  type Forecaster,
  isOrderStrategy,
  type OrderGateway,
  type OrderRequest,
  type OrderStrategy,
  type Placement,
  stateless,
  type Strategy,
  type StrategyContext,
} from "./lib/trading/strategy.ts";
export type { AccountBooks, AccountState } from "./lib/trading/account.ts";
export type { Entry, OpenLotsState } from "./lib/trading/trades.ts";

// Learning
export { createStateMemory, type StateMemory, type StatePart } from "./lib/core/state_memory.ts";
export {
  FEATURE_GROUPS,
  type FeatureBar,
  type FeatureDefinition,
  type FeatureGroup,
  type Step,
} from "./lib/features/indicators/feature_bar.ts";
export {
  applyCalibration,
  CALIBRATION_METHODS,
  type CalibrationMethod,
  fitCalibration,
} from "./lib/models/mod.ts";
export {
  type ClassificationMetrics,
  classificationMetrics,
  reliabilityBins,
} from "./lib/training/mod.ts";
export type { ReliabilityBin } from "./lib/records/tear_sheet.ts";
export {
  classOutcomes,
  informationCoefficient,
  predictedEdge,
  withoutDrift,
} from "./lib/models/mod.ts";
export { type EdgeEvidence, measureEdge } from "./lib/models/mod.ts";
export {
  computeFeatures,
  DEFAULT_FEATURES,
  featureColumns,
  type FeatureContext,
  type FeatureEntry,
  FEATURES,
  type FeatureSpec,
  lookbackBars,
  parseFeatureSpec,
} from "./lib/features/features.ts";
export {
  createFeatureStream,
  type FeatureState,
  type FeatureStream,
  type FeatureStreamOptions,
  type StreamBar,
} from "./lib/features/feature_stream.ts";
export {
  type CombinatorialFold,
  type CombinatorialOptions,
  combinatorialPurged,
  holdoutSplit,
  pathsOf,
  purgedWalkForward,
  type SplitLabels,
  type WalkForwardOptions,
} from "./lib/labels/mod.ts";
export { DEFAULT_FOREST, type ForestParameters, parseForestParameters } from "./lib/models/mod.ts";
export { fitForest } from "./lib/models/mod.ts";
export { predictForest } from "./lib/models/mod.ts";
export { predictLogistic } from "./lib/models/mod.ts";
export { parseLogisticParameters } from "./lib/models/mod.ts";
export { type HeldRows, permutationImportance } from "./lib/training/mod.ts";
export { createLabels } from "./lib/labels/mod.ts";
export { DEFAULT_LABELS, LABEL_KINDS, labelKindOf, parseLabelSpec } from "./lib/labels/mod.ts";
export type { ExitRule, LabelKind, LabelSpec } from "./lib/labels/mod.ts";
export type { LabelExit, LabelPath } from "./lib/labels/mod.ts";
export { DEFAULT_LOGISTIC, type LogisticParameters } from "./lib/models/mod.ts";
export { fitLogistic } from "./lib/models/mod.ts";
export { fitHybrid, type FittedHybrid } from "./lib/models/networks.ts";
export type { HybridControl, HybridInput } from "./lib/models/mod.ts";
export { DEFAULT_HYBRID, type HybridParameters, parseHybridParameters } from "./lib/models/mod.ts";
export { predictHybrid } from "./lib/models/networks.ts";
export { defaultRecipe, familyOf, MODEL_FAMILIES } from "./lib/models/training.ts";
export type {
  FitRequest,
  FittedClassifier,
  ModelFamily,
  ModelRecipe,
  ParameterSearch,
} from "./lib/models/mod.ts";
export { BASELINE_RECIPES, parseRecipe } from "./lib/models/training.ts";
export type { FlagRule, FlagValue, ParameterFlag } from "./lib/models/mod.ts";
export type { Checkpoint, Checkpoints } from "./lib/core/checkpoint.ts";
export { type CheckpointFolder, openCheckpointFolder } from "./lib/models/mod.ts";
export { fitNetwork, type FittedNetwork, type NetworkControl } from "./lib/models/networks.ts";
export type { NetworkInput } from "./lib/models/mod.ts";
export {
  DEFAULT_NETWORK,
  type NetworkParameters,
  parseNetworkParameters,
  type Schedule,
  SCHEDULES,
} from "./lib/models/mod.ts";
export { predictNetwork } from "./lib/models/networks.ts";
export type { ScaledRows } from "./lib/models/networks.ts";
export { predictRows } from "./lib/models/training.ts";
export { applyScaler, fitScaler, gatherRows, type ScalingMethod } from "./lib/models/mod.ts";
export {
  type TrainedModel,
  type TrainingControl,
  type TrainingRequest,
  trainModel,
} from "./lib/training/mod.ts";
export { TRAINING_KINDS, type TrainingKinds } from "./lib/training/mod.ts";
export {
  averageUniqueness,
  gatherWeights,
  type LabelSpans,
  sequentialBootstrapProbabilities,
  uniquenessWeights,
} from "./lib/labels/mod.ts";

// Tensors
export { type Backend, BACKENDS } from "./lib/tensor/backend.ts";
export {
  openTensorflow,
  type Tensorflow,
  type TensorflowOptions,
} from "./lib/tensor/tensorflow.ts";

// ONNX
export {
  type Attribute,
  type ElementType,
  type Extent,
  GraphBuilder,
  type Operation,
  type Shape,
  type TensorData,
  type Value,
} from "./lib/onnx/graph.ts";
export { type ClassifierParts, exportClassifier } from "./lib/models/training.ts";
export {
  createJointSession,
  type JoinedModel,
  type JointSession,
} from "./lib/onnx/joint_session.ts";
export { availableEngine, createSession, type OnnxEngine } from "./lib/onnx/session.ts";

// Trading systems
export { type DataRequest, openData, type OpenedData } from "./lib/data/open_data.ts";
export type { RunConditions } from "./lib/engine/run_conditions.ts";
export { parseRiskRequest, type RiskRequest } from "./lib/risk/risk_request.ts";
export type { CostRequest } from "./lib/trading/requested_costs.ts";
export type { AccountSettings } from "./lib/system/account_settings.ts";
export {
  type BlendRequest,
  fitSystem,
  type FittedSystem,
  type PredictedModel,
  type SystemModel,
  type SystemRequest,
} from "./lib/system/fit_system.ts";
export { type LoadedSystem, loadSystem } from "./lib/system/load_system.ts";
export { type ModelPredictions, modelPredictions } from "./lib/system/predict.ts";
export {
  type BlendRecorder,
  type ReadySystem,
  readySystem,
  requireSameInstrument,
  systemConditions,
  systemForecasts,
  systemStrategy,
} from "./lib/system/run_system.ts";
export type { LiveBlend, LiveBlendState } from "./lib/system/live_blend.ts";
export {
  streamSystem,
  type SystemStream,
  type SystemStreamOptions,
} from "./lib/system/stream_system.ts";
export type { SystemSettings } from "./lib/system/system_settings.ts";
export type { BlendModel } from "./lib/system/tabulate_signals.ts";
export type { TradedModel } from "./lib/system/traded_model.ts";

// Registry
export {
  type AliasChange,
  type ArtifactCheck,
  type CurrentDeployment,
  type Deployment,
  type GarbageOptions,
  type GarbageReport,
  type LeakVerdict,
  type ModelVersion,
  type NewModel,
  openRegistry,
  type PromoteOptions,
  type RegisteredKind,
  type Registry,
  type RegistryOptions,
  type StoredModel,
  type StoredSystem,
  type SystemVersion,
  type UnreadableVersion,
} from "./lib/registry/registry.ts";
export {
  parseSystem,
  SYSTEM_FORMAT,
  systemBytes,
  type SystemNoveltyFilter,
  type SystemPart,
  type TradingSystem,
} from "./lib/records/system.ts";

// Offline reinforcement learning
export {
  type EnvironmentOptions,
  type EpisodeWindow,
  TradingEnvironment,
} from "./lib/rl/environment/trading_environment.ts";
export {
  type TransitionOptions,
  type TransitionTable,
  transitionTable,
  transitionTableOf,
} from "./lib/rl/environment/transition_table.ts";
export {
  type VolatilitySizeOptions,
  volatilitySizes,
} from "./lib/rl/environment/volatility_sizes.ts";
export {
  createExperience,
  type Experience,
  type ExperienceAccount,
  type ExperienceFill,
  type ExperienceHeader,
  type Transition,
} from "./lib/rl/experience/experience.ts";
export {
  decodeExperience,
  encodeExperience,
  type ExperienceLog,
  readExperience,
  type StoredExperience,
} from "./lib/rl/experience/experience_file.ts";
export {
  DEFAULT_EXPERIENCE,
  type ExperienceParameters,
  parseExperienceParameters,
} from "./lib/rl/experience/experience_parameters.ts";
export {
  type ExperienceWriter,
  openExperienceWriter,
} from "./lib/rl/experience/experience_writer.ts";
export {
  explorePolicy,
  type ExplorePolicyOptions,
  type LoggedDecision,
} from "./lib/rl/experience/explore_policy.ts";
export { OFF_POLICY_METHODS, type OffPolicyMethod } from "./lib/rl/experience/estimators.ts";
export type { ImplicitLook, ImplicitMember } from "./lib/rl/experience/implicit_member.ts";
export {
  type ExperienceControl,
  type ExperienceRequest,
  learnFromExperience,
  type PolicyFromExperience,
  type TrainedMember,
} from "./lib/rl/experience/learn_from_experience.ts";
export {
  consistentEstimates,
  evaluateOffPolicy,
  type Improvement,
  type OffPolicyEstimate,
  type OffPolicyEvaluation,
  type OffPolicyOptions,
} from "./lib/rl/experience/off_policy.ts";
export { type RecordedRun, recordExperience } from "./lib/rl/experience/record_experience.ts";
export type { ActionSupport } from "./lib/rl/experience/support.ts";
export { type TargetBehaviour, targetProbabilities } from "./lib/rl/experience/target_policy.ts";
export type { ImplicitQOptions } from "./lib/rl/learners/implicit_q_learning.ts";
export {
  evaluatePolicy,
  type PolicyEvaluation,
  type ResultEvidence,
  resultEvidence,
} from "./lib/rl/learners/evaluate_policy.ts";
export { ALGORITHMS, LEARNERS } from "./lib/rl/learners/learners.ts";
export type { LearnerKind } from "./lib/rl/learners/learner.ts";
export type { LearningMarket } from "./lib/rl/learners/learning_market.ts";
export {
  type LearningPoint,
  MEMBER_STOPS,
  type MemberStop,
} from "./lib/rl/learners/member_state.ts";
export {
  DEFAULT_POLICY,
  parsePolicyParameters,
  type PolicyParameters,
  RECURRENT_POLICY,
} from "./lib/rl/learners/parameters.ts";
export type {
  MemberCurve,
  PolicyControl,
  PolicyModel,
  PolicyRequest,
  PolicySplit,
} from "./lib/rl/learners/policy_request.ts";
export { trainPolicy } from "./lib/rl/learners/train_policy.ts";
export type { PolicyBehaviour } from "./lib/rl/policy/behaviour.ts";
export { decideActions, type DecisionRules } from "./lib/strategies/decide.ts";
export { followPolicy, type FollowPolicyOptions } from "./lib/strategies/follow_policy.ts";
export { type DecidedPositions, decidePositions } from "./lib/rl/policy/decide_positions.ts";
export { exportPolicy } from "./lib/rl/policy/export_policy.ts";
export { type Policy, policyProbabilities } from "./lib/rl/policy/policy.ts";
export { POLICY_SIZES, type PolicySize } from "./lib/rl/policy/policy_network.ts";
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
  type RewardSettings,
  type RewardShare,
  type RewardStep,
  type RewardTerm,
  RISK_NEUTRAL_REWARD,
  terminalMetrics,
} from "./lib/rl/reward.ts";
export { parseRewardSettings } from "./lib/rl/reward/parse_reward_settings.ts";
export {
  type PolicyTrainingControl,
  type PolicyTrainingRequest,
  type RewardWeights,
  type TrainedPolicy,
  trainPolicyModel,
} from "./lib/rl/train_policy_model.ts";

// Report
export { createFindings, createVerdict, type FindingFacts } from "./lib/evaluation/findings.ts";
export type { RecordedModel, RunRecord } from "./lib/records/run_record.ts";
export type { BlendPartRow, BlendSummary } from "./lib/records/blend_summary.ts";
export type { ActionMap, PanelLook, PolicySummary } from "./lib/records/policy_summary.ts";
export { renderReport } from "./lib/report/render_report.ts";
export { loadCartesianPlotly } from "./lib/report/load_cartesian_plotly.ts";
export { renderStudyReport } from "./lib/report/study_report.ts";
export type { StudySummary, StudyTrial } from "./lib/report/study_summary.ts";
export { type ReportPaths, writeReport } from "./lib/report/write_report.ts";

export {
  type CostCase,
  type Finding,
  FINDING_SEVERITIES,
  type FindingSeverity,
  type Importance,
  type LossCurve,
  type MetricValue,
  type MetricValues,
  type ModelRow,
  type ModelScores,
  type ReliabilityCurve,
  STRATEGY_ROLES,
  type StrategyResult,
  type StrategyRole,
  type TearSheet,
  type TextSection,
  type TradeRow,
} from "./lib/records/tear_sheet.ts";

// Changes of code and settings
export {
  type ChangeLog,
  type ChangeRecord,
  changesOf,
  type LogLine,
  type LogRecord,
  type PruneRecord,
  readChangeLog,
} from "./lib/codegen/change_log.ts";
export {
  type Change,
  type ChangeSet,
  parseChangeSet,
  type Setting,
  type SettingValue,
} from "./lib/codegen/change_set.ts";
export type { FileStep, FileVersion, Rename } from "./lib/codegen/file_step.ts";
export { createFileSystem, type FileSystem, type PathInfo } from "./lib/codegen/file_system.ts";
export {
  type AppliedChange,
  applyChanges,
  type ApplyOptions,
  openTree,
  planChanges,
  type TreeOptions,
} from "./lib/codegen/generate_code_changes.ts";
export type { Consent } from "./lib/codegen/make_change.ts";
export { pruneBackups, type PruneOptions } from "./lib/codegen/prune_backups.ts";
export {
  rollbackChange,
  type RollbackOptions,
  type RollbackOutcome,
} from "./lib/codegen/rollback_change.ts";
export { type ChangeDetails, showChange } from "./lib/codegen/show_change.ts";
export type { Merge } from "./lib/codegen/merge_three_way.ts";
export type { PermissionChange } from "./lib/codegen/permission_changes.ts";
export type { FileSummary, Plan } from "./lib/codegen/plan.ts";
export { type Risk, RISK_KINDS, type RiskKind } from "./lib/codegen/risks.ts";
export type { RollbackConflict } from "./lib/codegen/rollback_plan.ts";
export { SCAFFOLD_KINDS, type ScaffoldKind } from "./lib/codegen/scaffolds/scaffold_kind.ts";
export type { Tree } from "./lib/codegen/tree.ts";
export { type ChangeCheck, verifyChanges } from "./lib/codegen/verify_changes.ts";

// Tuning
export type { Grid, Params, Suggester, ValueOf, ValuesOf } from "./lib/core/suggester.ts";
export { neighbourOf } from "./lib/evaluation/search_spaces/neighbour.ts";
export {
  parseTunablePolicy,
  type TunablePolicy,
} from "./lib/evaluation/search_spaces/policy_settings.ts";
export { POLICY_TARGET } from "./lib/evaluation/search_spaces/policy_target.ts";
export {
  type Chosen,
  gridOf,
  settingsFor,
  type Target,
} from "./lib/evaluation/search_spaces/target.ts";
export { trainingTargets } from "./lib/evaluation/search_spaces/targets.ts";
export {
  parseTrainingSettings,
  type TrainingSettings,
} from "./lib/evaluation/search_spaces/training_settings.ts";
export {
  type LedgerEntry,
  type LedgerFilter,
  openTrialLedger,
  type StoredEntry,
  type TrialLedger,
} from "./lib/registry/trial_ledger.ts";
export { ActiveTrial, TrialLost, type TrialParts, TrialPruned } from "./lib/tuning/mod.ts";
export {
  categorical,
  type CategoricalDistribution,
  type Category,
  type Distribution,
  float,
  type FloatDistribution,
  int,
  type IntDistribution,
  type SearchSpace,
} from "./lib/core/distribution.ts";
export type { HeartbeatOptions, StoredStudy } from "./lib/tuning/mod.ts";
export { parameterImportances } from "./lib/tuning/mod.ts";
export { KnownDistributions } from "./lib/tuning/mod.ts";
export type {
  Objective,
  OptimizeOptions,
  OptimizeSummary,
  RunnableStudy,
  StopReason,
} from "./lib/tuning/mod.ts";
export { type HyperbandOptions, hyperbandPruner } from "./lib/tuning/mod.ts";
export { medianPruner, type PercentileOptions, percentilePruner } from "./lib/tuning/mod.ts";
export { noPruner, type PruneDecision, type Pruner, type PrunerContext } from "./lib/tuning/mod.ts";
export { type SuccessiveHalvingOptions, successiveHalvingPruner } from "./lib/tuning/mod.ts";
export { type WilcoxonOptions, wilcoxonPruner } from "./lib/tuning/mod.ts";
export { gridSampler } from "./lib/tuning/mod.ts";
export { type Nsga2Options, nsga2Sampler } from "./lib/tuning/mod.ts";
export { type QuasiRandomOptions, quasiRandomSampler } from "./lib/tuning/mod.ts";
export { randomSampler } from "./lib/tuning/mod.ts";
export type {
  Proposal,
  Sampler,
  SamplerContext,
  SamplerKind,
  SamplerSettings,
} from "./lib/tuning/mod.ts";
export { SAMPLERS } from "./lib/tuning/mod.ts";
export { PRUNERS } from "./lib/tuning/mod.ts";
export { type TpeOptions, type TpeRules, tpeSampler } from "./lib/tuning/mod.ts";
export { MemoryStorage } from "./lib/tuning/mod.ts";
export { openStorage, type StorageOptions } from "./lib/tuning/mod.ts";
export type {
  Direction,
  Eventually,
  StudyEntry,
  StudyStorage,
  TrialKey,
} from "./lib/tuning/mod.ts";
export { createStudy, loadStudy, type NewStudy, Study, type StudyTools } from "./lib/tuning/mod.ts";
export {
  type AttributeKind,
  type Attributes,
  type FinishedState,
  type Outcome,
  type Trial,
  TRIAL_STATES,
  type TrialState,
  type TrialTemplate,
} from "./lib/tuning/mod.ts";

// Random numbers
export { createRandom, mixSeed, type Random } from "./lib/core/random.ts";
