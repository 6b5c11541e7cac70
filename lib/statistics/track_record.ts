import { type Metric, metricOr } from "./metric.ts";
import { standardDeviation, varies } from "./moments.ts";
import { type BacktestOverfitting, backtestOverfitting } from "./backtest_overfitting.ts";
import type { Interval } from "./bootstrap.ts";
import { type SuperiorAbility, superiorAbility } from "./data_snooping.ts";
import { effectiveTrials, meanCorrelation } from "./effective_trials.ts";
import { shortNote, withNote } from "./metrics.ts";
import { resampleMeans } from "./resampled_means.ts";
import { requireFinite } from "./same_periods.ts";
import { type SharpeInterval, sharpeInterval } from "./sharpe_interval.ts";
import {
  deflatedSharpe,
  estimateSharpe,
  expectedMaximumSharpe,
  minimumBacktestYears,
  minimumTrackRecord,
  probabilisticSharpe,
  type SharpeEstimate,
} from "./sharpe_statistics.ts";

/** A record of returns and the trials that it was chosen from. */
export interface TrackRecord {
  /** Net returns per period of the strategy that is judged, fractions. */
  readonly returns: Float64Array;
  /** 252 for days. */
  readonly periodsPerYear: number;
  /** Name of a period, for sentences. @default {"period"} */
  readonly period?: string;
  /**
   * Returns of the distinct finished trials in the periods that all of them have, the chosen one
   * included; see `commonPeriods`. Empty when nothing was tried.
   */
  readonly trials: readonly Float64Array[];
  /** All distinct trials ever made on these data, those given up too. @default {trials.length} */
  readonly trialCount?: number;
  /**
   * Sharpe ratios per period of the trials that have one, where more are known than `trials` can be
   * compared: their spread says what luck shows. @default {those of `trials`}
   */
  readonly trialSharpes?: Float64Array;
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
  /** 95 % interval, see `sharpeInterval`; null when undefined. */
  readonly interval: Interval | null;
  /** Why the sign of the ratio cannot be known; null where it can, or where there is no interval. */
  readonly undecided: string | null;
  /** PSR: probability that the true Sharpe ratio is above 0. */
  readonly probabilisticSharpe: Metric;
  /** MinTRL: years until the Sharpe ratio could be told from 0 at 95 %. */
  readonly minimumTrackRecordYears: Metric;
  /** Distinct trials. */
  readonly trialCount: number;
  /** Those of them whose Sharpe ratio is known: what is said of luck rests on these. */
  readonly knownTrials: number;
  /** Those of them whose returns are compared: what is said of choosing rests on these. */
  readonly comparedTrials: number;
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
  /** SPA of the compared trials against staying flat; null for fewer than two or too few periods. */
  readonly superiority: SuperiorAbility | null;
  /** Why `interval`, `overfitting` or `superiority` is null. */
  readonly reasons: Readonly<
    Partial<Record<"interval" | "overfitting" | "superiority", string>>
  >;
}

/**
 * Everything that a report says about whether a record is skill, luck or search:
 * docs/methods.md#probabilistic-sharpe-ratio in one call. `explainTrackRecord` puts it into words.
 *
 * @throws RangeError when trials differ in length or are more than `trialCount`, a return is not
 * finite or the settings are none.
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
  const { returns, periodsPerYear, trials, period = "period" } = record;
  requireFinite(returns);
  trials.forEach(requireFinite);
  const estimate = estimateSharpe(returns);
  const judged = sharpeInterval(returns, { periodsPerYear, level: CONFIDENCE, period });
  const periods = trials[0]?.length ?? 0;
  const one = trials.length < 2
    ? `needs the returns of two trials, and there are those of ${trials.length}`
    : null;
  const needs = (least: number): string | null =>
    one ?? (periods < least ? `needs ${least} ${period}s, and there are ${periods}` : null);
  const noOverfitting = needs(2 * blocks), noSuperiority = needs(FEWEST_PERIODS);
  return {
    years: returns.length / periodsPerYear,
    ...lengthStatistics(estimate, judged, record),
    ...selectionStatistics(estimate, record),
    overfitting: noOverfitting === null ? backtestOverfitting(trials, { blocks }) : null,
    superiority: noSuperiority === null
      ? superiorAbility(resampleMeans(trials, { seed, samples }))
      : null,
    reasons: {
      ...(judged === null ? { interval: noSharpe(returns) } : {}),
      ...(noOverfitting === null ? {} : { overfitting: noOverfitting }),
      ...(noSuperiority === null ? {} : { superiority: noSuperiority }),
    },
  };
}

/** The bootstrap needs as many to choose a block length. */
const FEWEST_PERIODS = 8;
const CONFIDENCE = 0.95;
/** The error of a series of two values can be 0. */
const NO_ERROR = "the error of the ratio is 0 for such returns";
const NO_TRIALS = "needs at least two trials that differ";

