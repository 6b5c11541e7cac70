/**
 * Arithmetic of returns, metrics, track records, multiple testing.
 *
 * @module
 */
export {
  adaptiveWindow,
  adaptiveWindowBound,
  type AdaptiveWindowOptions,
  type MeanChange,
  type WindowPair,
} from "./adaptive_window.ts";
export { attemptLevel } from "./alpha_spending.ts";
export {
  createDelay,
  createExponentialAverage,
  createExponentialVariance,
  createWilderAverage,
  exponentialMemory,
  wilderMemory,
} from "./averages.ts";
export {
  type BacktestOverfitting,
  backtestOverfitting,
  type OverfittingOptions,
  SELECTION_METRICS,
  type SelectionMetric,
} from "./backtest_overfitting.ts";
export {
  type BlockLength,
  commonBlockLength,
  optimalBlockLength,
  politisWhiteBlockLength,
} from "./block_length.ts";
export {
  type BootstrapInterval,
  bootstrapInterval,
  type BootstrapOptions,
  type Interval,
  stationaryBootstrapIndices,
  type Statistic,
} from "./bootstrap.ts";
export { type CalibrationDrift, calibrationDrift } from "./calibration_drift.ts";
export {
  type CommonPeriods,
  commonPeriods,
  type DatedReturns,
  joinPeriods,
} from "./common_periods.ts";
export { type DailyReturns, dailyReturns } from "./daily_returns.ts";
export {
  type RealityCheck,
  realityCheck,
  type StepwiseSuperiority,
  stepwiseSuperiority,
  type SuperiorAbility,
  superiorAbility,
  type SuperiorAbilityOptions,
} from "./data_snooping.ts";
export {
  criticalMaximum,
  type DetectionOptions,
  falseDiscoveryRate,
  maximumExceeds,
  yearsToDetect,
} from "./detection_power.ts";
export {
  type DrawdownPath,
  drawdownPath,
  type DrawdownSimulation,
  type DrawdownSimulationOptions,
  simulateDrawdowns,
} from "./drawdown_simulation.ts";
export { effectiveTrials, meanCorrelation } from "./effective_trials.ts";
export { type Conclusion, explainTrackRecord, OVERFITTING_LIMIT } from "./explain_track_record.ts";
export { fisherTail } from "./fisher_distribution.ts";
export {
  evidenceOfBets,
  HARM_SCALE_DEVIATIONS,
  type HarmEvidence,
  harmEvidence,
  type HarmEvidenceOptions,
  predictableBets,
  sumSteps,
} from "./harm_evidence.ts";
export { jobsonKorkieTest, type SharpeDifference, type SharpePair } from "./jobson_korkie.ts";
export { type LedoitWolfOptions, type LedoitWolfResult, ledoitWolfTest } from "./ledoit_wolf.ts";
export {
  andrewsBandwidth,
  type Kernel,
  KERNELS,
  kernelWeight,
  longRunVariance,
} from "./long_run_variance.ts";
export {
  type Metric,
  METRIC_UNITS,
  type MetricDefinition,
  metricOr,
  type MetricUnit,
} from "./metric.ts";
export { METRIC_DEFINITIONS, METRIC_NAMES, type MetricName } from "./metric_definitions.ts";
export { performanceMetrics, shortNote, withNote } from "./metrics.ts";
export { correlation, mean, percentile, standardDeviation, varies } from "./moments.ts";
export { logNormalMass, normalCdf, normalQuantile } from "./normal_distribution.ts";
export { pageHinkley, type PageHinkleyOptions } from "./page_hinkley.ts";
export { type PairedSharpe, pairedSharpe } from "./paired_sharpe.ts";
export {
  type PopulationStability,
  populationStability,
  stabilityIndex,
} from "./population_stability.ts";
export {
  type ResampledMeans,
  resampleMeans,
  type ResamplingOptions,
  stationaryBootstrapVariance,
} from "./resampled_means.ts";
export { requireResampling } from "./resampling_options.ts";
export {
  type SharpeInterval,
  sharpeInterval,
  type SharpeIntervalOptions,
} from "./sharpe_interval.ts";
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
} from "./sharpe_statistics.ts";
export { type SharpeSuperiority, sharpeSuperiority } from "./sharpe_superiority.ts";
export { studentCdf, studentQuantile } from "./student_distribution.ts";
export {
  judgeTrackRecord,
  type TrackRecord,
  type TrackRecordJudgement,
  type TrackRecordOptions,
} from "./track_record.ts";
export { DAYS_PER_YEAR } from "./trading_year.ts";
export { undecidedPair } from "./undecided.ts";
export { createVolatility, exponentialVolatility } from "./volatility.ts";
