import { type Metric, metricOr } from "./metric.ts";
import { mean, standardDeviation, varies } from "./moments.ts";
import { type BacktestOverfitting, backtestOverfitting } from "./backtest_overfitting.ts";
import { bootstrapInterval, type Interval } from "./bootstrap.ts";
import { type SuperiorAbility, superiorAbility } from "./data_snooping.ts";
import { effectiveTrials, meanCorrelation } from "./effective_trials.ts";
import { resampleMeans } from "./resampled_means.ts";
import {
  deflatedSharpe,
  estimateSharpe,
  expectedMaximumSharpe,
  minimumBacktestYears,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeConfidenceInterval,
  type SharpeEstimate,
} from "./sharpe_statistics.ts";

/** A record of returns and the trials that it was chosen from. */
export interface TrackRecord {
  /** Net returns per period of the strategy that is judged, fractions. */
  readonly returns: Float64Array;
  /** 252 for days. */
  readonly periodsPerYear: number;
  /**
   * Returns of the distinct finished trials in the periods that all of them have, the chosen one
   * included; see `commonPeriods`. Empty when nothing was tried.
   */
  readonly trials: readonly Float64Array[];
  /** All distinct trials ever made on these data, those given up too. @default {trials.length} */
  readonly trialCount?: number;
}

/** Settings of `judgeTrackRecord`. */
export interface TrackRecordOptions {
  /** Seed of the resampling. */
  readonly seed: number;
  /** Resampled series. @default {2000} */
  readonly samples?: number;
  /** Blocks of the overfitting probability. @default {16} */
  readonly blocks?: number;
}

/** What a track record proves; Sharpe ratios are annual. */
export interface TrackRecordJudgement {
  /** Length of the record. */
  readonly years: number;
  /** Observed Sharpe ratio. */
  readonly sharpe: Metric;
  /** 95 % interval by the normal distribution, autocorrelation included; null when undefined. */
  readonly interval: Interval | null;
  /** 95 % interval by the studentised stationary bootstrap; null when undefined. */
  readonly bootstrapInterval: Interval | null;
  /** PSR: probability that the true Sharpe ratio is above 0. */
  readonly probabilisticSharpe: Metric;
  /** MinTRL: years until the Sharpe ratio could be told from 0 at 95 %. */
  readonly minimumTrackRecordYears: Metric;
  /** Distinct trials. */
  readonly trialCount: number;
  /** Independent trials that these are worth. */
  readonly effectiveTrials: Metric;
  /** Sharpe ratio that the best of so many worthless trials is expected to show. */
  readonly luckySharpe: Metric;
  /** DSR: probability that the true Sharpe ratio is above the lucky one, with the true count. */
  readonly deflatedSharpe: Metric;
  /** The same with the effective count. */
  readonly deflatedSharpeEffective: Metric;
  /** MinBTL: years below which so many worthless trials reach the observed Sharpe ratio. */
  readonly minimumBacktestYears: Metric;
  /** PBO and what belongs to it; null with fewer than two trials or too few periods. */
  readonly overfitting: BacktestOverfitting | null;
  /** SPA of all trials against staying flat; null without trials or with too few periods. */
  readonly superiority: SuperiorAbility | null;
}

/**
 * Everything that a report says about whether a record is skill, luck or search: learning-spec §6
 * in one call. `explainTrackRecord` puts it into words.
 *
 * @throws RangeError when trials differ in length or are more than `trialCount`.
 * @example
 * ```ts
 * import { judgeTrackRecord } from "./track_record.ts";
 * import { explainTrackRecord } from "./explain_track_record.ts";
 * import { createRandom } from "../core/random.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const random = createRandom(1);
 * const trials = Array.from(
 *   { length: 20 },
 *   () => Float64Array.from({ length: 252 }, () => 0.01 * random.normal()),
 * );
 * const record = { returns: trials[3]!, periodsPerYear: 252, trials };
 * const judgement = judgeTrackRecord(record, { seed: 1, samples: 200, blocks: 8 });
 * assert(judgement.deflatedSharpe.value! < 0.95);
 * assert(explainTrackRecord(judgement).every(({ text }) => text.endsWith(".")));
 * ```
 */
