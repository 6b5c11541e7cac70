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
  type BusinessCalendar,
  CALENDAR_SOURCES,
  calendarByRules,
  type CalendarRules,
  CALENDARS,
  type CalendarSource,
  CLASS_COUNT,
  CLASSES,
  type ClockSpan,
  type ClockText,
  closeReturns,
  type Continuous,
  type ContractCode,
  type ContractDates,
  contractDates,
  type ContractDayAnchor,
  type ContractDayRule,
  type ContractEntry,
  type ContractRules,
  type ContractWeekday,
  createCalendar,
  DAILY_INTERVAL_MS,
  type Dated,
  type DayRule,
  feePerSideMicros,
  findCalendar,
  findInstrument,
  genericFx,
  genericStock,
  type Holiday,
  type HolidayName,
  type HolidayRule,
  type HoursRule,
  type Instrument,
  type InstrumentKind,
  INSTRUMENTS,
  type LastTradeRule,
  type Margin,
  marginOn,
  MONTH_LETTERS,
  type OneDay,
  parseContractCode,
  type Pause,
  researchPrice,
  type RowRange,
  type Session,
  type SessionCalendar,
  type SessionMarks,
  sessionMarks,
  sessionOfBar,
  sliceBars,
  tickValueMicros,
} from "./lib/market/mod.ts";
export { HELD_BACK_BY, type HeldBack } from "./lib/evaluation/mod.ts";
export type { Learner, LearnerBatch, LearningEpisode, OutputGradient } from "./lib/rl/mod.ts";
export type { PrunerKind } from "./lib/tuning/mod.ts";
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
export {
  canonicalJson,
  categorical,
  type CategoricalDistribution,
  type Category,
  type Checkpoint,
  type Checkpoints,
  type Clock,
  CorruptArtifactError,
  createRandom,
  createStateMemory,
  type Distribution,
  float,
  type FloatDistribution,
  type Grid,
  InputError,
  int,
  type IntDistribution,
  jsonSha256,
  type JsonValue,
  mixSeed,
  type Params,
  type Random,
  RefusedError,
  type SearchSpace,
  sleep,
  type StateMemory,
  type StatePart,
  type Suggester,
  type TimerClock,
  type ValueOf,
  type ValuesOf,
  VirtualClock,
} from "./lib/core/mod.ts";
export { type CodeHash, codeHash, codeSha256, describeCodeChange } from "./lib/core/program.ts";
export {
  Account,
  type AccountBooks,
  type AccountState,
  type BarBroker,
  type Bet,
  type BracketExit,
  type Broker,
  type BrokerCapabilities,
  type BrokerFill,
  type BrokerOrder,
  type BrokerPosition,
  type BrokerReport,
  type BrokerSnapshot,
  type Command,
  type CostModel,
  type CostRequest,
  createMemoryTransport,
  type EngineEvent,
  type Entry,
  type Executor,
  type ExitTerms,
  type Feed,
  type Fill,
  type FillMoment,
  FLAT,
  type Forecast,
  type Forecaster,
  type Intent,
  isOrderStrategy,
  type Journal,
  type JournaledBar,
  type JournaledClose,
  type JournalEntry,
  type Line,
  type LineListener,
  type MarginRules,
  matchTrades,
  type MemoryRoute,
  type MemoryServer,
  nextExposure,
  type OpenLotsState,
  type OpenOrder,
  type OpenOrders,
  type Order,
  type OrderGateway,
  type OrderKind,
  type OrderReason,
  type OrderRequest,
  type OrderStatus,
  type OrderStrategy,
  type OrderTerms,
  type Placement,
  roundTripCostTicks,
  scaleCosts,
  stateless,
  type Strategy,
  type StrategyContext,
  type TimeInForce,
  TIMES_IN_FORCE,
  type Trade,
  type Transport,
  TransportError,
  type TransportFault,
  type TransportRequest,
  type TransportResponse,
  type WorkingOrder,
} from "./lib/trading/mod.ts";
export {
  computeFeatures,
  createFeatureStream,
  DEFAULT_FEATURES,
  FEATURE_GROUPS,
  type FeatureBar,
  featureColumns,
  type FeatureContext,
  type FeatureDefinition,
  type FeatureEntry,
  type FeatureFrame,
  type FeatureGroup,
  type FeatureRows,
  FEATURES,
  type FeatureSpec,
  type FeatureState,
  type FeatureStream,
  type FeatureStreamOptions,
  lookbackBars,
  parseFeatureSpec,
  type Step,
  type StreamBar,
} from "./lib/features/mod.ts";
export type { Fold } from "./lib/labels/mod.ts";
export type { Labels } from "./lib/labels/mod.ts";
export {
  type ActionMap,
  type BlendPartRow,
  type BlendSummary,
  checkModelManifest,
  type ClassifierManifest,
  type Comparison,
  type CostCase,
  type EdgeSummary,
  type Finding,
  FINDING_SEVERITIES,
  type FindingSeverity,
  type FoldSummary,
  type Importance,
  isPolicy,
  type LearningCurve,
  type LossCurve,
  type ManifestCheck,
  type ManifestCore,
  type MetricValue,
  type MetricValues,
  MODEL_NAME,
  type ModelManifest,
  type ModelRow,
  type ModelScores,
  type PanelLook,
  parseSystem,
  type PolicyLook,
  type PolicyManifest,
  type PolicySummary,
  type RecordedModel,
  type RecordedRoll,
  type ReliabilityBin,
  type ReliabilityCurve,
  type RunRecord,
  type Scores,
  type Stance,
  STANCES,
  STRATEGY_ROLES,
  type StrategyResult,
  type StrategyRole,
  SYSTEM_FORMAT,
  systemBytes,
  type SystemNoveltyFilter,
  type SystemPart,
  type TearSheet,
  type TextSection,
  type TradeRow,
  type TradingSystem,
} from "./lib/records/mod.ts";
export {
  type AccountOptions,
  driveBroker,
  type DrivenEngine,
  type DriveObserver,
  Engine,
  type EngineObserver,
  type EngineResult,
  type EngineState,
  type EngineTotals,
  type MarketState,
  type PortfolioOptions,
  type PortfolioResult,
  type PortfolioSlot,
  prepareSweep,
  type RunConditions,
  type RunDecision,
  runEngine,
  runEngineOnFeed,
  type RunObserver,
  type RunOptions,
  runPortfolio,
  type ScoreRule,
  type SlotOptions,
  type SlotRunOptions,
  type SlotState,
  type SlotView,
  startRun,
  type SteppedRun,
  sweep,
  type SweepColumns,
  type SweepMarket,
  type SweepOrder,
  sweepParallel,
  type SweepRules,
  type SweepTask,
  type TakenDecision,
} from "./lib/engine/mod.ts";
export {
  type Belief,
  createSimulatedBroker,
  createSimulatedExecutor,
  reconcile,
  type Reconciliation,
  type SimulatedBroker,
  type SimulatedExecutorOptions,
  type SimulatedMarket,
  VolumeShare,
} from "./lib/execution/mod.ts";
export {
  type Attribute,
  availableEngine,
  createJointSession,
  createSession,
  type ElementType,
  type Extent,
  GraphBuilder,
  type InferenceSession,
  type JoinedModel,
  type JointSession,
  type OnnxEngine,
  type Operation,
  type Shape,
  type TensorData,
  type Value,
} from "./lib/onnx/mod.ts";

