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
} from "./lib/domain/bars.ts";
export {
  createCalendar,
  DAILY_INTERVAL_MS,
  type Pause,
  type Session,
  type SessionCalendar,
  type SessionMarks,
  sessionMarks,
  sessionOfBar,
} from "./lib/domain/calendar.ts";
export type {
  Calibration,
  Classifier,
  FitControl,
  Forest,
  Logistic,
  Scaler,
  TrainingSet,
} from "./lib/domain/classifier.ts";
export type { Decision } from "./lib/domain/decision.ts";
export { CorruptArtifactError, InputError, RefusedError } from "./lib/domain/errors.ts";
export type { Fill } from "./lib/domain/fill.ts";
export type { FeatureFrame, Fold, Labels } from "./lib/domain/frame.ts";
export type {
  Dated,
  Instrument,
  InstrumentKind,
  Margin,
  SessionTemplate,
} from "./lib/domain/instrument.ts";
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
} from "./lib/domain/instruments.ts";
export {
  checkModelManifest,
  type FoldSummary,
  type JsonValue,
  type ManifestCheck,
  MODEL_NAME,
  type ModelManifest,
  type Scores,
} from "./lib/domain/model_manifest.ts";
export type { Order, OrderReason } from "./lib/domain/order.ts";
export type {
  Clock,
  Executor,
  Feed,
  InferenceSession,
  Journal,
  SignalSource,
} from "./lib/domain/ports.ts";
export { CLASS_COUNT, CLASSES, type Signal } from "./lib/domain/signal.ts";

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
export { findGaps, type Gap } from "./lib/data/gaps.ts";
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
} from "./lib/data/simulator.ts";
export { createStoredFeed } from "./lib/data/stored_feed.ts";
export { writeBars } from "./lib/data/write.ts";

// Portfolio and statistics
export { Account } from "./lib/portfolio/account.ts";
export { type CostModel, roundTripCostTicks, scaleCosts } from "./lib/portfolio/costs.ts";
export { type DailyReturns, dailyReturns } from "./lib/portfolio/daily_returns.ts";
export {
  type Metric,
  METRIC_UNITS,
  type MetricDefinition,
  type MetricUnit,
} from "./lib/portfolio/metric.ts";
export {
  METRIC_DEFINITIONS,
  METRIC_NAMES,
  type MetricName,
} from "./lib/portfolio/metric_definitions.ts";
export { performanceMetrics } from "./lib/portfolio/metrics.ts";
export {
  type Activity,
  TRADE_METRIC_DEFINITIONS,
  TRADE_METRIC_NAMES,
  type TradeMetricName,
  tradeMetrics,
} from "./lib/portfolio/trade_metrics.ts";
export { matchTrades, type Trade } from "./lib/portfolio/trades.ts";
export {
  type BlockLength,
  optimalBlockLength,
  politisWhiteBlockLength,
} from "./lib/validation/block_length.ts";
export {
  type BootstrapInterval,
  bootstrapInterval,
  type BootstrapOptions,
  type Interval,
  stationaryBootstrapIndices,
  type Statistic,
} from "./lib/validation/bootstrap.ts";
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
} from "./lib/validation/sharpe_statistics.ts";

// Strategy and execution
export { createSimulatedExecutor } from "./lib/execution/simulated_executor.ts";
export {
  buyAndHold,
  fixedPositions,
  flat,
  type MomentumOptions,
  timeSeriesMomentum,
} from "./lib/strategy/baselines.ts";
export { createEngine, type Engine, runEngine, runEngineOnFeed } from "./lib/strategy/engine.ts";
export type { EngineOptions, EngineResult, EngineTotals } from "./lib/strategy/engine_options.ts";
export { followModel, type FollowModelOptions } from "./lib/strategy/follow_model.ts";
export { type Veto, VETOES } from "./lib/strategy/risk.ts";
export {
  fixedLots,
  type Sizing,
  volatilityTarget,
  type VolatilityTargetOptions,
} from "./lib/strategy/sizing.ts";
export type { Strategy, StrategyContext } from "./lib/strategy/strategy.ts";

