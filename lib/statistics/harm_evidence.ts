import { requireSamePeriods } from "./same_periods.ts";

/** Evidence that a challenger does harm, which may be looked at after every step. */
export interface HarmEvidence {
  /** Evidence after each step: 1 in the beginning, 20 is one in twenty that it is chance. */
  readonly evidence: Float64Array;
  /** The largest of them so far; 1 for no steps. */
  readonly largest: number;
  /** Share of steps in which the difference was cut at the scale. */
  readonly clipped: number;
}

/** Settings of `harmEvidence`. */
export interface HarmEvidenceOptions {
  /**
   * Difference of returns that counts as 1, fixed before the first step: four standard deviations.
   * Whatever is beyond it counts as it.
   */
  readonly scale: number;
}

/**
 * Evidence against a bet that gains: the product of 1 + bet · difference after each step (Ville
 * 1939). If on average no difference is above 0, whatever came before, it ever reaches 1/α with
 * probability α at most.
 *
 * @param differences each in [-1, 1]
 * @param bets each in [0, 1), decided before its difference
 * @throws RangeError when one of them is outside its range or there are not as many of both.
 * @example
 * ```ts
 * import { evidenceOfBets } from "./harm_evidence.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * const bets = Float64Array.of(0.5, 0.5, 0.5);
 * assertClose(evidenceOfBets(Float64Array.of(0.2, -0.1, 0.3), bets)[2]!, 1.20175, 5e-6);
 * ```
 */
export function evidenceOfBets(differences: Float64Array, bets: Float64Array): Float64Array {
  requireSamePeriods([differences, bets], 2);
  let evidence = 1;
  return differences.map((difference, step) => {
    const bet = bets[step]!;
    if (!(Math.abs(difference) <= 1 && bet >= 0 && bet < 1)) {
      throw new RangeError(
        `Cannot bet as a difference lies in [-1, 1] and a bet in [0, 1): current value is ${difference} and ${bet} in step ${step}`,
      );
    }
    return evidence *= 1 + bet * difference;
  });
}

/**
 * How much a bet on the next difference is, from those before it alone: mean over mean square, cut to
 * [0, .5] (Waudby-Smith & Ramdas 2023). One imagined step with mean 0 and the standard deviation for
 * which the scale was made, a quarter of it, keeps the first bets small.
 *
 * @param differences each in [-1, 1]
 */
export function predictableBets(differences: Float64Array): Float64Array {
  let sum = 0, squares = PRIOR_VARIANCE;
  return differences.map((difference, step) => {
    const mean = sum / (step + 1), square = squares / (step + 1);
    sum += difference;
    squares += difference ** 2;
    return Math.min(LARGEST_BET, Math.max(0, mean / square));
  });
}

/**
 * Evidence, valid at any time, that a challenger earns less than the champion: it may be looked at
 * every night, and stops what is harmful with a probability of 1/20 of stopping what is not.
 *
 * Steps must not overlap: one step is the time over which one position of both is judged, else what
 * came before tells what comes next and the bound does not hold. `sumSteps` makes such steps.
 *
 * @param challenger net return per step
 * @param champion net return of the same steps
 * @throws RangeError when the two differ in length, a return is not finite or the scale not above 0
 */
export function harmEvidence(
  challenger: Float64Array,
  champion: Float64Array,
  { scale }: HarmEvidenceOptions,
): HarmEvidence {
  requireSamePeriods([challenger, champion], 2);
  if (!(scale > 0 && scale < Infinity)) {
    throw new RangeError(`Cannot weigh harm as its scale is above 0: current value is ${scale}`);
  }
  let cut = 0;
  const losses = challenger.map((value, step) => {
    const loss = (champion[step]! - value) / scale;
    if (Math.abs(loss) > 1) cut++;
    return Math.max(-1, Math.min(1, loss));
  });
  const evidence = evidenceOfBets(losses, predictableBets(losses));
  return {
    evidence,
    largest: evidence.reduce((largest, value) => Math.max(largest, value), 1),
    clipped: losses.length === 0 ? 0 : cut / losses.length,
  };
}

/** Standard deviations in the scale. */
export const HARM_SCALE_DEVIATIONS = 4;
const PRIOR_VARIANCE = 1 / HARM_SCALE_DEVIATIONS ** 2;
const LARGEST_BET = 0.5;

/**
 * Sums returns over steps that do not overlap; what is left over at the end has to wait until its
 * step is complete.
 *
 * @param length periods of a step, a whole number from 1
 * @throws RangeError when the length is none
 */
export function sumSteps(returns: Float64Array, length: number): Float64Array {
  if (!(Number.isInteger(length) && length >= 1)) {
    throw new RangeError(
      `Cannot sum steps as their length is a whole number from 1: current value is ${length}`,
    );
  }
  return Float64Array.from({ length: Math.floor(returns.length / length) }, (_, step) => {
    let sum = 0;
    for (let i = step * length; i < (step + 1) * length; i++) sum += returns[i]!;
    return sum;
  });
}
