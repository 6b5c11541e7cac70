import { decisiveness, type PolicyEvidence } from "./confidence.ts";
import { calibratedProbability, type ConfidenceCalibration } from "./confidence_calibration.ts";
import type { PartForecast } from "./forecast.ts";

/** What a part wants at one close, before anybody asks how sure it may be. */
export interface Signal {
  /** Position it prefers, in full positions, -1 … 1. */
  readonly position: number;
  /** What is known of the signal; null where the part has nothing to say. */
  readonly evidence: PolicyEvidence | null;
}

/** The least probability that counts, so that logarithms stay finite. */
const LEAST = 1e-9;

/**
 * Evidence for a position from one distribution over positions: that of a policy's actions, or a
 * classifier's down, flat and up as short, flat and long. The margin is that of the position chosen
 * over the best other, below 0 where it is held against the present prediction, and exposure is the
 * mean position in its direction. An exported graph holds the mean of its members, so agreement is
 * the same everywhere and decides nothing.
 *
 * @param probabilities one per position
 * @param positions in full positions
 * @param chosen the preferred one, or the nearest to it
 * @example
 * ```ts
 * import { signalEvidence } from "./signal.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * const long = signalEvidence([0.1, 0.3, 0.6], [-1, 0, 1], 1, 0.01);
 * assertClose(long.logitMargin, Math.log(2), 1e-12);
 * assertClose(long.exposure, 0.5, 1e-12);
 * ```
 */
export function signalEvidence(
  probabilities: ArrayLike<number>,
  positions: readonly number[],
  chosen: number,
  volatility: number,
): PolicyEvidence {
  let own = 0, other = 0, mean = 0, nearest = 0;
  positions.forEach((position, i) => {
    if (Math.abs(position - chosen) < Math.abs(positions[nearest]! - chosen)) nearest = i;
  });
  positions.forEach((position, i) => {
    const probability = probabilities[i]!;
    if (i === nearest) own = probability;
    else other = Math.max(other, probability);
    mean += probability * position;
  });
  return {
    logitMargin: Math.log(Math.max(own, LEAST)) - Math.log(Math.max(other, LEAST)),
    decisiveness: decisiveness(probabilities),
    agreement: 1,
    exposure: Math.sign(chosen) * mean,
    volatility,
  };
}

const UNKNOWN_CONFIDENCE = "too few past rows to know its confidence";

/** Who says it. */
export interface ForecastSource {
  /** Name of the part. */
  readonly source: string;
  /** Version of its model in the registry. */
  readonly modelVersion: number;
  /** Evidence to probability; null where there were too few rows to fit it. */
  readonly calibration: ConfidenceCalibration | null;
}

/** A signal as an forecast: the calibrated probability that it beats flat, and what forbids it. */
export function signalForecast(
  { calibration, modelVersion, source }: ForecastSource,
  { evidence, position }: Signal,
  veto: string | null,
): PartForecast {
  const probability = evidence === null ? null : chosenProbability(calibration, evidence, position);
  return {
    ...{ source, modelVersion, position, probability },
    veto: veto ?? (calibration === null && position !== 0 ? UNKNOWN_CONFIDENCE : null),
  };
}

function chosenProbability(
  calibration: ConfidenceCalibration | null,
  evidence: PolicyEvidence,
  position: number,
): number | null {
  // Flat against flat is a coin that nobody needs to toss.
  if (position === 0) return 0.5;
  if (calibration === null) return null;
  const probability = calibratedProbability(calibration, evidence);
  return Number.isFinite(probability) ? probability : null;
}