// Learning
export {
  FEATURE_GROUPS,
  type FeatureBar,
  type FeatureDefinition,
  type FeatureGroup,
  type Step,
} from "./lib/ml/indicators/feature_bar.ts";
export {
  applyCalibration,
  CALIBRATION_METHODS,
  type CalibrationMethod,
  fitCalibration,
} from "./lib/ml/calibration.ts";
export {
  type ClassificationMetrics,
  classificationMetrics,
  type ReliabilityBin,
  reliabilityBins,
} from "./lib/ml/classification_metrics.ts";
export {
  classOutcomes,
  informationCoefficient,
  predictedEdge,
  withoutDrift,
} from "./lib/ml/edge.ts";
export { type EdgeEvidence, measureEdge } from "./lib/ml/edge_evidence.ts";
export {
  computeFeatures,
  DEFAULT_FEATURES,
  featureColumns,
  type FeatureContext,
  type FeatureEntry,
  FEATURES,
  type FeatureSpec,
  parseFeatureSpec,
} from "./lib/ml/features.ts";
export {
  createFeatureStream,
  type FeatureStream,
  type FeatureStreamOptions,
  type StreamBar,
} from "./lib/ml/feature_stream.ts";
export {
  type CombinatorialFold,
  type CombinatorialOptions,
  combinatorialPurged,
  holdoutSplit,
  pathsOf,
  purgedWalkForward,
  type SplitLabels,
  type WalkForwardOptions,
} from "./lib/ml/folds.ts";
export {
  DEFAULT_FOREST,
  fitForest,
  type ForestParameters,
  parseForestParameters,
} from "./lib/ml/forest/forest.ts";
export { predictProbabilities } from "./lib/ml/forest/predict.ts";
export { permutationImportance } from "./lib/ml/importance.ts";
export {
  createLabels,
  DEFAULT_LABELS,
  LABEL_DEFAULTS,
  LABEL_KINDS,
  type LabelSpec,
  parseLabelSpec,
} from "./lib/ml/labels.ts";
export { DEFAULT_LOGISTIC, fitLogistic, type LogisticParameters } from "./lib/ml/logistic.ts";
export { applyScaler, fitScaler, gatherRows, type ScalingMethod } from "./lib/ml/scaler.ts";
export {
  type ModelRecipe,
  type TrainedModel,
  type TrainingControl,
  type TrainingRequest,
  trainModel,
} from "./lib/ml/trainer.ts";
export {
  averageUniqueness,
  gatherWeights,
  type LabelSpans,
  sequentialBootstrapProbabilities,
  uniquenessWeights,
} from "./lib/ml/uniqueness.ts";

// ONNX
export { type ClassifierParts, exportClassifier } from "./lib/onnx/export_classifier.ts";
export { availableEngine, createSession, type Engine as OnnxEngine } from "./lib/onnx/session.ts";

// Registry
export {
  type AliasChange,
  type ArtifactCheck,
  type GarbageOptions,
  type GarbageReport,
  type ModelHub,
  type ModelHubOptions,
  type ModelVersion,
  type NewModel,
  openModelHub,
  type StoredModel,
} from "./lib/adaptive/model_hub.ts";

// Report
export { createFindings, createVerdict, type FindingFacts } from "./lib/report/findings.ts";
export { renderReport } from "./lib/report/render_report.ts";
export { type ReportPaths, writeReport } from "./lib/report/write_report.ts";

export {
  type CostCase,
  type Finding,
  type Importance,
  type MetricValue,
  type MetricValues,
  type ModelRow,
  type ReliabilityBin as ReportReliabilityBin,
  type ReliabilityCurve,
  SEVERITIES as FINDING_SEVERITIES,
  type Severity as FindingSeverity,
  type StrategyResult,
  type TearSheet,
  type TextSection,
  type TradeRow,
} from "./lib/report/tear_sheet.ts";

// Random numbers
export { createRandom, mixSeed, type Random } from "./lib/utils/random.ts";