// Data
export {
  type ContractBars,
  type DataReport,
  type DataRequest,
  type DataSource,
  type DateOrder,
  datesOfContract,
  type DecimalSign,
  expectedSpans,
  findGaps,
  futuresExpiry,
  type Gap,
  inspectBars,
  type InspectedBars,
  joinContracts,
  joinCounted,
  type JoinedSeries,
  type JoinOptions,
  loadBars,
  type LoadedBars,
  type LoadOptions,
  openData,
  type OpenedData,
  type OpenSpan,
  type OpenSpans,
  type Problem,
  resampleBars,
  type Roll,
  type RollRow,
  type RollRule,
  rollsOf,
  rollTable,
  type Rule,
  RULES,
  type Severity,
  writeBars,
} from "./lib/data/mod.ts";
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
} from "./lib/simulator/mod.ts";
export { createStoredFeed } from "./lib/feeds/mod.ts";

// Portfolio and statistics
export {
  andrewsBandwidth,
  annualizationFactor,
  type BacktestOverfitting,
  backtestOverfitting,
  type BlockLength,
  type BootstrapInterval,
  bootstrapInterval,
  type BootstrapOptions,
  commonBlockLength,
  type CommonPeriods,
  commonPeriods,
  type Conclusion,
  criticalMaximum,
  type DailyReturns,
  dailyReturns,
  type DatedReturns,
  deflatedSharpe,
  type DetectionOptions,
  type DrawdownPath,
  drawdownPath,
  type DrawdownSimulation,
  type DrawdownSimulationOptions,
  effectiveTrials,
  estimateSharpe,
  expectedMaximumSharpe,
  explainTrackRecord,
  falseDiscoveryRate,
  type Interval,
  jobsonKorkieTest,
  judgeTrackRecord,
  type Kernel,
  KERNELS,
  kernelWeight,
  type LedoitWolfOptions,
  type LedoitWolfResult,
  ledoitWolfTest,
  longRunVariance,
  maximumExceeds,
  meanCorrelation,
  type Metric,
  METRIC_DEFINITIONS,
  METRIC_NAMES,
  METRIC_UNITS,
  type MetricDefinition,
  type MetricName,
  type MetricUnit,
  minimumBacktestYears,
  minimumTrackRecord,
  optimalBlockLength,
  OVERFITTING_LIMIT,
  type OverfittingOptions,
  performanceMetrics,
  politisWhiteBlockLength,
  probabilisticSharpe,
  type RealityCheck,
  realityCheck,
  type ResampledMeans,
  resampleMeans,
  type ResamplingOptions,
  revisedMinimumTrackRecord,
  revisedProbabilisticSharpe,
  SELECTION_METRICS,
  type SelectionMetric,
  sharpeConfidenceInterval,
  type SharpeDifference,
  type SharpeEstimate,
  type SharpeInterval,
  sharpeInterval,
  type SharpeIntervalOptions,
  type SharpePair,
  sharpeStandardError,
  simulateDrawdowns,
  stationaryBootstrapIndices,
  stationaryBootstrapVariance,
  type Statistic,
  type StepwiseSuperiority,
  stepwiseSuperiority,
  studentCdf,
  studentQuantile,
  type SuperiorAbility,
  superiorAbility,
  type SuperiorAbilityOptions,
  type TrackRecord,
  type TrackRecordJudgement,
  type TrackRecordOptions,
  undecidedPair,
  yearsToDetect,
} from "./lib/statistics/mod.ts";
export {
  type AccountSimulation,
  type AccountSimulationOptions,
  type Activity,
  attributeProfit,
  barsProbe,
  checkLeaks,
  checkLeaksAsync,
  type Chosen,
  type Contributions,
  createContributions,
  createFindings,
  createVerdict,
  describeLeak,
  type FindingFacts,
  gridOf,
  type Leak,
  LEAK_KINDS,
  type LeakCheckOptions,
  type LeakProbe,
  type LeakReport,
  neighbourOf,
  parseTrainingSettings,
  parseTunablePolicy,
  type PipelineOutput,
  POLICY_TARGET,
  settingsFor,
  simulateAccount,
  type Target,
  TRADE_METRIC_DEFINITIONS,
  TRADE_METRIC_NAMES,
  type TradeMetricName,
  tradeMetrics,
  type TrainingSettings,
  trainingTargets,
  type TunablePolicy,
  WALK_FORWARD_KINDS,
  type WalkForwardKind,
  type WalkForwardPlan,
  walkForwardPlan,
  type WalkForwardPlanOptions,
  type WalkForwardWindow,
} from "./lib/evaluation/mod.ts";
export {
  type AccountOutcome,
  type AccountRules,
  type Breach,
  BREACHES,
  checkRiskLimits,
  type CoolDown,
  createRiskGuard,
  createSizing,
  type DailyLoss,
  type DayPath,
  dayPaths,
  drawdownFloor,
  fixedLots,
  followAccount,
  type GuardedClose,
  type GuardState,
  kellyFraction,
  kellyLots,
  type NewsWindow,
  parseRiskRequest,
  type Restriction,
  RISK_RULES,
  type RiskGuard,
  type RiskLimits,
  type RiskRequest,
  type RiskRule,
  type RiskState,
  type RiskVerdict,
  type SessionWindow,
  type Sizing,
  type SizingContext,
  type SizingSettings,
  type StakedBet,
  TRADING_STATES,
  type TradingState,
  TRAILING_BASES,
  type TrailingDrawdown,
  type Veto,
  VETOES,
  type VolatilityTarget,
} from "./lib/risk/mod.ts";

