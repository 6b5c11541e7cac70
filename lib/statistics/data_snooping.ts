import { indexOfLargest } from "./moments.ts";
import type { ResampledMeans } from "./resampled_means.ts";

/** Whether the best of many series beats the benchmark by more than luck among so many. */
export interface RealityCheck {
  /** √periods times the largest mean. */
  readonly statistic: number;
  /** Index of the series with the largest mean. */
  readonly best: number;
  /** Probability of such a maximum if no series were better than the benchmark. */
  readonly pValue: number;
}

/**
 * White's reality check (2000): the largest mean against the resampled largest of the centred
 * means. Bad series in the comparison make it timid; `superiorAbility` is not misled by them.
 *
 * All probabilities here count the observed world as one of the resampled ones, so that none is 0.
 */
export function realityCheck(resampled: ResampledMeans): RealityCheck {
  const { means, periods } = resampled;
  const best = indexOfLargest(means);
  const statistic = Math.sqrt(periods) * means[best]!;
  const maxima = resampledMaxima(resampled, () => ({ scale: 1, shift: 0 }));
  return { statistic, best, pValue: shareAtLeast(maxima, statistic) };
}

/** `RealityCheck` in units of each series' own error, with bounds. */
export interface SuperiorAbility {
  /** Largest mean in units of its standard error; 0 when none is above 0. */
  readonly statistic: number;
  /** Index of that series. */
  readonly best: number;
  /** Lower bound: series worse than the benchmark count for nothing. */
  readonly lower: number;
  /** The probability to decide by: series clearly worse than the benchmark count for nothing. */
  readonly consistent: number;
  /** Upper bound: all series count as if they were as good as the benchmark. */
  readonly upper: number;
}

/** Settings of `superiorAbility`. */
export interface SuperiorAbilityOptions {
  /** False leaves each series in its own unit, as White does. @default {true} */
  readonly studentise?: boolean;
}

/**
 * Hansen's test for superior predictive ability (2005). Series that do not vary, such as those of
 * who stays out, take no part.
 */
export function superiorAbility(
  resampled: ResampledMeans,
  { studentise = true }: SuperiorAbilityOptions = {},
): SuperiorAbility {
  const { means, errors, periods } = resampled;
  const root = Math.sqrt(periods);
  const scaleOf = (series: number): number =>
    errors[series]! > 0 ? (studentise ? 1 / errors[series]! : 1) : 0;
  const scores = means.map((value, series) => root * value * scaleOf(series));
  const best = indexOfLargest(scores);
  const statistic = Math.max(0, scores[best]!);
  const poor = -Math.sqrt(2 * Math.log(Math.log(periods)) / periods);
  const pValue = (isCentred: (series: number) => boolean): number => {
    const maxima = resampledMaxima(resampled, (series) => ({
      scale: scaleOf(series),
      shift: isCentred(series) ? 0 : root * means[series]!,
    }));
    return shareAtLeast(maxima.map((value) => Math.max(0, value)), statistic);
  };
  return {
    statistic,
    best,
    lower: pValue((series) => means[series]! >= 0),
    consistent: pValue((series) => means[series]! >= poor * errors[series]!),
    upper: pValue(() => true),
  };
}

/** Which of many series beat the benchmark. */
export interface StepwiseSuperiority {
  /** Mean in units of its standard error per series; 0 for one that does not vary. */
  readonly scores: Float64Array;
  /**
   * Per series: smallest level at which it is found better while the probability of naming any
   * series wrongly stays below that level.
   */
  readonly adjustedPValues: Float64Array;
}

/**
 * Romano & Wolf's stepwise multiple testing (StepM, 2005), studentised, as adjusted p-values
 * (Romano & Wolf 2016): series with a value at or below the level are those that StepM names.
 */
export function stepwiseSuperiority(resampled: ResampledMeans): StepwiseSuperiority {
  const { means, errors, deviations, samples, periods } = resampled;
  const count = means.length;
  const scores = means.map((value, series) =>
    errors[series]! > 0 ? Math.sqrt(periods) * value / errors[series]! : 0
  );
  const worstFirst = Int32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const reached = new Int32Array(count);
  for (let sample = 0; sample < samples; sample++) {
    let largest = -Infinity;
    for (const series of worstFirst) {
      const error = errors[series]!;
      const score = error > 0 ? deviations[sample * count + series]! / error : 0;
      largest = Math.max(largest, score);
      if (largest >= scores[series]!) reached[series]!++;
    }
  }
  const adjustedPValues = new Float64Array(count);
  let soFar = 0;
  for (const series of worstFirst.toReversed()) {
    soFar = Math.max(soFar, (1 + reached[series]!) / (1 + samples));
    adjustedPValues[series] = soFar;
  }
  return { scores, adjustedPValues };
}

/** Per sample the largest of (deviation + shift) · scale over the series. */
function resampledMaxima(
  { deviations, samples, means }: ResampledMeans,
  unitOf: (series: number) => { readonly scale: number; readonly shift: number },
): Float64Array {
  const units = Array.from(means, (_, series) => unitOf(series));
  const scale = Float64Array.from(units, (unit) => unit.scale);
  const shift = Float64Array.from(units, (unit) => unit.shift);
  return Float64Array.from({ length: samples }, (_, sample) => {
    let largest = -Infinity;
    for (let series = 0, at = sample * means.length; series < means.length; series++, at++) {
      const value = (deviations[at]! + shift[series]!) * scale[series]!;
      if (value > largest) largest = value;
    }
    return largest;
  });
}

function shareAtLeast(values: Float64Array, threshold: number): number {
  let count = 1;
  for (const value of values) if (value >= threshold) count++;
  return count / (values.length + 1);
}