export function judgeTrackRecord(
  record: TrackRecord,
  { seed, samples = 2_000, blocks = 16 }: TrackRecordOptions,
): TrackRecordJudgement {
  const { returns, periodsPerYear, trials } = record;
  const estimate = estimateSharpe(returns);
  const annual = Math.sqrt(periodsPerYear);
  const periods = trials[0]?.length ?? 0;
  return {
    years: returns.length / periodsPerYear,
    ...lengthStatistics(estimate, periodsPerYear),
    bootstrapInterval: estimate === null || returns.length < FEWEST_PERIODS
      ? null
      : bootstrapSharpe(returns, annual, seed, samples),
    ...selectionStatistics(estimate, record),
    overfitting: trials.length < 2 || periods < 2 * blocks
      ? null
      : backtestOverfitting(trials, { blocks }),
    superiority: periods < FEWEST_PERIODS
      ? null
      : superiorAbility(resampleMeans(trials, { seed, samples })),
  };
}

/** The bootstrap needs as many to choose a block length. */
const FEWEST_PERIODS = 8;
const CONFIDENCE = 0.95;
const NO_SHARPE: Metric = { value: null, reason: "needs at least three returns that differ" };
/** A handful of returns can have a skewness for which the error is not defined. */
const NO_ERROR = "the returns are too few for their skewness";
const NO_TRIALS: Metric = { value: null, reason: "needs at least two trials that differ" };

type LengthStatistics = Pick<
  TrackRecordJudgement,
  "sharpe" | "interval" | "probabilisticSharpe" | "minimumTrackRecordYears"
>;

/** What follows from the length of the record and the shape of its returns. */
function lengthStatistics(
  estimate: SharpeEstimate | null,
  periodsPerYear: number,
): LengthStatistics {
  if (estimate === null) {
    return {
      sharpe: NO_SHARPE,
      interval: null,
      probabilisticSharpe: NO_SHARPE,
      minimumTrackRecordYears: NO_SHARPE,
    };
  }
  const annual = Math.sqrt(periodsPerYear);
  const [low, high] = sharpeConfidenceInterval(estimate, CONFIDENCE);
  const length = minimumTrackRecord(estimate, 0, CONFIDENCE);
  return {
    sharpe: { value: estimate.sharpe * annual },
    interval: Number.isFinite(high - low) ? [low * annual, high * annual] : null,
    probabilisticSharpe: metricOr(probabilisticSharpe(estimate, 0), NO_ERROR),
    minimumTrackRecordYears: length.value === null
      ? length
      : { value: length.value / periodsPerYear },
  };
}

function bootstrapSharpe(
  returns: Float64Array,
  annual: number,
  seed: number,
  samples: number,
): Interval | null {
  const sharpe = (series: Float64Array): number =>
    varies(series) ? annual * mean(series) / standardDeviation(series) : 0;
  return bootstrapInterval(returns, sharpe, { seed, samples, level: CONFIDENCE }).studentised;
}

type SelectionStatistics = Pick<
  TrackRecordJudgement,
  | "trialCount"
  | "effectiveTrials"
  | "luckySharpe"
  | "deflatedSharpe"
  | "deflatedSharpeEffective"
  | "minimumBacktestYears"
>;

/** What follows from how many were tried and how much they differed. */
function selectionStatistics(
  estimate: SharpeEstimate | null,
  { trials, trialCount = trials.length, periodsPerYear }: TrackRecord,
): SelectionStatistics {
  if (trialCount < trials.length) {
    throw new RangeError(
      `Cannot judge as all trials count: current value is ${trialCount} for ${trials.length} trials`,
    );
  }
  // A trial that stays out has no ratio, but counts as one more that was tried.
  const ratios = Float64Array.from(
    trials.flatMap((returns) => estimateSharpe(returns)?.sharpe ?? []),
  );
  if (!varies(ratios)) {
    return {
      trialCount,
      effectiveTrials: NO_TRIALS,
      luckySharpe: NO_TRIALS,
      deflatedSharpe: NO_TRIALS,
      deflatedSharpeEffective: NO_TRIALS,
      minimumBacktestYears: NO_TRIALS,
    };
  }
  const variance = standardDeviation(ratios) ** 2;
  const effective = effectiveTrials(trialCount, meanCorrelation(trials));
  const lucky = expectedMaximumSharpe(trialCount, variance);
  const deflated = (count: number): Metric =>
    estimate === null ? NO_SHARPE : metricOr(deflatedSharpe(estimate, count, variance), NO_ERROR);
  const isPositive = estimate !== null && estimate.sharpe > 0;
  return {
    trialCount,
    effectiveTrials: { value: effective },
    luckySharpe: { value: lucky * Math.sqrt(periodsPerYear) },
    deflatedSharpe: deflated(trialCount),
    deflatedSharpeEffective: deflated(effective),
    minimumBacktestYears: isPositive
      ? {
        value: minimumBacktestYears(trialCount, estimate.sharpe * Math.sqrt(periodsPerYear)),
      }
      : { value: null, reason: "the Sharpe ratio is not above 0" },
  };
}