// Strategy and execution
export {
  buyAndHold,
  decideActions,
  type DecisionRules,
  enterSide,
  fixedSides,
  flat,
  followModel,
  type FollowModelOptions,
  followPolicy,
  type FollowPolicyOptions,
  timeSeriesMomentum,
} from "./lib/strategies/mod.ts";
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
export { fitBlend, type FittedBlend } from "./lib/blend/mod.ts";
export type { LogisticWeights } from "./lib/blend/mod.ts";
export type { PartForecast } from "./lib/blend/mod.ts";
export {
  fitNoveltyFilter,
  type NoveltyFilter,
  type NoveltyOptions,
  noveltyVeto,
} from "./lib/blend/mod.ts";
export type { PolicyEvidence } from "./lib/blend/mod.ts";
export {
  calibratedProbability,
  type ConfidenceCalibration,
  fitConfidence,
} from "./lib/blend/mod.ts";
export { followBlend, type FollowBlendOptions, type FollowState } from "./lib/blend/mod.ts";

// Learning
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
export {
  classOutcomes,
  informationCoefficient,
  predictedEdge,
  withoutDrift,
} from "./lib/models/mod.ts";
export { type EdgeEvidence, measureEdge } from "./lib/models/mod.ts";
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
export {
  type Backend,
  BACKENDS,
  type Tensorflow,
  type TensorflowOptions,
} from "./lib/tensor/mod.ts";
export { openTensorflow } from "./lib/tensor/training.ts";

