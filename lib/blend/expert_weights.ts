/** Same weight for each expert. */
export function equalWeights(experts: number): number[] {
  return Array.from({ length: experts }, () => 1 / experts);
}

/**
 * One step of Hedge (Freund & Schapire 1997): `w ~ w · exp(-rate · loss)`, normalised.
 *
 * @param losses one per expert, in [0, 1]
 * @example
 * ```ts
 * import { hedgeStep } from "./expert_weights.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(hedgeStep([0.5, 0.5], [0.1, 0.9], 0.5)[0]!, 0.598688, 5e-7);
 * ```
 */
export function hedgeStep(
  weights: readonly number[],
  losses: readonly number[],
  rate: number,
): number[] {
  // Relative to the least loss, so that no weight of a good expert can underflow.
  const least = Math.min(...losses);
  return normalise(weights.map((weight, i) => weight * Math.exp(-rate * (losses[i]! - least))));
}

/**
 * Gives back a share of all weight in equal parts, after a Hedge step (Herbster & Warmuth 1998):
 * an expert that was bad can come back quickly.
 *
 * @param share part of the weight that is given back, 0 … 1
 */
export function shareWeights(weights: readonly number[], share: number): number[] {
  return weights.map((weight) => (1 - share) * weight + share / weights.length);
}

/**
 * One step of the exponentiated gradient (Helmbold et al. 1998):
 * `w ~ w · exp(rate · R / (1 + w · R))`, normalised.
 *
 * @param returns one per expert, as fractions; the blend must not lose everything
 * @throws RangeError when the blend's return is -1 or less.
 */
export function exponentiatedGradientStep(
  weights: readonly number[],
  returns: readonly number[],
  rate: number,
): number[] {
  const growth = 1 + weights.reduce((sum, weight, i) => sum + weight * returns[i]!, 0);
  if (!(growth > 0)) {
    throw new RangeError(
      `Cannot update weights as the blend must keep some of its value: current value is ${growth}`,
    );
  }
  const best = Math.max(...returns);
  return normalise(
    weights.map((weight, i) => weight * Math.exp(rate * (returns[i]! - best) / growth)),
  );
}

/**
 * Returns as losses in [0, 1]: `(best - R) / (best - worst)`, clipped (docs/methods.md#blenders).
 */
export function lossesFromReturns(
  returns: readonly number[],
  worst: number,
  best: number,
): number[] {
  return returns.map((value) => Math.min(1, Math.max(0, (best - value) / (best - worst))));
}

/** Hedge's best rate for a known number of steps: `sqrt(8 ln N / T)`. */
export function hedgeRate(experts: number, steps: number): number {
  return Math.sqrt(8 * Math.log(experts) / steps);
}

/**
 * Most that Hedge with `hedgeRate` can lose against the best expert over `steps` losses in [0, 1].
 *
 * @example
 * ```ts
 * import { hedgeRegretBound } from "./expert_weights.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(hedgeRegretBound(3, 1000), 23.44, 0.005);
 * assertClose(hedgeRegretBound(2, 252), 9.35, 0.005);
 * ```
 */
export function hedgeRegretBound(experts: number, steps: number): number {
  return Math.sqrt(steps * Math.log(experts) / 2);
}

/** The same bound for the rate `hedgeRate(experts, t)` at step t, when T is not known. */
export function anytimeHedgeRegretBound(experts: number, steps: number): number {
  return 2 * hedgeRegretBound(experts, steps) + Math.sqrt(Math.log(experts) / 8);
}

/**
 * Most that fixed share, best tuned, can lose against the best sequence of experts that switches
 * `switches` times (Herbster & Warmuth 1998; Cesa-Bianchi & Lugosi 2006, section 5.2).
 */
export function fixedShareRegretBound(experts: number, steps: number, switches: number): number {
  const entropy = binaryEntropy(switches / (steps - 1));
  return Math.sqrt(
    steps / 2 * ((switches + 1) * Math.log(experts) + (steps - 1) * entropy),
  );
}

function binaryEntropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p);
}

function normalise(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
