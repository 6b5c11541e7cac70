import type { Distribution, Random } from "../../../core/mod.ts";
import { categoricalKernels } from "./categorical_kernels.ts";
import type { ParzenKernels, SortedKernels } from "./kernels.ts";
import { numericKernels } from "./numeric_kernels.ts";

/** A mixture whose kernels are products over the parameters. */
export interface ParzenEstimator {
  /** Draws a value for each parameter, all from one kernel. */
  draw(random: Random): readonly number[];
  /** Logarithm of the density at one value for each parameter. */
  logDensity(values: readonly number[]): number;
}

/** Observations of parameters that are modelled together. */
export interface Observations {
  /** One for each parameter. */
  readonly distributions: readonly Distribution[];
  /** For each parameter its values, all columns in the same order: oldest first. */
  readonly columns: readonly Float64Array[];
  /** For each parameter the rows by value, where that is known already. */
  readonly orders?: readonly Int32Array[];
}

/** What an estimator may do otherwise than Optuna. */
export interface EstimatorOptions {
  /** One for each observation. @default those of {@linkcode observationWeights} */
  readonly weights?: Float64Array;
  /** What the prior gives to every choice, by their number. @default 1 */
  readonly choiceWeight?: (choices: number) => number;
}

/** The prior counts as one observation. */
const PRIOR_WEIGHT = 1;

/** So many of the newest observations have full weight. */
const FULL_WEIGHT = 25;

/**
 * Weights of observations, oldest first, as Optuna gives them: up to 25 count in full; of more, the
 * last 25 do and the older ones rise in equal steps from 1/n to 1.
 */
export function observationWeights(count: number): Float64Array {
  const weights = new Float64Array(count).fill(1);
  const rising = count - FULL_WEIGHT;
  if (rising === 1) weights[0] = 1 / count;
  for (let i = 0; rising > 1 && i < rising; i++) {
    weights[i] = 1 / count + (1 - 1 / count) * i / (rising - 1);
  }
  return weights;
}

/**
 * Estimates a density from observations as Optuna 5 does (`_ParzenEstimator`): truncated Gaussian
 * kernels as wide as the gaps to their neighbours, smoothed choices, and a broad prior.
 *
 * @param options differences from the rules of Optuna
 * @example
 * ```ts
 * import { float } from "../../../core/distribution.ts";
 * import { parzenEstimator } from "./parzen_estimator.ts";
 * import { assertClose } from "../../../../tests/assert.ts";
 *
 * const estimator = parzenEstimator({
 *   distributions: [float(0, 10)],
 *   columns: [new Float64Array([1, 4, 2, 9])],
 * });
 * assertClose(estimator.logDensity([2.5]), -1.92803607622531, 1e-12);
 * ```
 */
export function parzenEstimator(
  { distributions, columns, orders }: Observations,
  options: EstimatorOptions = {},
): ParzenEstimator {
  const { weights = observationWeights(columns[0]?.length ?? 0), choiceWeight = () => 1 } = options;
  const choiceKernels = (choices: number, column: Float64Array): ParzenKernels =>
    categoricalKernels(choices, column, choiceWeight(choices));
  const kernels = distributions.map((distribution, index) =>
    distribution.type === "categorical"
      ? choiceKernels(distribution.choices.length, columns[index]!)
      : numericKernels(distribution, columns[index]!, orders?.[index])
  );
  const shares = mixtureShares(weights);
  const logHeights = logarithms(shares);
  for (const { addLogHeights } of kernels) addLogHeights(logHeights);
  const prior = shares.length - 1;
  const highest = maximum(logHeights);
  const rows = new Int32Array(shares.length);
  const logDensities = new Float64Array(shares.length);
  return {
    draw(random) {
      const kernel = pick(shares, random.uniform());
      return kernels.map((kernelsOfOne) => kernelsOfOne.draw(kernel, random));
    },
    logDensity(values) {
      logDensities.set(logHeights);
      rows[0] = prior;
      for (let i = 0; i < kernels.length; i++) {
        kernels[i]!.addLogShapes(values[i]!, logDensities, rows, 1, -Infinity);
      }
      const least = logDensities[prior]! - NEGLIGIBLE;
      let count = listCandidates(kernels[0]!, values[0]!, least - highest, rows);
      for (let i = 0; i < kernels.length; i++) {
        count = kernels[i]!.addLogShapes(values[i]!, logDensities, rows, count, least);
      }
      rows[count++] = prior;
      return logSumExp(logDensities, rows, count);
    },
  };
}

/** The kernels, without the prior, that may not be negligible at a value of the first parameter. */
function listCandidates(
  kernels: ParzenKernels | SortedKernels,
  value: number,
  limit: number,
  rows: Int32Array,
): number {
  if ("listNear" in kernels) return kernels.listNear(value, limit, rows);
  for (let row = 0; row < kernels.count - 1; row++) rows[row] = row;
  return kernels.count - 1;
}

/**
 * A kernel so far below the prior's, in logarithms, adds less than 1e-13 of it to the sum. Further
 * parameters can only lower it, and most are far from a value in the first parameter already.
 */
const NEGLIGIBLE = 30;

/** Weights of the kernels with the prior's at the end, scaled to sum 1. */
function mixtureShares(weights: Float64Array): Float64Array {
  const shares = new Float64Array(weights.length + 1);
  shares.set(weights);
  shares[weights.length] = PRIOR_WEIGHT;
  let sum = 0;
  for (let i = 0; i < shares.length; i++) sum += shares[i]!;
  for (let i = 0; i < shares.length; i++) shares[i]! /= sum;
  return shares;
}

// Loops: the methods of typed arrays call a function for every element, which is ten times slower.

function logarithms(values: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    result[i] = Math.log(values[i]!);
  }
  return result;
}

function maximum(values: Float64Array): number {
  let highest = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i]! > highest) highest = values[i]!;
  return highest;
}

function pick(shares: Float64Array, uniform: number): number {
  let rest = uniform;
  for (let i = 0; i < shares.length - 1; i++) {
    rest -= shares[i]!;
    if (rest < 0) return i;
  }
  return shares.length - 1;
}

function logSumExp(values: Float64Array, rows: Int32Array, count: number): number {
  let highest = -Infinity;
  for (let i = 0; i < count; i++) highest = Math.max(highest, values[rows[i]!]!);
  if (highest === -Infinity) return highest;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.exp(values[rows[i]!]! - highest);
  return highest + Math.log(sum);
}