// ONNX
export { type ClassifierParts, exportClassifier } from "./lib/models/training.ts";

// Trading systems
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

// Offline reinforcement learning
export {
  type ActionSupport,
  ALGORITHMS,
  consistentEstimates,
  createExperience,
  type DecidedPositions,
  decidePositions,
  decodeExperience,
  DEFAULT_EXPERIENCE,
  DEFAULT_POLICY,
  DEFAULT_REWARD,
  DifferentialSharpe,
  type DifferentialSharpeOptions,
  DifferentialSortino,
  type DifferentialSortinoOptions,
  encodeExperience,
  type EnvironmentOptions,
  type EpisodeWindow,
  evaluateOffPolicy,
  evaluatePolicy,
  type Experience,
  type ExperienceAccount,
  type ExperienceControl,
  type ExperienceFill,
  type ExperienceHeader,
  type ExperienceLog,
  type ExperienceParameters,
  type ExperienceRequest,
  type ExperienceWriter,
  explorePolicy,
  type ExplorePolicyOptions,
  exportPolicy,
  type ImplicitLook,
  type ImplicitMember,
  type ImplicitQOptions,
  type Improvement,
  type LearnerKind,
  LEARNERS,
  type LearningMarket,
  type LearningPoint,
  type LoggedDecision,
  MEMBER_STOPS,
  type MemberCurve,
  type MemberStop,
  OFF_POLICY_METHODS,
  type OffPolicyEstimate,
  type OffPolicyEvaluation,
  type OffPolicyMethod,
  type OffPolicyOptions,
  openExperienceWriter,
  parseExperienceParameters,
  parsePolicyParameters,
  parseRewardSettings,
  type Policy,
  POLICY_SIZES,
  type PolicyBehaviour,
  type PolicyControl,
  type PolicyEvaluation,
  type PolicyFromExperience,
  type PolicyModel,
  type PolicyParameters,
  type PolicyRequest,
  type PolicySize,
  type PolicySplit,
  type PolicyTrainingControl,
  type PolicyTrainingRequest,
  readExperience,
  type RecordedRun,
  recordExperience,
  RECURRENT_POLICY,
  type ResultEvidence,
  resultEvidence,
  REWARD_TERMS,
  RewardLog,
  type RewardParts,
  rewardParts,
  type RewardSettings,
  type RewardShare,
  type RewardStep,
  type RewardTerm,
  type RewardWeights,
  RISK_NEUTRAL_REWARD,
  type StoredExperience,
  type TargetBehaviour,
  targetProbabilities,
  terminalMetrics,
  TradingEnvironment,
  type TrainedMember,
  type TrainedPolicy,
  type Transition,
  type TransitionOptions,
  type TransitionTable,
  transitionTable,
  transitionTableOf,
  type VolatilitySizeOptions,
  volatilitySizes,
} from "./lib/rl/mod.ts";
export {
  learnFromExperience,
  policyProbabilities,
  trainPolicy,
  trainPolicyModel,
} from "./lib/rl/training.ts";

// Report
export {
  loadCartesianPlotly,
  renderReport,
  renderStudyReport,
  type ReportPaths,
  type StudySummary,
  type StudyTrial,
  writeReport,
} from "./lib/report/mod.ts";

// Changes of code and settings
export {
  type AppliedChange,
  applyChanges,
  type ApplyOptions,
  type Change,
  type ChangeCheck,
  type ChangeDetails,
  type ChangeLog,
  type ChangeRecord,
  type ChangeSet,
  changesOf,
  type Consent,
  createFileSystem,
  type FileStep,
  type FileSummary,
  type FileSystem,
  type FileVersion,
  type LogLine,
  type LogRecord,
  type Merge,
  openTree,
  parseChangeSet,
  type PathInfo,
  type PermissionChange,
  type Plan,
  planChanges,
  pruneBackups,
  type PruneOptions,
  type PruneRecord,
  readChangeLog,
  type Rename,
  type Risk,
  RISK_KINDS,
  type RiskKind,
  rollbackChange,
  type RollbackConflict,
  type RollbackOptions,
  type RollbackOutcome,
  SCAFFOLD_KINDS,
  type ScaffoldKind,
  type Setting,
  type SettingValue,
  showChange,
  type Tree,
  type TreeOptions,
  verifyChanges,
} from "./lib/codegen/mod.ts";

// Tuning
export {
  type LedgerEntry,
  type LedgerFilter,
  openTrialLedger,
  type StoredEntry,
  type TrialLedger,
} from "./lib/registry/trial_ledger.ts";
export { ActiveTrial, TrialLost, type TrialParts, TrialPruned } from "./lib/tuning/mod.ts";
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