function noSharpe(returns: Float64Array): string {
  return returns.length < 3
    ? `needs at least three returns, and there are ${returns.length}`
    : varies(returns)
    ? "the spread of the returns is too large for a number"
    : "all returns are the same";
}

type LengthStatistics = Pick<
  TrackRecordJudgement,
  "sharpe" | "interval" | "undecided" | "probabilisticSharpe" | "minimumTrackRecordYears"
>;

/** What follows from the length of the record and the shape of its returns. */
function lengthStatistics(
  estimate: SharpeEstimate | null,
  judged: SharpeInterval | null,
  { periodsPerYear, returns, period = "period" }: TrackRecord,
): LengthStatistics {
  if (estimate === null || judged === null) {
    const none: Metric = { value: null, reason: noSharpe(returns) };
    return {
      sharpe: none,
      interval: null,
      undecided: null,
      probabilisticSharpe: none,
      minimumTrackRecordYears: none,
    };
  }
  const { interval, sharpe, undecided } = judged;
  const note = shortNote(returns.length, periodsPerYear, period);
  const ratio: Metric = { value: sharpe };
  const rare: Metric | null = undecided === null ? null : { value: null, reason: undecided };
  const length = minimumTrackRecord(estimate, 0, CONFIDENCE);
  return {
    sharpe: note === null ? ratio : withNote(ratio, note),
    interval,
    undecided,
    probabilisticSharpe: rare ?? metricOr(probabilisticSharpe(estimate, 0), NO_ERROR),
    minimumTrackRecordYears: rare ??
      (length.value === null ? length : { value: length.value / periodsPerYear }),
  };
}

type SelectionStatistics = Pick<
  TrackRecordJudgement,
  | "trialCount"
  | "knownTrials"
  | "comparedTrials"
  | "effectiveTrials"
  | "luckySharpe"
  | "deflatedSharpe"
  | "deflatedSharpeEffective"
  | "minimumBacktestYears"
>;

/** What follows from how many were tried and how much they differed. */
function selectionStatistics(
  estimate: SharpeEstimate | null,
  { returns, trials, trialCount = trials.length, trialSharpes, periodsPerYear }: TrackRecord,
): SelectionStatistics {
  // A trial that stays out has no ratio, but counts as one more that was tried.
  const ratios = trialSharpes ?? Float64Array.from(
    trials.flatMap((returns) => estimateSharpe(returns)?.sharpe ?? []),
  );
  requireFinite(ratios);
  const knownTrials = Math.max(trials.length, ratios.length);
  if (!(trialCount >= knownTrials)) {
    throw new RangeError(
      `Cannot judge as all trials count: current value is ${trialCount} for ${knownTrials} trials`,
    );
  }
  const counts = { trialCount, knownTrials, comparedTrials: trials.length };
  if (!varies(ratios)) {
    const reason = knownTrials < Math.min(2, trialCount)
      ? `the Sharpe ratio of ${knownTrials} of ${trialCount} trials is known`
      : NO_TRIALS;
    const none: Metric = { value: null, reason };
    return {
      ...counts,
      effectiveTrials: none,
      luckySharpe: none,
      deflatedSharpe: none,
      deflatedSharpeEffective: none,
      minimumBacktestYears: none,
    };
  }
  const variance = standardDeviation(ratios) ** 2;
  const shared = trials.length === 0 ? 0 : meanCorrelation(trials);
  const effective = effectiveTrials(trialCount, shared);
  const lucky = expectedMaximumSharpe(trialCount, variance);
  const deflated = (count: number): Metric =>
    estimate === null
      ? { value: null, reason: noSharpe(returns) }
      : metricOr(deflatedSharpe(estimate, count, variance), NO_ERROR);
  const isPositive = estimate !== null && estimate.sharpe > 0;
  return {
    ...counts,
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
