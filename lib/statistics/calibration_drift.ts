import { normalCdf } from "./normal_distribution.ts";
import { requireSamePeriods } from "./same_periods.ts";

/** Whether predicted probabilities still come true as often as they say. */
export interface CalibrationDrift {
  /** Mean squared distance of probability and outcome. */
  readonly brier: number;
  /** What it would be on average if every probability were right. */
  readonly expectedBrier: number;
  /** Distance of the two in standard errors: above 0 when forecasts are worse than they say. */
  readonly score: number;
  /** Two-sided probability of such a distance if every probability were right. */
  readonly pValue: number;
}

/**
 * Spiegelhalter's test of calibration (1986): the Brier score against what the probabilities
 * themselves expect of it. Only outcomes that do not overlap count once each: give every h-th one of
 * labels over h bars.
 *
 * @param probabilities of the event, 0 … 1
 * @param outcomes 1 where it happened, else 0
 * @returns null where the probabilities leave nothing to chance: all are 0, .5 or 1, or there are
 * none
 * @throws RangeError when the two differ in length, a probability is none or an outcome not 0 or 1
 */
export function calibrationDrift(
  probabilities: Float64Array,
  outcomes: Float64Array,
): CalibrationDrift | null {
  const count = requireSamePeriods([probabilities, outcomes], 2);
  let brier = 0, expected = 0, variance = 0;
  probabilities.forEach((probability, i) => {
    const outcome = outcomes[i]!;
    if (!(probability >= 0 && probability <= 1 && (outcome === 0 || outcome === 1))) {
      throw new RangeError(
        `Cannot judge a probability as it lies between 0 and 1 and its outcome is 0 or 1: current value is ${probability} and ${outcome} in row ${i}`,
      );
    }
    const chance = probability * (1 - probability);
    brier += (outcome - probability) ** 2;
    expected += chance;
    variance += (1 - 2 * probability) ** 2 * chance;
  });
  if (variance === 0) return null;
  const score = (brier - expected) / Math.sqrt(variance);
  return {
    brier: brier / count,
    expectedBrier: expected / count,
    score,
    pValue: 2 * normalCdf(-Math.abs(score)),
  };
}
